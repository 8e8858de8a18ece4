import type { Runner } from "./runner.ts";
import { openSession } from "./session.ts";
import { randomTokens, type Reading } from "./tokens.ts";

export interface OnnxOpening extends Reading {
  /** Path of the graph. */
  readonly graph: string;
}

export async function openOnnx(opening: OnnxOpening): Promise<Runner> {
  const { graph, threads, batch = 1 } = opening;
  const session = await openSession(graph, threads);
  const empty = session.empty(batch);
  const { prompt, steps } = randomTokens(opening);
  return {
    async run() {
      const start = performance.now();
      let cache = await session.read(prompt, empty);
      const read = performance.now();
      for (const step of steps) cache = await session.read(step, cache);
      const end = performance.now();
      return {
        prefill: prompt.length / ((read - start) / 1_000),
        decode: (batch * steps.length) / ((end - read) / 1_000),
      };
    },
    close: () => session.close(),
  };
}
