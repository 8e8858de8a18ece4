/** The side of a contestant's own process. */
import type { Runner } from "../runner.ts";
import { openSession, type Session } from "../session.ts";
import { randomTokens } from "../tokens.ts";
import { type Cell, cellName, type Extent, tokensPerStep } from "./cell.ts";
import { rateOf } from "./rate.ts";

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
  run(): Promise<void>;
}

/** A runner of cells: a run gives tokens per second, counting those of all rows. What a cell needs is made when it is first run. */
export async function openCells(opening: Opening): Promise<Runner<Cell, number>> {
  const session = await openSession(opening.graph, opening.threads);
  const passes = new Map<string, Pass>();
  return {
    async run(cell) {
      const pass = passes.get(cellName(cell)) ?? (await passOf(cell, session, opening));
      passes.set(cellName(cell), pass);
      return rateOf(() => pass.run(), { tokens: pass.tokens, seconds: opening.seconds });
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
      const { prompt, steps } = randomTokens({ ...reading, prompt: extent.context, tokens: extent.steps });
      const context = await session.read(prompt, empty);
      return {
        tokens: steps.length * tokensPerStep(cell, extent),
        async run() {
          let cache = context;
          for (const step of steps) cache = await session.read(step, cache);
        },
      };
    }
    case "prefill": {
      const { prompt } = randomTokens({ ...reading, prompt: extent.prompt, tokens: 0 });
      return {
        tokens: tokensPerStep(cell, extent),
        run: async () => void (await session.read(prompt, empty)),
      };
    }
  }
}
