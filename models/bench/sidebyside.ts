/** Several ways to do the same work, measured in turns so that a machine's moods fall on all of them alike. */
import type { Contestant, Rates } from "./contestant.ts";
import { type RunnerProcess, startRunner } from "./runnerprocess.ts";

/** What each contestant reached in one round, by name. */
export type Round = ReadonlyMap<string, Rates>;

export interface SideBySideOptions {
  readonly rounds: number;
  readonly onProgress?: (note: string) => void;
  /** In place of `startRunner`, for tests. */
  readonly start?: (contestant: Contestant) => Promise<RunnerProcess>;
}

/** Opens all contestants, lets each run once uncounted, and then all in every round, each round beginning with the next one. */
export async function sideBySide(
  contestants: readonly Contestant[],
  { rounds, onProgress = () => {}, start = startRunner }: SideBySideOptions,
): Promise<Round[]> {
  refuseUnknownPeers(contestants);
  const running: { name: string; process: RunnerProcess }[] = [];
  try {
    for (const contestant of contestants) {
      onProgress(`opening ${contestant.name}`);
      const process = await naming(contestant.name, start(contestant));
      running.push({ name: contestant.name, process });
      await naming(contestant.name, process.run());
    }
    const measured: Round[] = [];
    for (let round = 0; round < rounds; round++) {
      onProgress(`round ${round + 1} of ${rounds}`);
      const rates = new Map<string, Rates>();
      for (const { name, process } of rotated(running, round)) rates.set(name, await naming(name, process.run()));
      measured.push(rates);
    }
    return measured;
  } finally {
    await Promise.all(running.map(({ process }) => process.close()));
  }
}

function refuseUnknownPeers(contestants: readonly Contestant[]): void {
  const names = new Set(contestants.map(({ name }) => name));
  if (names.size < contestants.length)
    throw new RangeError(
      `contestants need names of their own, found "${contestants.map(({ name }) => name).join('", "')}"`,
    );
  for (const { name, peer } of contestants)
    if (peer !== undefined && !names.has(peer.name))
      throw new RangeError(`"${name}" is to be compared with "${peer.name}", which is not among the contestants`);
}

export function rotated<T>(items: readonly T[], by: number): T[] {
  const first = by % items.length;
  return [...items.slice(first), ...items.slice(0, first)];
}

async function naming<T>(name: string, work: Promise<T>): Promise<T> {
  return work.catch((cause: unknown) => {
    throw new Error(`"${name}": ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  });
}
