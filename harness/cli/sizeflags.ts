import type { Argv } from "yargs";
import { present } from "../present.ts";
import type { Share } from "../units.ts";
import { JSON_OPTION, optional, text, UsageError, words } from "./flags.ts";

/** The flags of `size` after parsing: each by itself is possible, their sum need not be. */
export interface SizeFlags {
  readonly json: boolean;
  /** A run's folder, as a pilot. */
  readonly run?: string;
  readonly models?: readonly string[];
  readonly tasks?: readonly string[];
  /** Accuracy of A less that of B: what is to be found or, beside a margin, what is supposed to be true. */
  readonly difference?: number;
  readonly margin?: Share;
  readonly rates?: readonly [a: Share, b: Share];
  readonly discordance?: Share;
  readonly onlyA?: Share;
  readonly onlyB?: Share;
  readonly power: Share;
  /** Two-sided, or one-sided beside a margin. */
  readonly alpha: Share;
}

const STATED = ["rates", "discordance", "only-a", "only-b"] as const;

export function sizeOptions(argv: Argv): Argv {
  const one = (describe: string) => ({ type: "string", describe }) as const;
  return argv
    .positional("run", { type: "string", describe: "a run folder, as a pilot of the models it asked" })
    .option("models", { alias: "m", type: "string", array: true, describe: "of the run [default: all, in pairs]" })
    .option("task", { alias: "t", type: "string", array: true, describe: "of the run [default: all]" })
    .option("difference", one("accuracy of A less that of B; with --margin the true one [default there: 0]"))
    .option("margin", one("show that A is worse than B by less than this, one-sided"))
    .option("rates", { type: "string", array: true, describe: "A,B: their accuracies" })
    .option("discordance", one("share of questions that only one of the two gets right"))
    .option("only-a", one("share of questions that only A gets right; needs --only-b"))
    .option("only-b", one("share of questions that only B gets right; needs --only-a"))
    .option("power", one("probability of finding what is there [default: 0.8]"))
    .option("alpha", one("of a test that should find nothing [default: 0.05 two-sided; with --margin 0.025 one-sided]"))
    .option("json", JSON_OPTION)
    .epilogue("shares are written as 0.05, not 5 %");
}

export function sizeFlags(argv: Record<string, unknown>): SizeFlags {
  const run = text(argv, "run");
  const stated = STATED.filter((flag) => argv[flag] !== undefined);
  if (run !== undefined && stated.length > 0)
    throw new UsageError(
      `--${stated.join(", --")}: the run "${run}" says it itself; leave it out, or leave the run out`,
    );
  for (const flag of ["models", "task"]) {
    if (run === undefined && argv[flag] !== undefined)
      throw new UsageError(`--${flag}: needs a run to take it from, as in \`perjoule size RUN --${flag} ...\``);
  }
  const margin = share(argv, "margin", "inside");
  const alpha = share(argv, "alpha", "inside") ?? (margin === undefined ? 0.05 : 0.025);
  if (alpha >= 0.5) throw new UsageError(`--alpha: "${alpha}" is not below 0.5`);
  const power = share(argv, "power", "inside") ?? 0.8;
  if (power <= alpha) throw new UsageError(`--power: ${power} is no more than alpha, ${alpha}: a coin does as well`);
  const difference = optional(text(argv, "difference"), (word) => between("difference", word, -1, 1));
  if (difference === 0 && margin === undefined)
    throw new UsageError(
      "--difference: 0 is found with no number of questions; to show that two are alike, give --margin",
    );
  if (margin !== undefined && difference !== undefined) requireInsideMargin(difference, margin);
  return present({
    json: argv["json"] === true,
    run,
    models: words(argv, "models"),
    tasks: words(argv, "task"),
    difference,
    margin,
    rates: optional(words(argv, "rates"), twoRates),
    discordance: share(argv, "discordance", "closed"),
    onlyA: share(argv, "only-a", "closed"),
    onlyB: share(argv, "only-b", "closed"),
    power,
    alpha,
  });
}

/** Of a model that is worse by the margin no test should say that it is not. */
export function requireInsideMargin(difference: number, margin: Share): void {
  if (difference + margin > 0) return;
  throw new UsageError(
    `--margin: at a true difference of ${difference} A is worse than B by ${margin} or more: no number of questions shows otherwise`,
  );
}

function twoRates(list: readonly string[]): readonly [Share, Share] {
  const [a, b] = list.map((word) => between("rates", word, 0, 1));
  if (a === undefined || b === undefined || list.length !== 2)
    throw new UsageError(`--rates: "${list.join(",")}" is not A,B, two accuracies`);
  return [a, b];
}

/** `inside`: neither 0 nor 1. */
function share(argv: Record<string, unknown>, flag: string, bounds: "inside" | "closed"): Share | undefined {
  const word = text(argv, flag);
  if (word === undefined) return undefined;
  const value = between(flag, word, 0, 1);
  if (bounds === "inside" && (value === 0 || value === 1))
    throw new UsageError(`--${flag}: "${word}" is not between 0 and 1, both excluded`);
  return value;
}

function between(flag: string, word: string, least: number, most: number): number {
  const value = Number(word);
  if (word.trim() === "" || !(value >= least && value <= most))
    throw new UsageError(`--${flag}: "${word}" is not a number from ${least} to ${most}`);
  return value;
}
