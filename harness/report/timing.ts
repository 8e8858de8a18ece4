import type { Answer, WindowObservation } from "../observation.ts";
import type { CellSummary, Percentiles } from "../report.ts";
import { present } from "../present.ts";
import type { Estimate } from "../stats/interval.ts";
import { quantile, quantileInterval, sorted } from "../stats/quantile.ts";
import { type Nanoseconds, secondsFrom } from "../units.ts";

/** Tokens the model wrote; a choice by likelihood writes none. */
export function outputTokens(answer: Answer): number {
  return answer.output.type === "generation" ? answer.output.tokens.length : 0;
}

/** (last - first) / (n - 1); one token has no gap, and no rate. */
export function timePerOutputToken(tokens: readonly Nanoseconds[]): Nanoseconds | undefined {
  if (tokens.length < 2) return undefined;
  return ((tokens.at(-1) as number) - (tokens[0] as number)) / (tokens.length - 1);
}

/** Fewest values of which a percentile is still one of many rather than the largest: 10 for p90, 100 for p99. */
const ENOUGH = { p50: 1, p90: 10, p99: 100 } as const;

/** The three times of an answer, over a cell. */
export function timesOf(
  answers: readonly Answer[],
  independent: number,
): Pick<CellSummary, "ttft" | "tpot" | "latency"> {
  const timings = answers.map((answer) => answer.timing);
  return {
    ttft: percentiles(
      timings.flatMap((timing) => timing.tokens.slice(0, 1)),
      independent,
    ),
    tpot: percentiles(
      timings.flatMap((timing) => timePerOutputToken(timing.tokens) ?? []),
      independent,
    ),
    latency: percentiles(
      timings.map((timing) => timing.latency),
      independent,
    ),
  };
}

/**
 * Percentiles of times with distribution-free intervals.
 *
 * @param independent how many questions are behind the values: repeats of a question do not narrow an interval
 */
export function percentiles(values: readonly Nanoseconds[], independent: number): Percentiles {
  const ordered = sorted(values.map(secondsFrom));
  const at = (p: number, enough: number): Estimate | undefined => {
    if (ordered.length < enough) return undefined;
    const interval = quantileInterval(ordered, p, independent);
    return present({ value: quantile(ordered, p), interval });
  };
  const [p50, p90, p99] = [at(0.5, ENOUGH.p50), at(0.9, ENOUGH.p90), at(0.99, ENOUGH.p99)];
  return { ...(p50 && { p50 }), ...(p90 && { p90 }), ...(p99 && { p99 }) };
}

/** Rates over a cell's answers, as ratios of sums, never means of ratios. */
export function speeds(
  answers: readonly Answer[],
  windows: readonly WindowObservation[],
): Pick<CellSummary, "prefillTokensPerSecond" | "decodeTokensPerSecond" | "answersPerSecond"> {
  const total = { prompt: 0, prefill: 0, steps: 0, decode: 0 };
  for (const { timing, prompt_tokens } of answers) {
    const [first] = timing.tokens;
    if (first === undefined) continue;
    total.prompt += prompt_tokens;
    total.prefill += first - timing.tokenized;
    total.steps += timing.tokens.length - 1;
    total.decode += (timing.tokens.at(-1) as number) - first;
  }
  const wall = windows.reduce((sum, window) => sum + window.wall / (window.rounds ?? 1), 0);
  return {
    ...(total.prefill > 0 ? { prefillTokensPerSecond: total.prompt / secondsFrom(total.prefill) } : {}),
    ...(total.decode > 0 ? { decodeTokensPerSecond: total.steps / secondsFrom(total.decode) } : {}),
    ...(wall > 0 ? { answersPerSecond: answers.length / secondsFrom(wall) } : {}),
  };
}
