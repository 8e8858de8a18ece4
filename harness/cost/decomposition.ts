import { present } from "../present.ts";
import type { Sums } from "./sums.ts";

export type TokenKind = "output" | "prompt";

/**
 * What a cost per correct answer is made of: usdPerToken x tokensPerAnswer / creditPerAnswer. A model can be dear because
 * each token is, because it needs many, or because it is seldom right.
 */
export interface Decomposition {
  readonly tokenKind: TokenKind;
  readonly usdPerToken: number;
  readonly tokensPerAnswer: number;
  /** Absent where answers are not judged. */
  readonly creditPerAnswer?: number;
}

/** Absent where there were no such tokens: nothing can be said per token. */
export function decompose(usd: number, sums: Sums<number>, tokenKind: TokenKind): Decomposition | undefined {
  const tokens = tokenKind === "output" ? sums.outputTokens : sums.promptTokens;
  if (tokens === 0) return undefined;
  return present({
    tokenKind,
    usdPerToken: usd / tokens,
    tokensPerAnswer: tokens / sums.puts,
    creditPerAnswer: sums.credit === undefined ? undefined : sums.credit / sums.puts,
  });
}

/** How much of the distance between two costs each factor explains. The three add up to 1; one that works against it is negative. */
export interface Shares {
  readonly price: number;
  readonly tokens: number;
  readonly accuracy: number;
}

/** Shares of ln(cost / cheapest). Absent when both cost the same, or one was never right or not judged. */
export function sharesOf(one: Decomposition, cheapest: Decomposition): Shares | undefined {
  const price = Math.log(one.usdPerToken / cheapest.usdPerToken);
  const tokens = Math.log(one.tokensPerAnswer / cheapest.tokensPerAnswer);
  const accuracy = Math.log((cheapest.creditPerAnswer ?? NaN) / (one.creditPerAnswer ?? NaN));
  const whole = price + tokens + accuracy;
  if (whole === 0 || !Number.isFinite(whole)) return undefined;
  return { price: price / whole, tokens: tokens / whole, accuracy: accuracy / whole };
}

/** The factor that explains most of it. */
export function mainFactor(shares: Shares): keyof Shares {
  const [main] = (Object.entries(shares) as [keyof Shares, number][]).sort(([, a], [, b]) => b - a);
  return (main as [keyof Shares, number])[0];
}
