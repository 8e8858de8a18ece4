import { readFile } from "node:fs/promises";
import path from "node:path";
import type * as ort from "onnxruntime-node";
import type { InferenceSession, Tensor } from "onnxruntime-node";
import type { WeightSource } from "../model.ts";
import type { Device } from "../run.ts";
import { type Cache, emptyCache } from "./cache.ts";
import { decode, likelihood, type Logits, type Position } from "./decode.ts";
import type { Engine, TokenIds } from "./engine.ts";
import { onnxRuntime, openSession } from "./runtime.ts";

export interface OnnxOptions {
  readonly device: Device;
  /** Threads inside one operator. */
  readonly threads: number;
  /** Random ones would end an answer by chance: they write to its limit, so that every model does the same work. */
  readonly weights?: WeightSource;
}

type Ort = typeof ort;

/** What every step needs, looked up once. */
interface Graph {
  readonly runtime: Ort;
  readonly session: InferenceSession;
  readonly inputs: ReadonlySet<string>;
}

/**
 * A graph with a key-value cache on ONNX Runtime: inputs `input_ids`, `attention_mask`, optionally `position_ids` and
 * `num_logits_to_keep`, and `past_key_values.*` and `past_conv.*` of any number and shape; outputs `logits`, and `present.*` or `appended`
 * and `present_conv.*` (`cache.ts`).
 * `folder` holds the model's config files.
 */
export async function openOnnx(graph: string, folder: string, options: OnnxOptions): Promise<Engine> {
  const runtime = await onnxRuntime();
  const session = await openSession(graph, options);
  const [context, endOfText] = await Promise.all([
    contextLength(folder),
    options.weights === "random" ? new Set<number>() : endOfTextTokens(folder),
  ]);
  const empty = emptyCache({ runtime, session, graph, device: options.device });
  const opened = { runtime, session, inputs: new Set(session.inputNames) };
  // Of a prompt only what comes after it matters.
  const read = (tokens: TokenIds): Promise<Position> => feed(opened, empty, { tokens, kept: 1 });
  return {
    context,
    generate: async (prompt, asked, onToken) => decode(await read(prompt), endOfText, asked, onToken),
    score: async (prompt, continuations) => {
      const start = await read(prompt);
      const scores = [];
      for (const continuation of continuations) scores.push(await likelihood(start, continuation));
      return scores;
    },
    close: () => session.release(),
  };
}

/** A piece of a text, to be read after what the cache holds. */
interface Piece {
  readonly tokens: TokenIds;
  /** The last so many tokens whose logits are wanted; a graph without `num_logits_to_keep` gives all of them. */
  readonly kept: number;
}

async function feed(graph: Graph, cache: Cache, { tokens, kept }: Piece): Promise<Position> {
  const { runtime, session, inputs } = graph;
  const [n, past] = [tokens.length, cache.length];
  const total = past + n;
  const feeds: Record<string, Tensor> = { ...cache.inputs };
  feeds["input_ids"] = new runtime.Tensor("int64", BigInt64Array.from(tokens, BigInt), [1, n]);
  feeds["attention_mask"] = new runtime.Tensor("int64", new BigInt64Array(total).fill(1n), [1, total]);
  if (inputs.has("position_ids")) {
    const positions = BigInt64Array.from({ length: n }, (_, i) => BigInt(past + i));
    feeds["position_ids"] = new runtime.Tensor("int64", positions, [1, n]);
  }
  if (inputs.has("num_logits_to_keep")) {
    feeds["num_logits_to_keep"] = new runtime.Tensor("int64", BigInt64Array.of(BigInt(kept)), []);
  }
  const outputs = await session.run(feeds, ["logits", ...cache.outputs]);
  const after = cache.after(outputs, n);
  return {
    logits: logitsOf(outputs["logits"]),
    feed: (more) => feed(graph, after, { tokens: more, kept: more.length }),
  };
}

function logitsOf(tensor: Tensor | undefined): Logits {
  if (tensor === undefined || !(tensor.data instanceof Float32Array)) {
    throw new TypeError(`the graph's "logits" must be a float32 output, found ${tensor?.type ?? "none"}`);
  }
  const vocabulary = tensor.dims.at(-1) as number;
  return { data: tensor.data, rows: tensor.data.length / vocabulary, vocabulary };
}

async function json(file: string): Promise<Record<string, unknown>> {
  const text = await readFile(file, "utf8").catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") return "{}";
    throw cause;
  });
  return JSON.parse(text) as Record<string, unknown>;
}

/** GPT-2 (`transformers` `GPT2Config`) calls it `n_positions`. */
async function contextLength(folder: string): Promise<number> {
  const config = await json(path.join(folder, "config.json"));
  const length = config["max_position_embeddings"] ?? config["n_positions"];
  if (typeof length === "number") return length;
  throw new TypeError(
    `"${path.join(folder, "config.json")}" gives no max_position_embeddings, so the longest prompt is unknown`,
  );
}

/** `eos_token_id` of generation_config.json, or else of config.json; one id, several or none. */
async function endOfTextTokens(folder: string): Promise<ReadonlySet<number>> {
  const generation = await json(path.join(folder, "generation_config.json"));
  const config = await json(path.join(folder, "config.json"));
  const ids = generation["eos_token_id"] ?? config["eos_token_id"] ?? [];
  return new Set([ids].flat().filter((id): id is number => typeof id === "number"));
}
