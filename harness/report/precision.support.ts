import type { Observation } from "../observation.ts";
import type { Cell, Run } from "../run.ts";
import { answered, asked, questionsOf, runOf, windowOf } from "./run.support.ts";

/** A run of one model "a" in several variants, each named as the observations of it are: `{ model: name }`. */
export function variantsOf(variants: Readonly<Record<string, Partial<Cell>>>, more: Partial<Run> = {}): Run {
  const run = runOf({}, Object.keys(variants));
  const cells = run.cells.map((cell) => Object.assign({}, cell, { model: "a" }, variants[cell.model]));
  return { ...run, cells, models: { a: { id: "a", folder: "/models/a", source: "checkpoint", sha256: "0" } }, ...more };
}

export const EXACT = { precision: "fp32" } as const;
export const COARSE = { precision: "int8" } as const;

/** What a variant says to questions q0, q1, ..., of which "yes" is right, in one window. */
export function said(model: string, texts: readonly string[], latencyMs = 4, wallS = 2.5): Observation[] {
  return [
    ...texts.map((text, i) => answered(`q${i}`, { model, text, latencyMs })),
    windowOf(texts.length, { model, wallS, cpuS: wallS }),
  ];
}

/** The questions, and what two variants say to each. */
export function bothSaid(exact: readonly string[], coarse: readonly string[]): Observation[] {
  return [...asked(questionsOf(exact.length)), ...said("exact", exact), ...said("coarse", coarse, 2, 1.25)];
}

export const repeated = (text: string, times: number): string[] => Array.from({ length: times }, () => text);
