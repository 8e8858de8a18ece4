import { expect, test } from "vitest";
import { BlockResult, Opening, wayOf } from "./messages.ts";

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

test("wayOf an opening is what its answers are limited to, how they are drawn and how they are asked for", () => {
  const limits = { maxTokens: 8, stops: ["\n"] };
  expect(wayOf(Opening.parse(OPENING))).toStrictEqual({ ...limits, solver: { kind: "direct" } });
  const sampling = { temperature: 0.5, topK: 50, seed: 3 };
  const style = { cue: "\nSteps:", maxTokens: 64 };
  expect(wayOf(Opening.parse({ ...OPENING, sampling, solver: "vote:3", style }))).toStrictEqual({
    ...limits,
    sampling,
    solver: { kind: "vote", draws: 3 },
    style,
  });
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
