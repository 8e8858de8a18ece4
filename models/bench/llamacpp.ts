/** A GGUF file on llama.cpp, timed by llama.cpp's own counters: what the binding and Node's threads add is left out. */
import { type Addon, type AddonContext, loadAddon } from "./addon.ts";
import { perfTime, type PerfTime } from "./perftimes.ts";
import type { Runner } from "./runner.ts";
import { randomTokens, type Reading } from "./tokens.ts";

export interface LlamaCppOpening extends Reading {
  /** Path of the GGUF file. */
  readonly model: string;
}

/** llama.cpp rounds contexts up to multiples of this. */
const contextStep = 256;

export async function openLlamaCpp(opening: LlamaCppOpening): Promise<Runner> {
  const { threads, prompt: length, tokens, batch = 1 } = opening;
  const addon = await loadAddon();
  const model = new addon.AddonModel(opening.model, { gpuLayers: 0, useMmap: true });
  if (!(await model.init())) throw new Error(`llama.cpp cannot load "${opening.model}"; stderr has its reason`);
  const context = new addon.AddonContext(model, {
    contextSize: batch * Math.ceil((length + tokens) / contextStep) * contextStep,
    batchSize: batch * length,
    sequences: batch,
    flashAttention: "auto",
    threads,
    performanceTracking: true,
  });
  if (!(await context.init())) throw new Error(`llama.cpp has no room for "${opening.model}"; stderr has its reason`);
  const { prompt, steps } = randomTokens(opening);
  return {
    async run() {
      for (let row = 0; row < batch; row++) context.disposeSequence(row);
      await feed(context, 0, prompt, batch);
      const prefill = await counted(addon, context, prompt.length);
      for (const [at, step] of steps.entries()) await feed(context, length + at, step, batch);
      const decode = await counted(addon, context, batch * steps.length);
      return { prefill: prefill.tokens / prefill.seconds, decode: decode.tokens / decode.seconds };
    },
    async close() {
      await context.dispose();
      await model.dispose();
    },
  };
}

/** Reads tokens [batch, n], each row from `position` of its own sequence on, and computes the logits of the last of each. */
async function feed(context: AddonContext, position: number, tokens: Uint32Array, batch: number): Promise<void> {
  const n = tokens.length / batch;
  context.initBatch(tokens.length);
  for (let row = 0; row < batch; row++)
    context.addToBatch(row, position, tokens.subarray(row * n, (row + 1) * n), Uint32Array.of(n - 1));
  await context.decodeBatch();
}

/** The counters since they were last read, which must be of so many tokens. */
async function counted(addon: Addon, context: AddonContext, tokens: number): Promise<PerfTime> {
  const time = await perfTimeOf(addon, context);
  if (time.tokens === tokens) return time;
  throw new Error(`llama.cpp was given ${tokens} tokens and counted ${time.tokens}`);
}

const patience = 10_000;

/** The counters come line by line through the log, a moment after they are asked for. */
async function perfTimeOf(addon: Addon, context: AddonContext): Promise<PerfTime> {
  let log = "";
  try {
    return await new Promise<PerfTime>((resolve, reject) => {
      const timeout = setTimeout(() => reject(new Error(`llama.cpp printed no timings, but "${log}"`)), patience);
      addon.setLogger((_, message) => {
        log += message;
        const time = perfTime(log);
        if (time === undefined) return;
        clearTimeout(timeout);
        resolve(time);
      });
      addon.setLoggerLogLevel(4);
      context.printTimings();
    });
  } finally {
    addon.setLoggerLogLevel(2);
    addon.setLogger((_, message) => void process.stderr.write(message));
  }
}
