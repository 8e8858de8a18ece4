import type { Observation } from "../observation.ts";
import type { CellSummary } from "../report.ts";
import type { Cell, Run } from "../run.ts";
import { answered, asked, runOf, windowOf } from "./run.support.ts";
import type { Question } from "../task.ts";
import type { Report } from "./derive.ts";
import type { PairedQuestion } from "./precisionpairs.ts";
import { comparisonsOf } from "./compare.ts";
import { summarise } from "./summarise.ts";

/** Questions q0, q1, ... put once to both, with the credit of each and the cluster where there is one. */
export function pairedOf(
  credits: readonly (readonly [first: number, second: number, cluster?: string])[],
): PairedQuestion[] {
  return credits.map(([credit, referenceCredit, cluster], i) => {
    const one = { question: `q${i}`, puts: 1, credit, referenceCredit, flips: Number(credit !== referenceCredit) };
    return cluster === undefined ? one : { ...one, cluster };
  });
}

/** So many questions that both, only the first, only the second, and neither got right. */
export function countsOf(both: number, first: number, second: number, neither: number): PairedQuestion[] {
  const times = (n: number, pair: [number, number]): [number, number][] => Array.from({ length: n }, () => pair);
  return pairedOf([
    ...times(both, [1, 1]),
    ...times(first, [1, 0]),
    ...times(second, [0, 1]),
    ...times(neither, [0, 0]),
  ]);
}

/** What a model says to questions q0, q1, ..., of which "yes" is right, in one window: by default 4 ms an answer and 2.5 s in all. */
export function saying(model: string, texts: readonly string[], latencyMs = 4): Observation[] {
  return [
    ...texts.map((text, i) => answered(`q${i}`, { model, text, latencyMs })),
    windowOf(texts.length, { model, wallS: (2.5 * latencyMs) / 4, cpuS: (2.5 * latencyMs) / 4 }),
  ];
}

/** Texts of which so many are right, then so many wrong. */
export const right = (yes: number, no: number): string[] => [
  ...Array.from({ length: yes }, () => "yes"),
  ...Array.from({ length: no }, () => "no"),
];

/** Cells that ran alike but for what is given of each; the model is its name unless said otherwise. */
export function cellsOf(cells: Readonly<Record<string, Partial<Cell>>>, more: Partial<Run> = {}): Run {
  const names = Object.keys(cells);
  const run = runOf({}, names);
  const models = { ...run.models, x: { id: "x", folder: "/models/x", source: "checkpoint" as const, sha256: "0" } };
  return { ...run, cells: run.cells.map((cell) => Object.assign({}, cell, cells[cell.model])), models, ...more };
}

/** A run as it is reported, less what is not compared. */
export function reportOf(run: Run, questions: readonly Question[], said: readonly Observation[]): Report {
  const cells: CellSummary[] = summarise(run, [...asked(questions), ...said]);
  const comparisons = comparisonsOf(cells, [], run.plan.seed);
  const rest = { metrics: [], precisions: [], activity: [], costs: [], breakEvens: [], prices: [], claims: [] };
  return { folder: run.id, run, cells, comparisons, ...rest };
}
