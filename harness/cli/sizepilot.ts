import type { Report } from "../api.ts";
import { present } from "../present.ts";
import { namesOf } from "../report/naming.ts";
import { knowsQuality, type PairedQuestion, pairedQuestions } from "../report/precisionpairs.ts";
import type { CellSummary } from "../report.ts";
import type { Cell } from "../run.ts";
import { wilson } from "../stats/interval.ts";
import {
  detectableDifference,
  detectableMargin,
  MOST_QUESTIONS,
  questionsByFormula,
  questionsNeeded,
  type WantedPower,
} from "../stats/samplesize.ts";
import type { Share } from "../units.ts";
import { UsageError } from "./flags.ts";
import type { SizeFlags } from "./sizeflags.ts";

/** Two cells of a run on the same questions: what they say of a comparison still to be made, and what theirs could have found. */
export interface PilotPair {
  readonly task: string;
  readonly a: string;
  readonly b: string;
  /** Put to both; repeats are folded. */
  readonly questions: number;
  readonly accuracyA: Share;
  readonly accuracyB: Share;
  /** Shares of questions; credit by parts adds up. */
  readonly onlyA: Share;
  readonly onlyB: Share;
  /** Absent where next to no difference was seen, and none was asked for. */
  readonly needed?: Needed;
  /** Smallest difference that McNemar's test finds among these questions. Absent where they are too few for any. */
  readonly detectable?: Share;
  /** Smallest margin that they show. Only where one is asked for. */
  readonly detectableMargin?: Share;
  /** Why the figures are only near: they are of questions that stand alone and are right or wrong. */
  readonly reservation?: "clusters" | "credit_by_parts";
}

export interface Needed {
  readonly difference: number;
  /** As in the pilot, or the difference itself where that is more. */
  readonly discordance: Share;
  readonly questions: number;
  /** At the upper end of the discordance's interval (Wilson, 95 %): a pilot of few questions leaves it open. */
  readonly questionsHigh: number;
}

type Asked = Pick<SizeFlags, "models" | "tasks" | "difference" | "margin" | "power" | "alpha">;

/** Every pair of models that the flags name, on every task that both were asked. */
export function pilotPairs({ folder, cells }: Pick<Report, "folder" | "cells">, asked: Asked): PilotPair[] {
  requireKnown(
    "models",
    asked.models,
    cells.map(({ cell }) => cell.model),
    folder,
  );
  requireKnown(
    "task",
    asked.tasks,
    cells.map(({ cell }) => cell.task),
    folder,
  );
  const wanted = inOrder(cells.filter(knowsQuality), asked.models).filter(
    ({ cell }) => asked.tasks?.includes(cell.task) ?? true,
  );
  const pairs = wanted.flatMap((a, i) =>
    wanted.slice(i + 1).flatMap((b) => (isPair(a, b, asked.models) ? [pilotOf(a, b, asked)] : [])),
  );
  const answered = pairs.flatMap((pair) => pair ?? []);
  if (answered.length === 0)
    throw new Error(
      `size: the run "${folder}" has no two models that answered the same questions; it takes two to compare`,
    );
  return answered;
}

function requireKnown(
  flag: string,
  names: readonly string[] | undefined,
  known: readonly string[],
  folder: string,
): void {
  const unknown = names?.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new UsageError(
      `--${flag}: "${unknown}" is not in the run "${folder}", which has ${[...new Set(known)].join(", ")}`,
    );
}

/** One cell of those that differ in threads, device or lowering, on which what is right does not hang. In the order in which models are named. */
function inOrder(cells: readonly CellSummary[], models: readonly string[] | undefined): CellSummary[] {
  const byKey = new Map<string, CellSummary>();
  for (const one of cells) {
    const key = JSON.stringify([one.cell.task, ...VARIED.map((setting) => one.cell[setting])]);
    if (!byKey.has(key)) byKey.set(key, one);
  }
  const kept = [...byKey.values()];
  return models === undefined ? kept : models.flatMap((name) => kept.filter(({ cell }) => cell.model === name));
}

const VARIED = ["model", "precision", "solver"] as const satisfies readonly (keyof Cell)[];

/** Cells that differ in one thing: in their model, where several are named. Of a graph built elsewhere nobody knows the precision. */
function isPair({ cell: a }: CellSummary, { cell: b }: CellSummary, models: readonly string[] | undefined): boolean {
  if (a.task !== b.task) return false;
  const isForeign = a.model !== b.model && [a, b].some(({ precision }) => ["exported", "none"].includes(precision));
  const unlike = VARIED.filter((setting) => a[setting] !== b[setting] && !(isForeign && setting === "precision"));
  return unlike.length === 1 && (models === undefined || models.length === 1 || unlike[0] === "model");
}

function pilotOf(a: CellSummary, b: CellSummary, asked: Asked): PilotPair | undefined {
  const paired = pairedQuestions(a, b);
  const questions = paired.length;
  if (questions === 0) return undefined;
  const mean = (of: (credit: Share, other: Share) => number): number =>
    paired.reduce((sum, { credit, referenceCredit }) => sum + of(credit, referenceCredit), 0) / questions;
  const onlyA = mean((ours, theirs) => Math.max(0, ours - theirs));
  const onlyB = mean((ours, theirs) => Math.max(0, theirs - ours));
  const [nameA, nameB] = namesOf(a, b);
  const { margin, power, alpha } = asked;
  const discordance = Math.min(1, onlyA + onlyB);
  const truth = { discordance, difference: asked.difference ?? 0, power, alpha };
  return present({
    task: a.cell.task,
    a: nameA,
    b: nameB,
    questions,
    accuracyA: mean((ours) => ours),
    accuracyB: mean((_, theirs) => theirs),
    onlyA,
    onlyB,
    needed: neededBy(discordance, onlyA - onlyB, questions, asked),
    // The same critical value: one side of a two-sided test.
    detectable: detectableDifference(questions, {
      discordance,
      power,
      alpha: margin === undefined ? alpha : 2 * alpha,
    }),
    detectableMargin: margin === undefined ? undefined : detectableMargin(questions, atLeastDifference(truth)),
    reservation: reservationOf(paired),
  });
}

function reservationOf(paired: readonly PairedQuestion[]): PilotPair["reservation"] {
  if (paired.some(({ cluster }) => cluster !== undefined)) return "clusters";
  const isWhole = (credit: Share): boolean => credit === 0 || credit === 1;
  return paired.every((one) => isWhole(one.credit) && isWhole(one.referenceCredit)) ? undefined : "credit_by_parts";
}

function neededBy(seen: Share, observed: number, questions: number, asked: Asked): Needed | undefined {
  const { margin, power, alpha } = asked;
  const difference = asked.difference ?? (margin === undefined ? observed : 0);
  if (difference === 0 && margin === undefined) return undefined;
  const wantedAt = (discordance: Share): WantedPower =>
    present({ ...atLeastDifference({ discordance, difference }), margin, power, alpha });
  const [asSeen, atMost] = [wantedAt(seen), wantedAt(wilson(seen, questions).high)];
  // Parts of credit may differ by their last bit.
  if (questionsByFormula(atMost) * 1.1 > MOST_QUESTIONS) return undefined;
  return {
    difference,
    discordance: asSeen.discordance,
    questions: questionsNeeded(asSeen),
    questionsHigh: questionsNeeded(atMost),
  };
}

/** Two that differ by so much differ on as many questions, whatever a pilot showed. */
function atLeastDifference<T extends { readonly discordance: Share; readonly difference: number }>(truth: T): T {
  return { ...truth, discordance: Math.max(truth.discordance, Math.abs(truth.difference)) };
}
