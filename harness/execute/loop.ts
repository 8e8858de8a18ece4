import type { Question } from "../task.ts";
import type { Nanoseconds } from "../units.ts";
import { type Isolate, isolate } from "./isolate.ts";
import type { Load } from "./load.ts";
import type { BlockResult, Opening } from "./messages.ts";

/** The questions are asked again until so much time has passed, so that processor time is known that often. */
const BLOCK_NS: Nanoseconds = 1e9;

/** Keeps a model answering the same questions, in a process of its own, until it is stopped. It is loaded and warm when this resolves. */
export async function modelLoad(
  opening: Omit<Opening, "type" | "warmup">,
  questions: readonly [Question, ...Question[]],
  start: () => Isolate = isolate,
): Promise<Load> {
  const process = start();
  try {
    await process.request({ type: "open", ...opening, warmup: [questions[0]] });
  } catch (error) {
    process.kill();
    throw new Error(`the model of "${opening.folder}" cannot be opened: ${(error as Error).message}`, { cause: error });
  }
  let used: Nanoseconds = 0;
  const stop = new AbortController();
  const block = async (): Promise<void> => {
    used += processorTime(await process.request({ type: "block", questions: [...questions], least: BLOCK_NS }));
  };
  let underWay = block();
  const running = (async () => {
    while (!stop.signal.aborted) {
      await underWay;
      if (!stop.signal.aborted) underWay = block();
    }
  })().catch(() => {
    // Whoever asks for its processor time is told.
  });
  return {
    async cpu() {
      await underWay;
      return used;
    },
    async stop() {
      stop.abort();
      process.kill();
      await running;
    },
  };
}

function processorTime({ cpu, answers }: BlockResult): Nanoseconds {
  const failure = answers.find((answer) => answer.outcome === "failed");
  if (failure !== undefined) throw new Error(`the model does not answer "${failure.question}": ${failure.reason}`);
  if (cpu === undefined) throw new Error("the processor time of the model's process is not known");
  return cpu;
}
