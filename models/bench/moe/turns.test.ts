import { expect, test } from "vitest";
import type { Cell } from "./cell.ts";
import { contestantsOf } from "./contestant.ts";
import { turnsOf } from "./turns.ts";

const contestants = contestantsOf({ precisions: ["fp32", "int4"], lowerings: ["rows"] });
const cells: Cell[] = [
  { phase: "decode", batch: 1 },
  { phase: "prefill", batch: 4 },
];
const namesIn = (round: number): string[] =>
  turnsOf(contestants, cells, round).map(({ contestant }) => contestant.name);

test("turnsOf keeps a precision together in each cell, and lets another contestant of it begin in every round", () => {
  const even = ["fp32 rows", "fp32 fused", "int4 rows", "int4 fused, as shipped"];
  const odd = ["fp32 fused", "fp32 rows", "int4 fused, as shipped", "int4 rows"];
  expect(namesIn(0)).toEqual([...even, ...even]);
  expect(namesIn(1)).toEqual([...odd, ...odd]);
  expect(namesIn(2)).toEqual(namesIn(0));
});

test("turnsOf visits every contestant in every cell once", () => {
  const turns = turnsOf(contestants, cells, 3).map(({ contestant, cell }) => `${contestant.name} ${cell.phase}`);
  expect(turns).toHaveLength(contestants.length * cells.length);
  expect(new Set(turns).size).toBe(turns.length);
});
