import type { InferenceSession } from "onnxruntime-node";
import { monotonic } from "../meter/stopwatch.ts";
import type { Device } from "../run.ts";
import { quantile, sorted } from "../stats/quantile.ts";
import { seeded } from "../stats/random.ts";
import { type Seconds, secondsFrom } from "../units.ts";
import { onnxRuntime, openSession } from "./runtime.ts";

/** Medians over rounds, without warm-up and without loading. */
export interface StepTimes {
  /** One row, as when an answer is written. */
  readonly decode: Seconds;
  /** `PROMPT` rows, as when a prompt is read. */
  readonly prefill: Seconds;
}

/** Rows at once that stand for a prompt. */
export const PROMPT = 64;

const ROUNDS = 7;
/** Steps of one row in a round: other experts work in each. */
const STEPS = 8;

/**
 * Times graphs with one float32 input [1, rows, width] side by side in this process: every round visits each, in turn from another
 * one on. Rows are random, and the same for all of them.
 */
export async function stepTimes(
  graphs: readonly string[],
  { device, threads, width }: { readonly device: Device; readonly threads: number; readonly width: number },
): Promise<StepTimes[]> {
  const runtime = await onnxRuntime();
  const rowsOf = (count: number, seed: number) =>
    new runtime.Tensor("float32", noise(count * width, seed), [1, count, width]);
  const steps = Array.from({ length: STEPS }, (_, i) => rowsOf(1, i + 1));
  const prompt = rowsOf(PROMPT, STEPS + 1);
  const contestants: Contestant[] = [];
  try {
    for (const graph of graphs) {
      const session = await openSession(graph, { device, threads });
      contestants.push({ session, decode: [], prefill: [] });
    }
    for (let round = 0; round <= ROUNDS; round++) {
      const first = round % contestants.length;
      for (const contestant of [...contestants.slice(first), ...contestants.slice(0, first)]) {
        const start = monotonic();
        for (const step of steps) await contestant.session.run({ rows: step });
        const middle = monotonic();
        await contestant.session.run({ rows: prompt });
        const end = monotonic();
        // The first round warms up.
        if (round === 0) continue;
        contestant.decode.push(secondsFrom(middle - start) / STEPS);
        contestant.prefill.push(secondsFrom(end - middle));
      }
    }
    return contestants.map(({ decode, prefill }) => ({ decode: median(decode), prefill: median(prefill) }));
  } finally {
    for (const { session } of contestants) await session.release();
  }
}

interface Contestant {
  readonly session: InferenceSession;
  readonly decode: Seconds[];
  readonly prefill: Seconds[];
}

function median(values: readonly number[]): number {
  return quantile(sorted(values), 0.5);
}

/** Numbers between -1 and 1. */
function noise(count: number, seed: number): Float32Array {
  const random = seeded(seed);
  return Float32Array.from({ length: count }, () => 2 * random() - 1);
}
