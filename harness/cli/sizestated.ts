import { present } from "../present.ts";
import type { Share } from "../units.ts";
import { UsageError } from "./flags.ts";
import { requireInsideMargin, type SizeFlags } from "./sizeflags.ts";

/** What two models are supposed to be, and how often only one of them may be right. */
export interface Supposed {
  readonly difference: number;
  readonly rates?: readonly [a: Share, b: Share];
  /** One where the discordance is stated; else the least that the rates allow, and that of models which err independently. */
  readonly discordances: readonly Supposition[];
}

export interface Supposition {
  readonly discordance: Share;
  readonly assumed: "stated" | "least" | "independent";
}

type Stated = Pick<SizeFlags, "difference" | "margin" | "rates" | "discordance" | "onlyA" | "onlyB">;

/** Shares as they are typed do not add up to the last bit: 0.8 - 0.75 is above 0.05. */
const TYPED = 1e-9;

/** Puts the stated shares together; refuses those that no two models can have. */
export function supposedOf(flags: Stated): Supposed {
  const only = onlyOf(flags);
  const difference = differenceOf(flags, only);
  if (flags.margin !== undefined) requireInsideMargin(difference, flags.margin);
  const discordances = discordancesOf(flags, only, difference);
  for (const { discordance } of discordances) requirePossible(discordance, difference, flags.rates);
  return present({ difference, rates: flags.rates, discordances });
}

interface Only {
  readonly a: Share;
  readonly b: Share;
}

function onlyOf({ onlyA, onlyB, discordance }: Stated): Only | undefined {
  if (onlyA === undefined && onlyB === undefined) return undefined;
  if (onlyA === undefined || onlyB === undefined)
    throw new UsageError(`--only-${onlyA === undefined ? "b" : "a"}: says half; give --only-a and --only-b`);
  if (discordance !== undefined)
    throw new UsageError("--discordance: is the sum of --only-a and --only-b; give it or them");
  if (onlyA + onlyB > 1 + TYPED)
    throw new UsageError(`--only-a, --only-b: ${onlyA} and ${onlyB} are more than all questions`);
  return { a: onlyA, b: onlyB };
}

/** As stated, or as the rates or shares imply; all that say it must agree. */
function differenceOf({ difference, margin, rates }: Stated, only: Only | undefined): number {
  const [a, b] = rates ?? [];
  const implied = [
    ...(a === undefined || b === undefined ? [] : [{ flag: "--rates", value: rounded(a - b) }]),
    ...(only === undefined ? [] : [{ flag: "--only-a, --only-b", value: rounded(only.a - only.b) }]),
  ];
  const chosen = difference ?? implied[0]?.value ?? (margin === undefined ? undefined : 0);
  if (chosen === undefined)
    throw new UsageError("size: give --difference, --margin or --rates: what is there to be found?");
  // Which of the two is better makes no difference to a two-sided test.
  const size = (value: number): number => (margin === undefined ? Math.abs(value) : value);
  for (const { flag, value } of implied) {
    if (Math.abs(size(value) - size(chosen)) > TYPED)
      throw new UsageError(`${flag}: differ by ${value}, not by ${chosen}; leave --difference or ${flag} out`);
  }
  if (chosen === 0 && margin === undefined)
    throw new UsageError(
      "--difference: 0 is found with no number of questions; to show that two are alike, give --margin",
    );
  return chosen;
}

function discordancesOf({ discordance, rates }: Stated, only: Only | undefined, difference: number): Supposition[] {
  if (discordance !== undefined) return [{ discordance, assumed: "stated" }];
  if (only !== undefined) return [{ discordance: rounded(only.a + only.b), assumed: "stated" }];
  if (rates === undefined)
    throw new UsageError(
      "size: give --rates, --discordance, or --only-a and --only-b: how often is only one of them right?",
    );
  const [a, b] = rates;
  const independent = rounded(a * (1 - b) + b * (1 - a));
  // One of them is always right, or always wrong: there is no range.
  if (independent <= Math.abs(difference)) return [{ discordance: independent, assumed: "independent" }];
  return [
    { discordance: Math.abs(difference), assumed: "least" },
    { discordance: independent, assumed: "independent" },
  ];
}

function requirePossible(discordance: Share, difference: number, rates: Stated["rates"]): void {
  if (Math.abs(difference) > discordance + TYPED)
    throw new UsageError(
      `--discordance: ${discordance} is less than the difference, ${Math.abs(difference)}: two that differ by so much must differ on as many questions`,
    );
  if (rates === undefined) return;
  const most = rounded(Math.min(rates[0] + rates[1], 2 - rates[0] - rates[1]));
  if (discordance > most + TYPED)
    throw new UsageError(
      `--discordance: ${discordance} is more than two of accuracy ${rates[0]} and ${rates[1]} can differ, ${most}`,
    );
}

function rounded(share: number): number {
  return Math.round(share * 1e12) / 1e12;
}
