import { expect, test } from "vitest";
import { BlockResult, limitsOf, Opening } from "./messages.ts";

const OPENING = {
  type: "open",
  source: "script",
  folder: "/m",
  device: "cpu",
  threads: 1,
  maxTokens: 8,
  stops: ["\n"],
  warmup: [],
} as const;

test("limitsOf an opening is what its answers are limited to, and how they are drawn", () => {
  expect(limitsOf(Opening.parse(OPENING))).toStrictEqual({ maxTokens: 8, stops: ["\n"] });
  const sampling = { temperature: 0.5, topK: 50, seed: 3 };
  expect(limitsOf(Opening.parse({ ...OPENING, sampling }))).toStrictEqual({ maxTokens: 8, stops: ["\n"], sampling });
});

test("Opening takes only what can be drawn by", () => {
  const sampling = { temperature: 1, topK: 50, seed: 0 };
  const isTaken = (odd: object): boolean =>
    Opening.safeParse({ ...OPENING, sampling: { ...sampling, ...odd } }).success;
  const odd = [{ temperature: 0 }, { topK: 0 }, { seed: -1 }, { seed: 0.5 }];
  expect([{}, ...odd].map(isTaken)).toEqual([true, false, false, false, false]);
});

test("BlockResult may say how much of a prompt was lost", () => {
  const block = (truncated: object): unknown => ({
    type: "block",
    start: 0,
    wall: 1,
    rounds: 1,
    answers: [
      {
        outcome: "answered",
        question: "q",
        output: { type: "generation", text: "", tokens: [], finish: "stop" },
        prompt_tokens: 1,
        timing: { tokenized: 0, tokens: [], latency: 1 },
        ...truncated,
      },
    ],
  });
  expect(BlockResult.safeParse(block({})).success).toBe(true);
  expect(BlockResult.safeParse(block({ truncated_tokens: 4 })).success).toBe(true);
  expect(BlockResult.safeParse(block({ truncated_tokens: -1 })).success).toBe(false);
});
