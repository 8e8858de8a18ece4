import { present } from "../present.ts";
import { conditionNumber, type Fit, nonNegativeFit } from "../stats/leastsquares.ts";
import { t95 } from "../stats/student.ts";
import type { Joules } from "../units.ts";
import { callsOf, decoding } from "./timing.ts";
import { type IdlePower, type Put, shareOf, type WindowEnergy } from "./windows.ts";

/** The energy that falls to one put. */
export interface PutEnergy {
  readonly gross: Joules;
  readonly marginal?: Joules;
}

/** What attribution makes of a cell's windows. Half-widths are of 95 % intervals of a sum of energies relative to that sum. */
export interface Attribution {
  readonly energyOf: ReadonlyMap<Put, PutEnergy>;
  /** What the windows themselves leave open, beside the choice of questions: edges of the counter, drift, power that time does not explain. */
  readonly grossHalf: number;
  readonly marginalHalf?: number;
}

/** Each window's energy goes to its questions by their time. */
export function timeShare(windows: readonly WindowEnergy[], idle?: IdlePower): Attribution {
  const energyOf = new Map<Put, PutEnergy>();
  for (const { block, gross, marginal } of windows) {
    for (const put of block.puts) {
      const share = shareOf(block, put);
      energyOf.set(put, present({ gross: gross * share, marginal: marginal && marginal * share }));
    }
  }
  const half = windowHalf(windows);
  const gross = sum(windows, (window) => window.gross);
  const marginal = sum(windows, (window) => window.marginal ?? NaN);
  const drift = (idle?.half ?? 0) * sum(windows, ({ block }) => block.seconds);
  return present({
    energyOf,
    grossHalf: half / gross,
    marginalHalf: Number.isNaN(marginal) ? undefined : Math.hypot(half, drift) / Math.abs(marginal),
  });
}

/**
 * Half-width of the 95 % interval of the windows' total energy at their given durations: how far each window lies from
 * the mean power, with Student's t for so few of them. Of a single window only the counter's edges are known.
 */
function windowHalf(windows: readonly WindowEnergy[]): Joules {
  const n = windows.length;
  if (n < 2) return 1.96 * Math.hypot(...windows.map((window) => window.error));
  const watts = sum(windows, (window) => window.gross) / sum(windows, ({ block }) => block.seconds);
  const squares = sum(windows, ({ gross, block }) => (gross - watts * block.seconds) ** 2);
  return t95(n - 1) * Math.sqrt((squares * n) / (n - 1));
}

/** Columns of the regression: joules per prompt token, per output token after the first of each call (the prompt's pass gives that), and per question. */
const COLUMNS = ["promptToken", "outputToken", "question"] as const;
type ColumnName = (typeof COLUMNS)[number];
const MOST_CONDITION = 100;

export interface TokenEnergies extends Attribution {
  /** Joules above idle, each with the half-width of its 95 % interval; absent where the windows do not vary in it. */
  readonly coefficients: Partial<Record<ColumnName, { readonly joules: Joules; readonly half: Joules }>>;
  readonly r2: number;
}

/**
 * Energy above idle regressed on the windows' prompt tokens, output tokens and questions, no coefficient below zero:
 * a long prompt and a long answer of equal duration need not draw equal power. Refused, with the reason, where the windows
 * cannot tell the coefficients apart.
 */
export function perToken(windows: readonly WindowEnergy[], idle: IdlePower | undefined): TokenEnergies | string {
  const usable = windows.filter(({ block }) => block.puts.every((put) => put.kind === "answer"));
  const first = usable[0];
  if (first === undefined || usable.some((window) => window.marginal === undefined)) return "idle power is not known";
  const all = usable.map(({ block }) => countsOf(block.puts));
  const kept = COLUMNS.filter((name) => all.some((counts) => counts[name] > 0));
  if (usable.length < 3 * kept.length)
    return `${usable.length} windows for ${kept.length} coefficients; needs three each`;
  const rows = all.map((counts) => kept.map((name) => counts[name]));
  const condition = conditionNumber(rows);
  if (condition > MOST_CONDITION) return `the windows are too alike (condition number ${Math.round(condition)})`;
  const fit = nonNegativeFit(
    rows,
    usable.map((window) => window.marginal as number),
  );
  return fit === undefined ? "no fit" : attributed(windows, kept, fit, idle);
}

function attributed(
  windows: readonly WindowEnergy[],
  kept: readonly ColumnName[],
  fit: Fit,
  idle: IdlePower | undefined,
): TokenEnergies {
  const t = t95(fit.degrees);
  const energyOf = new Map<Put, PutEnergy>();
  for (const window of windows) {
    const idleWatts = (window.gross - (window.marginal as number)) / window.block.seconds;
    for (const put of window.block.puts) {
      const counts = countsOf([put]);
      const marginal = kept.reduce((total, name, i) => total + counts[name] * (fit.coefficients[i] as number), 0);
      const seconds = window.block.seconds * shareOf(window.block, put);
      energyOf.set(put, { gross: marginal + idleWatts * seconds, marginal });
    }
  }
  const totals = countsOf(windows.flatMap(({ block }) => block.puts));
  const half = t * fit.error(kept.map((name) => totals[name]));
  const drift = (idle?.half ?? 0) * sum(windows, ({ block }) => block.seconds);
  const all = [...energyOf.values()];
  return {
    energyOf,
    grossHalf: half / sum(all, (energy) => energy.gross),
    marginalHalf: Math.hypot(half, drift) / sum(all, (energy) => energy.marginal as number),
    coefficients: Object.fromEntries(
      kept.map((name, i) => [
        name,
        { joules: fit.coefficients[i] as number, half: t * fit.error(kept.map((other) => (other === name ? 1 : 0))) },
      ]),
    ),
    r2: fit.r2,
  };
}

function countsOf(puts: readonly Put[]): Record<ColumnName, number> {
  const answers = puts.flatMap((put) => (put.kind === "answer" ? [put] : []));
  return {
    promptToken: sum(answers, (answer) => answer.prompt_tokens),
    outputToken: sum(answers, (answer) => decoding(callsOf(answer.timing)).steps),
    question: puts.length,
  };
}

function sum<T>(items: readonly T[], pick: (item: T) => number): number {
  return items.reduce((total, item) => total + pick(item), 0);
}
