import type { Answer, Timing, WindowObservation } from "../observation.ts";
import type { CellSummary, Percentiles } from "../report.ts";
import { present } from "../present.ts";
import type { Estimate } from "../stats/interval.ts";
import { quantile, quantileInterval, sorted } from "../stats/quantile.ts";
import { type Nanoseconds, secondsFrom } from "../units.ts";

/** Tokens the model wrote, in all calls; a choice by likelihood writes none. */
export function outputTokens({ output }: Pick<Answer, "output">): number {
  if (output.type !== "generation") return 0;
  const writings = output.drafts ?? [...(output.before ?? []), output];
  return writings.reduce((sum, { tokens }) => sum + tokens.length, 0);
}

/** One call of a model: when its prompt was tokenised, and when each of its tokens became available. */
export interface Call {
  readonly tokenized: Nanoseconds;
  readonly tokens: readonly Nanoseconds[];
}

/** The calls of an answer in their order. */
export function callsOf({ tokenized, tokens, calls }: Timing): readonly Call[] {
  if (calls === undefined) return [{ tokenized, tokens }];
  let start = 0;
  return calls.map((call) => ({ tokenized: call.tokenized, tokens: tokens.slice(start, (start += call.tokens)) }));
}

/** From the first token of each call to its last, together, and the tokens after the first. What lies between calls is no decoding. */
export function decoding(calls: readonly Call[]): { readonly time: Nanoseconds; readonly steps: number } {
  let [time, steps] = [0, 0];
  for (const { tokens } of calls) {
    time += (tokens.at(-1) ?? 0) - (tokens[0] ?? 0);
    steps += Math.max(0, tokens.length - 1);
  }
  return { time, steps };
}

/** (last - first) / (n - 1), each summed over the calls; where no call wrote two tokens there is no gap, and no rate. */
export function timePerOutputToken(timing: Timing): Nanoseconds | undefined {
  const { time, steps } = decoding(callsOf(timing));
  return steps === 0 ? undefined : time / steps;
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
      timings.flatMap((timing) => timePerOutputToken(timing) ?? []),
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
    const calls = callsOf(timing);
    const { time, steps } = decoding(calls);
    total.steps += steps;
    total.decode += time;
    // When a prompt was read is known by the first token after it.
    if (calls.some(({ tokens }) => tokens.length === 0)) continue;
    total.prompt += prompt_tokens;
    for (const { tokenized, tokens } of calls) total.prefill += (tokens[0] as number) - tokenized;
  }
  const wall = windows.reduce((sum, window) => sum + window.wall / (window.rounds ?? 1), 0);
  return {
    ...(total.prefill > 0 ? { prefillTokensPerSecond: total.prompt / secondsFrom(total.prefill) } : {}),
    ...(total.decode > 0 ? { decodeTokensPerSecond: total.steps / secondsFrom(total.decode) } : {}),
    ...(wall > 0 ? { answersPerSecond: answers.length / secondsFrom(wall) } : {}),
  };
}
