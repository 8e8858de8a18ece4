import { expect, test } from "vitest";
import { cellsOf, tokensPerStep } from "./cell.ts";

test("cellsOf is every phase at every batch", () => {
  expect(cellsOf({ phases: ["decode", "prefill"], batches: [1, 16] })).toEqual([
    { phase: "decode", batch: 1 },
    { phase: "decode", batch: 16 },
    { phase: "prefill", batch: 1 },
    { phase: "prefill", batch: 16 },
  ]);
});

test("tokensPerStep counts a token of each row in decode, and a prompt of each in prefill", () => {
  expect(tokensPerStep({ phase: "decode", batch: 16 })).toBe(16);
  expect(tokensPerStep({ phase: "prefill", batch: 16 })).toBe(16 * 128);
});
