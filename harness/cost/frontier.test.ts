import { describe, expect, test } from "vitest";
import type { CellSummary } from "../report.ts";
import { cellOf, energyOf, metered, question, questions, smallBook } from "./cell.support.ts";
import { frontierOf, frontierShares, verdict } from "./frontier.ts";
import { pairedCosts } from "./paired.ts";
import { type Scenario, type ScenarioKind, scenariosOf } from "./scenario.ts";
import { basesOf } from "./sums.ts";

const scenario = (kind: ScenarioKind): Scenario =>
  scenariosOf(smallBook(), { virtualised: true }).find((one) => one.kind === kind) as Scenario;

/** Verdicts by model. */
function frontier(cells: readonly CellSummary[], kind: ScenarioKind, seed = 5): Record<string, string> {
  const of = scenario(kind);
  const found = frontierOf(pairedCosts(basesOf(cells, seed), of, seed), of);
  return Object.fromEntries([...found].map(([cell, on]) => [cell.cell.model, on]));
}

describe("frontierShares", () => {
  const contender = (accuracy: number, cost: number) => ({ accuracy: [accuracy], cost: [cost] });

  test("counts who has nobody at least as good and at least as cheap", () => {
    expect(frontierShares([contender(0.9, 3), contender(0.5, 1), contender(0.4, 2)])).toEqual([1, 1, 0]);
  });

  test("needs one of the two to be strict: equals share the frontier", () => {
    expect(frontierShares([contender(0.5, 1), contender(0.5, 1)])).toEqual([1, 1]);
    expect(frontierShares([contender(0.5, 1), contender(0.5, 2)])).toEqual([1, 0]);
    expect(frontierShares([contender(0.5, 1), contender(0.4, 1)])).toEqual([1, 0]);
  });

  test("is over all resamples", () => {
    const unsure = { accuracy: [0.5, 0.5, 0.5, 0.5], cost: [1, 1, 1, 3] };
    const steady = { accuracy: [0.5, 0.5, 0.5, 0.5], cost: [2, 2, 2, 2] };
    expect(frontierShares([unsure, steady])).toEqual([0.75, 0.25]);
  });
});

test.each([
  [1, "yes"],
  [0.95, "yes"],
  [0.94, "perhaps"],
  [0.06, "perhaps"],
  [0.05, "no"],
  [0, "no"],
])("verdict on a share of %d is %s", (share, word) => {
  expect(verdict(share)).toBe(word);
});

describe("frontierOf", () => {
  const good = questions(200, 180, { seconds: 1 });
  const cheap = questions(200, 80, { seconds: 0.1 });

  test("holds the better and the cheaper, not who is neither", () => {
    const cells = [cellOf("good", good), cellOf("cheap", cheap), cellOf("bad", questions(200, 60, { seconds: 2 }))];
    expect(frontier(cells, "rental")).toEqual({ good: "yes", cheap: "yes", bad: "no" });
  });

  test("is not told by a few questions", () => {
    // Right on different questions: 10 and 9 of 20, at the same cost.
    const a = Array.from({ length: 20 }, (_, i) => question(`q${i}`, { credit: i < 10 ? 1 : 0 }));
    const b = Array.from({ length: 20 }, (_, i) => question(`q${i}`, { credit: i > 10 ? 1 : 0 }));
    expect(frontier([cellOf("a", a), cellOf("b", b)], "rental")).toEqual({ a: "perhaps", b: "perhaps" });
  });

  test("does not tell two modelled energies apart by a fifth, but two metered ones", () => {
    const cells = (energy: CellSummary["energy"] & object) => [
      cellOf("a", questions(100, 100, { joules: 1 }), { energy }),
      cellOf("b", questions(100, 100, { joules: 1.2 }), { energy }),
    ];
    expect(frontier(cells(energyOf()), "electricity")).toEqual({ a: "perhaps", b: "perhaps" });
    expect(frontier(cells(metered()), "electricity")).toEqual({ a: "yes", b: "no" });
    expect(frontier(cells(metered({ windowHalf: 0.3 })), "electricity")).toEqual({ a: "perhaps", b: "perhaps" });
    expect(frontier(cells(energyOf()), "rental")).toEqual({ a: "yes", b: "yes" });
  });

  test("tells modelled energies apart by more than a model leaves open between two programs", () => {
    const cells = [cellOf("a", questions(100, 100, { joules: 1 })), cellOf("b", questions(100, 100, { joules: 1.5 }))];
    expect(frontier(cells, "electricity")).toEqual({ a: "yes", b: "no" });
  });

  test.each([
    ["grade", metered({ boundary: "vm_share", source: energyOf().source })],
    ["boundary", energyOf({ boundary: "whole_server" })],
  ])("is absent for joules of unlike %s, present for seconds", (_what, energy) => {
    const cells = [cellOf("good", good), cellOf("cheap", cheap, { energy })];
    expect(frontier(cells, "electricity")).toEqual({});
    expect(frontier(cells, "mining")).toEqual({});
    expect(frontier(cells, "rental")).toEqual({ good: "yes", cheap: "yes" });
  });

  test("leaves out who has no energy, and everybody with one question", () => {
    const cells = [cellOf("good", good), cellOf("cheap", cheap, { energy: null })];
    expect(frontier(cells, "electricity")).toEqual({ good: "yes" });
    expect(frontier([cellOf("one", questions(1, 1))], "rental")).toEqual({});
  });

  test("depends on its seed and on nothing else", () => {
    const cells = [cellOf("a", questions(30, 15)), cellOf("b", questions(30, 16, { joules: 9 }))];
    expect(frontier(cells, "electricity", 3)).toEqual(frontier(cells, "electricity", 3));
  });
});
