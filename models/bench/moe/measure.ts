import type { RunnerProcess } from "../runnerprocess.ts";
import { type Cell, cellName } from "./cell.ts";
import type { Contestant } from "./contestant.ts";
import { turnsOf } from "./turns.ts";

/** What a contestant reached in one round. */
export interface Measurement {
  /** From 0 on. */
  readonly round: number;
  readonly contestant: Contestant;
  readonly cell: Cell;
  readonly tokensPerSecond: number;
}

export interface MeasureOptions {
  readonly rounds: number;
  /** Opens a contestant's graph in a process of its own. */
  readonly start: (contestant: Contestant) => Promise<RunnerProcess<Cell, number>>;
  readonly onProgress?: (note: string) => void;
}

/** Opens all contestants, gives each one uncounted turn in every cell, and then measures round by round. */
export async function measure(
  contestants: readonly Contestant[],
  cells: readonly Cell[],
  { rounds, start, onProgress = () => {} }: MeasureOptions,
): Promise<Measurement[]> {
  const processes = new Map<Contestant, RunnerProcess<Cell, number>>();
  const playRound = async (round: number): Promise<Measurement[]> => {
    const measured: Measurement[] = [];
    for (const { contestant, cell } of turnsOf(contestants, cells, round)) {
      const run = processes.get(contestant)!.run(cell);
      measured.push({
        round,
        contestant,
        cell,
        tokensPerSecond: await saying(`${contestant.name}, ${cellName(cell)}`, run),
      });
    }
    return measured;
  };
  try {
    for (const contestant of contestants) {
      onProgress(`opening ${contestant.name}`);
      processes.set(contestant, await saying(contestant.name, start(contestant)));
    }
    onProgress("warming up");
    await playRound(0);
    const measured: Measurement[] = [];
    for (let round = 0; round < rounds; round++) {
      onProgress(`round ${round + 1} of ${rounds}`);
      measured.push(...(await playRound(round)));
    }
    return measured;
  } finally {
    await Promise.all([...processes.values()].map((process) => process.close()));
  }
}

async function saying<T>(what: string, work: Promise<T>): Promise<T> {
  return work.catch((cause: unknown) => {
    throw new Error(`"${what}": ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  });
}
