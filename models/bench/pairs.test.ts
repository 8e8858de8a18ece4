import { expect, test } from "vitest";
import { comparisonsOf } from "./comparison.ts";
import { comparisonTable } from "./comparisontable.ts";
import { pairs } from "./pairs.ts";
import type { Contestant, Rates } from "./contestant.ts";

/** Every pair once, ours at `share` of llama.cpp's rate. */
function tableAt(share: number): string[] {
  const common = { runner: new URL("file:///none.js"), opening: {} };
  const contestants = pairs.flatMap(({ name, peer }): Contestant[] => [
    { ...common, name, peer },
    { ...common, name: peer.name },
  ]);
  const rates = (rate: number): Rates => ({ decode: rate, prefill: rate });
  const round = new Map(
    pairs.flatMap(({ name, peer }) => [[name, rates(100 * share)] as const, [peer.name, rates(100)] as const]),
  );
  return comparisonTable(comparisonsOf(contestants, [round])).split("\n");
}

test.each([
  [0.91, ["int8 0.90 reached", "int4 0.75 reached"]],
  [0.8, ["int8 0.90 missed", "int4 0.75 reached"]],
  [0.74, ["int8 0.90 missed", "int4 0.75 missed"]],
])("pairs at %d of llama.cpp: %j", (share, expected) => {
  const verdicts = tableAt(share).flatMap((line) => {
    const precision = /onnx (int[48])/.exec(line)?.[1];
    const verdict = /0\.\d\d (?:reached|missed)/.exec(line)?.[0];
    return precision === undefined ? [] : [`${precision} ${verdict}`];
  });
  expect(verdicts).toEqual(expected);
});

test("pairs ask nothing of fp32", () => {
  expect(pairs.find(({ precision }) => precision === "fp32")?.peer).toEqual({ name: "llama.cpp F32" });
});
