import { Script, scripted } from "../engine/scripted.ts";
import type { Question } from "../task.ts";
import { askBlock } from "./cell.ts";
import type { Isolate } from "./isolate.ts";
import { wayOf, type Opening, type Reply, type Request } from "./messages.ts";

/** A cell's process in memory: answers at once from a script, on a clock of its own. */
export interface FakeProcess {
  readonly requests: Request[];
  isAlive: boolean;
}

export interface FakeOptions {
  /** The model of the folder that is opened: its script. */
  scriptOf?(opening: Opening): object;
  /** Nanoseconds that a block appears to take. */
  wallOf?(questions: readonly Question[]): number;
  /** Called before a request is answered; what it throws is the death of the process. */
  onRequest?(request: Request, opening: Opening | undefined): void;
}

/** Starts fakes and keeps every one of them. */
export function fakeProcesses(options: FakeOptions = {}): { start: () => Isolate; processes: FakeProcess[] } {
  const processes: FakeProcess[] = [];
  const start = (): Isolate => {
    const process: FakeProcess = { requests: [], isAlive: true };
    processes.push(process);
    let opening: Opening | undefined;
    const answer = async (request: Request): Promise<Reply> => {
      if (!process.isAlive) throw new Error("asked after it was killed");
      process.requests.push(request);
      options.onRequest?.(request, opening);
      switch (request.type) {
        case "open":
          opening = request;
          return { type: "open", load: 1_000, first_answer: 500 };
        case "block": {
          if (opening === undefined) throw new Error("asked before it was opened");
          const model = scripted(Script.parse(options.scriptOf?.(opening) ?? { otherwise: "x" }));
          const block = await askBlock(model, request, wayOf(opening));
          return { ...block, wall: options.wallOf?.(request.questions) ?? 1_000_000 };
        }
        case "close":
          process.isAlive = false;
          return { type: "close", peak_memory_bytes: 4_096 };
      }
    };
    return {
      request: async (request) => (await answer(request)) as never,
      kill: () => {
        process.isAlive = false;
      },
    };
  };
  return { start, processes };
}
