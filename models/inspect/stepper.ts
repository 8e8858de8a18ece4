/** Feeds a decoder one token a step for each row of a batch. */
import type * as ort from "onnxruntime-node";
import type { InferenceSession, Tensor } from "onnxruntime-node";
import { CheckpointError } from "../build/checkpointerror.ts";
import type { TracedGraph } from "./tracedgraph.ts";

/** What is needed of `onnxruntime-node`, handed in: it reads the environment when it is loaded, so only an engine loads it. */
export type Runtime = Pick<typeof ort, "InferenceSession" | "Tensor">;

export interface Stepper {
  /** Feeds the next token of every row, the same number of rows each time, and returns all outputs. */
  next(tokens: readonly number[]): Promise<Readonly<Record<string, Tensor>>>;
  close(): Promise<void>;
}

export async function openStepper(
  runtime: Runtime,
  { bytes, options: found }: TracedGraph,
  options: InferenceSession.SessionOptions,
): Promise<Stepper> {
  const session = await runtime.InferenceSession.create(bytes, { logSeverityLevel: 3, ...options, ...found });
  const caches = session.inputMetadata.filter(({ name }) => name.startsWith("past"));
  const presentOf = new Map(caches.map(({ name }) => [name, presentName(session, name)]));
  let cache: Record<string, Tensor> = {};
  let past = 0;
  return {
    async next(tokens) {
      const batch = tokens.length;
      if (past === 0) for (const input of caches) cache[input.name] = emptyCache(runtime, input, batch);
      const own: Record<string, () => Tensor> = {
        input_ids: () => integers(runtime, tokens, [batch, 1]),
        attention_mask: () => integers(runtime, repeated(1, batch * (past + 1)), [batch, past + 1]),
        position_ids: () => integers(runtime, repeated(past, batch), [batch, 1]),
        // 0 asks for all positions, and so for all of the last layer's routing.
        num_logits_to_keep: () => integers(runtime, [0], []),
      };
      const feeds: Record<string, Tensor> = { ...cache };
      for (const name of session.inputNames) {
        if (name in feeds) continue;
        const make = Object.hasOwn(own, name) ? own[name] : undefined;
        if (!make)
          throw new CheckpointError(`cannot run the graph step by step: it has an input "${name}" that is not known`);
        feeds[name] = make();
      }
      const outputs = await session.run(feeds);
      cache = Object.fromEntries([...presentOf].map(([input, output]) => [input, outputs[output] as Tensor]));
      past += 1;
      return outputs;
    },
    close: () => session.release(),
  };
}

/** `past_key_values.0.key` comes back as `present.0.key`, or, from older exporters, `past_0` as `present_0`. */
function presentName({ outputNames }: InferenceSession, input: string): string {
  const names = [input.replace("past_key_values", "present"), input.replace("past", "present")];
  const found = names.find((name) => outputNames.includes(name));
  if (found !== undefined) return found;
  throw new CheckpointError(`cannot run the graph step by step: it gives nothing back for its input "${input}"`);
}

/**
 * A cache of no tokens: the batch in the first dimension, nothing in the other one that differs from call to call. What a convolution
 * keeps (`past_conv.*`) is as long at first as later, and zeros.
 */
function emptyCache(runtime: Runtime, input: InferenceSession.ValueMetadata, batch: number): Tensor {
  if (!input.isTensor || (input.type !== "float32" && input.type !== "float16"))
    throw new CheckpointError(
      `cannot run the graph step by step: its input "${input.name}" is neither float32 nor float16`,
    );
  const shape = input.shape.map((dimension, at) => (at === 0 ? batch : typeof dimension === "string" ? 0 : dimension));
  if (!shape.includes(0) && !input.name.startsWith("past_conv."))
    throw new CheckpointError(
      `cannot run the graph step by step: its input "${input.name}" [${input.shape.join(", ")}] has a fixed length`,
    );
  const elements = shape.reduce((product, length) => product * length, 1);
  return input.type === "float32"
    ? new runtime.Tensor("float32", new Float32Array(elements), shape)
    : new runtime.Tensor("float16", new Uint16Array(elements), shape);
}

function integers(runtime: Runtime, values: readonly number[], shape: readonly number[]): Tensor {
  return new runtime.Tensor("int64", BigInt64Array.from(values, BigInt), shape);
}

function repeated(value: number, length: number): number[] {
  return Array.from({ length }, () => value);
}
