import type * as ort from "onnxruntime-node";
import type { InferenceSession, Tensor } from "onnxruntime-node";
import { quantile, sorted } from "../stats/quantile.ts";
import { argmax, type Logits, row } from "./decode.ts";
import type { TokenIds } from "./engine.ts";
import { onnxRuntime, openSession } from "./runtime.ts";

/** How far the logits of a graph are from those of a reference, over the tokens of a text. */
export interface LogitError {
  readonly tokens: number;
  /** Root mean square of the differences, over that of the reference's logits less each token's mean. */
  readonly relative: number;
  /** Kullback-Leibler divergence of the graph's next-token distribution from the reference's, in nats a token. */
  readonly divergence: { readonly mean: number; readonly p99: number };
  /** Share of tokens after which both prefer the same next token. */
  readonly agreement: number;
}

/** Compares next-token logits [rows, vocabulary], pair by pair; at least one row in all. */
export async function logitError(
  pairs: AsyncIterable<readonly [reference: Logits, other: Logits]>,
): Promise<LogitError> {
  const divergences: number[] = [];
  let [squares, spread, agreed] = [0, 0, 0];
  for await (const [reference, other] of pairs) {
    if (reference.rows !== other.rows || reference.vocabulary !== other.vocabulary) {
      throw new TypeError(
        `logits [${reference.rows}, ${reference.vocabulary}] cannot be compared with logits [${other.rows}, ${other.vocabulary}]`,
      );
    }
    for (let at = 0; at < reference.rows; at++) {
      const [expected, found] = [row(reference, at), row(other, at)];
      const mean = expected.reduce((sum, value) => sum + value, 0) / expected.length;
      for (let i = 0; i < expected.length; i++) {
        const value = expected[i] as number;
        squares += ((found[i] as number) - value) ** 2;
        spread += (value - mean) ** 2;
      }
      divergences.push(divergence(expected, found));
      if (argmax(expected) === argmax(found)) agreed++;
    }
  }
  const tokens = divergences.length;
  if (tokens === 0) throw new RangeError("there are no logits to compare");
  if (!Number.isFinite(squares))
    throw new RangeError("the logits are not numbers: the weights or the graph are broken");
  return {
    tokens,
    relative: Math.sqrt(squares / spread),
    divergence: {
      mean: divergences.reduce((sum, each) => sum + each, 0) / tokens,
      p99: quantile(sorted(divergences), 0.99),
    },
    agreement: agreed / tokens,
  };
}

/** KL(p || q) of the distributions of two rows of logits, in nats; summed in double precision and never below 0. */
function divergence(p: Float32Array, q: Float32Array): number {
  const [normP, normQ] = [logSumExp(p), logSumExp(q)];
  let sum = 0;
  for (let i = 0; i < p.length; i++) {
    const logP = (p[i] as number) - normP;
    const probability = Math.exp(logP);
    // What cannot come next adds nothing, however unlike the other's logit is.
    if (probability > 0) sum += probability * (logP - ((q[i] as number) - normQ));
  }
  return Math.max(0, sum);
}

function logSumExp(values: Float32Array): number {
  const top = values[argmax(values)] as number;
  let sum = 0;
  for (const value of values) sum += Math.exp(value - top);
  return top + Math.log(sum);
}

export interface Reading {
  /** Token ids of separate texts. */
  readonly texts: readonly TokenIds[];
  /** Threads inside one operator. */
  readonly threads: number;
}

/** The error of the graph at `path` against the one at `reference`, each text read at once on the processor. */
export async function graphError(reference: string, path: string, { texts, threads }: Reading): Promise<LogitError> {
  const runtime = await onnxRuntime();
  const sessions: InferenceSession[] = [];
  try {
    for (const graph of [reference, path]) sessions.push(await openSession(graph, { device: "cpu", threads }));
    const [expected, found] = sessions as [InferenceSession, InferenceSession];
    return await logitError(
      (async function* () {
        for (const tokens of texts) {
          if (tokens.length > 0) yield [await read(runtime, expected, tokens), await read(runtime, found, tokens)];
        }
      })(),
    );
  } finally {
    for (const session of sessions) await session.release();
  }
}

/** The logits after every token of a text. */
async function read(runtime: typeof ort, session: InferenceSession, tokens: TokenIds): Promise<Logits> {
  const n = tokens.length;
  const integers = (values: Iterable<number>, dims: readonly number[]): Tensor =>
    new runtime.Tensor("int64", BigInt64Array.from(values, BigInt), dims);
  const feeds: Record<string, Tensor> = {};
  for (const input of session.inputMetadata) {
    if (!input.isTensor) continue;
    const { name, shape, type } = input;
    if (name === "input_ids") feeds[name] = integers(tokens, [1, n]);
    else if (name === "attention_mask")
      feeds[name] = integers(
        Array.from({ length: n }, () => 1),
        [1, n],
      );
    else if (name === "position_ids") feeds[name] = integers(tokens.keys(), [1, n]);
    // 0 keeps them all.
    else if (name === "num_logits_to_keep") feeds[name] = integers([0], shape.length === 0 ? [] : [1]);
    else if (name.startsWith("past_key_values.") && type === "float32") {
      const [, heads, , dim] = shape;
      feeds[name] = new runtime.Tensor("float32", new Float32Array(0), [1, Number(heads), 0, Number(dim)]);
    } else if (name.startsWith("past_conv.") && type === "float32") {
      const lengths = [1, ...shape.slice(1).map(Number)];
      const elements = lengths.reduce((product, length) => product * length);
      feeds[name] = new runtime.Tensor("float32", new Float32Array(elements), lengths);
    } else throw new TypeError(`cannot feed the input "${name}" (${type}) of a graph that is to be compared`);
  }
  const { logits } = await session.run(feeds);
  if (!(logits?.data instanceof Float32Array)) {
    throw new TypeError(`the graph's "logits" must be a float32 output, found ${logits?.type ?? "none"}`);
  }
  const vocabulary = logits.dims.at(-1) as number;
  return { data: logits.data, rows: logits.data.length / vocabulary, vocabulary };
}
