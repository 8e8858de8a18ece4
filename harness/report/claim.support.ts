import type { Claim } from "../claim.ts";
import { cellOf, metered, question } from "../cost/cell.support.ts";
import { present } from "../present.ts";
import type { CellSummary, EnergySummary } from "../report.ts";
import type { Cell } from "../run.ts";
import { parseClaims } from "../store/claims.ts";
import { type Evidence, judge, type JudgedClaim, type JudgedExpectation } from "./claims.ts";
import type { Report } from "./derive.ts";
import { answered, runOf } from "./run.support.ts";

/** What a model did with a question. By default right, in 1 s and 10 J, two tokens at 0.2 and 0.5 s, 20 tokens read. */
export interface Done {
  readonly credit?: number;
  readonly seconds?: number;
  /** Moments of its tokens, in seconds. */
  readonly at?: readonly number[];
  readonly joules?: number;
  readonly read?: number;
  readonly cluster?: string;
  readonly window?: number;
}

export interface SideFacts {
  readonly task?: string;
  /** `null` where none was read. */
  readonly energy?: EnergySummary | null;
  readonly weights?: Cell["weights"];
  readonly solver?: Cell["solver"];
  /** Parameters that a token needs. */
  readonly active?: number;
}

/** A model's cell with its answers to q0, q1, ... */
export function sideOf(model: string, done: readonly Done[], facts: SideFacts = {}): CellSummary {
  const { task = "addition", energy = metered(), weights = "stored", solver = "direct", active } = facts;
  const isJudged = weights === "stored";
  const answers = done.map(({ credit = 1, seconds = 1, at = [0.2, 0.5], cluster, window = 0 }, i) => {
    const put = { model, window, latencyMs: 1e3 * seconds, at: at.map((one) => 1e3 * one) };
    const asked = present({ id: `q${i}`, prompt: "?", target: "yes", cluster });
    const judged = isJudged ? { extracted: String(credit), credit } : {};
    return { question: asked, trial: 0, ...judged, answer: answered(`q${i}`, put) };
  });
  const totals = done.map(({ credit = 1, seconds = 1, at = [0.2, 0.5], joules = 10, read = 20 }, i) => {
    const took = { seconds, joules, promptTokens: read, outputTokens: at.length };
    const { credit: earned, ...all } = question(`q${i}`, { credit, ...took });
    return present({ ...all, credit: isJudged ? earned : undefined });
  });
  const { accuracy, ...summary } = cellOf(model, totals, { task, energy });
  const { cell, model: record } = summary;
  return present({
    ...summary,
    answers,
    accuracy: isJudged ? accuracy : undefined,
    cell: { ...cell, weights, solver, key: `${cell.key}/${solver}` },
    model: { ...record, ...present({ parameters_active: active }) },
  });
}

/** So many answers alike, then so many of another kind. */
export const times = (n: number, done: Done = {}): Done[] => Array.from({ length: n }, () => done);

/** What a file of claims says of one; by default of model a beside model b on one task. */
export function claimOf(more: object): Claim {
  const sides = "family" in more ? {} : { candidate: "a", baseline: "b" };
  const head = { id: "one", text: "a is as good as b", source: "a test", tasks: ["addition"] };
  const file = { registered: "2026-01-05", claims: [{ ...head, ...sides, ...more }] };
  return parseClaims(JSON.stringify(file), "claims.yaml").claims[0] as Claim;
}

/** A report that says nothing but its cells. */
export function reportWith(cells: readonly CellSummary[], more: Partial<Report> = {}): Report {
  const run = runOf({}, [...new Set(cells.map(({ cell }) => cell.model))]);
  const tables = { metrics: [], precisions: [], activity: [], comparisons: [], costs: [], breakEvens: [] };
  return { folder: run.id, run, cells, ...tables, prices: [], claims: [], ...more };
}

/** Judged by the cells of one run that was made for it. */
export function judgedBy(
  cells: readonly CellSummary[],
  claim: object,
  more: Partial<Evidence> = {},
): JudgedClaim & { readonly first: JudgedExpectation } {
  const evidence: Evidence = {
    report: reportWith(cells),
    registration: { before: true },
    books: [],
    declared: () => ({}),
    resamples: 999,
    ...more,
  };
  const judged = judge(claimOf(claim), evidence);
  return { ...judged, first: judged.rows[0] as JudgedExpectation };
}
