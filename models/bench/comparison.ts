import { quantile, sorted } from "../../harness/stats/quantile.ts";
import type { Contestant, Rates } from "./contestant.ts";
import type { Round } from "./sidebyside.ts";

/** The median over the rounds, and the extremes. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export interface Comparison {
  readonly name: string;
  readonly rounds: number;
  /** Tokens per second. */
  readonly decode: Spread;
  readonly prefill: Spread;
  /** Rates divided by the peer's of the same round: what slows both down for a while cancels out. */
  readonly ratio?: {
    readonly peer: string;
    readonly decode: Spread;
    readonly prefill: Spread;
    readonly target?: number;
  };
}

/** One comparison for each contestant, in their order. */
export function comparisonsOf(contestants: readonly Contestant[], rounds: readonly Round[]): Comparison[] {
  return contestants.map(({ name, peer }) => {
    const spread = (phase: keyof Rates): Spread => spreadOf(rounds.map((round) => rateOf(round, name, phase)));
    const ratio = (other: string, phase: keyof Rates): Spread =>
      spreadOf(rounds.map((round) => rateOf(round, name, phase) / rateOf(round, other, phase)));
    return {
      name,
      rounds: rounds.length,
      decode: spread("decode"),
      prefill: spread("prefill"),
      ...(peer && {
        ratio: {
          peer: peer.name,
          decode: ratio(peer.name, "decode"),
          prefill: ratio(peer.name, "prefill"),
          ...(peer.target !== undefined && { target: peer.target }),
        },
      }),
    };
  });
}

function rateOf(round: Round, name: string, phase: keyof Rates): number {
  const rates = round.get(name);
  if (rates === undefined)
    throw new RangeError(`a round has no rates of "${name}", only of "${[...round.keys()].join('", "')}"`);
  return rates[phase];
}

export function spreadOf(values: readonly number[]): Spread {
  const ordered = sorted(values);
  return { median: quantile(ordered, 0.5), min: quantile(ordered, 0), max: quantile(ordered, 1) };
}
