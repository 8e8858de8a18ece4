import type { Nanoseconds } from "../units.ts";

/** Monotonic time in integer nanoseconds from an arbitrary start; steps of the system clock do not reach it. */
export type Clock = () => Nanoseconds;

export const monotonic: Clock = () => Number(process.hrtime.bigint());

export interface Elapsed {
  /** When it started on the clock. Processes of one machine share it. */
  readonly start: Nanoseconds;
  readonly wall: Nanoseconds;
  /** User plus system time of this process, all its threads: ONNX Runtime's workers are inside, children are not. */
  readonly cpu: Nanoseconds;
}

/** Starts measuring wall and processor time of this process; what it returns tells them up to now. */
export function stopwatch(clock: Clock = monotonic): () => Elapsed {
  const usage = process.cpuUsage();
  const start = clock();
  return () => {
    const wall = clock() - start;
    const { user, system } = process.cpuUsage(usage);
    return { start, wall, cpu: (user + system) * 1_000 };
  };
}
