import type { Nanoseconds } from "../units.ts";
import type { Meter } from "./meter.ts";

/** Monotonic time in integer nanoseconds from an arbitrary start; steps of the system clock do not reach it. */
export type Clock = () => Nanoseconds;

export const monotonic: Clock = () => Number(process.hrtime.bigint());

export interface Elapsed {
  readonly wall: Nanoseconds;
  /** User plus system time of this process, all its threads: ONNX Runtime's workers are inside, children are not. */
  readonly cpu: Nanoseconds;
}

/** Wall and processor time of the process that opens it. */
export function stopwatch(clock: Clock = monotonic): Meter<Elapsed> {
  return {
    open() {
      const usage = process.cpuUsage();
      const start = clock();
      return {
        close() {
          const wall = clock() - start;
          const { user, system } = process.cpuUsage(usage);
          return { wall, cpu: (user + system) * 1_000 };
        },
      };
    },
  };
}
