/** The side of a contestant's own process. */
import type { Runner } from "../runner.ts";
import { openSession, type Session } from "../session.ts";
import { randomTokens } from "../tokens.ts";
import { type Cell, cellName, type Extent, tokensPerStep } from "./cell.ts";
import { type Begin, rateOf } from "./rate.ts";

export interface Opening extends Extent {
  /** Path of the graph. */
  readonly graph: string;
  readonly vocabulary: number;
  readonly threads: number;
  /** What a measurement takes at least; it is no shorter than one pass. */
  readonly seconds: number;
}

/** Reads the tokens of a cell once. */
interface Pass {
  readonly tokens: number;
  readonly begin: Begin;
}

/** A runner of cells: a run gives tokens per second, counting those of all rows. What a cell needs is made when it is first run. */
export async function openCells(opening: Opening): Promise<Runner<Cell, number>> {
  const session = await openSession(opening.graph, opening.threads);
  const passes = new Map<string, Pass>();
  return {
    async run(cell) {
      const pass = passes.get(cellName(cell)) ?? (await passOf(cell, session, opening));
      passes.set(cellName(cell), pass);
      return rateOf(pass.begin, { tokens: pass.tokens, seconds: opening.seconds });
    },
    close: () => session.close(),
  };
}

async function passOf(cell: Cell, session: Session, { vocabulary, threads, ...extent }: Opening): Promise<Pass> {
  const { batch } = cell;
  const empty = session.empty(batch);
  const reading = { vocabulary, threads, batch };
  switch (cell.phase) {
    case "decode": {
      // The first step after the prompt is untimed: it makes the pass a cache of its own, which in a text happens once.
      const { prompt, steps } = randomTokens({ ...reading, prompt: extent.context, tokens: extent.steps + 1 });
      const [first, ...timed] = steps as [Uint32Array, ...Uint32Array[]];
      const context = await session.read(prompt, empty);
      return {
        tokens: timed.length * tokensPerStep(cell, extent),
        async begin() {
          let cache = await session.read(first, context);
          return async () => {
            for (const step of timed) cache = await session.read(step, cache);
          };
        },
      };
    }
    case "prefill": {
      const { prompt } = randomTokens({ ...reading, prompt: extent.prompt, tokens: 0 });
      return {
        tokens: tokensPerStep(cell, extent),
        begin: async () => async () => void (await session.read(prompt, empty)),
      };
    }
  }
}
