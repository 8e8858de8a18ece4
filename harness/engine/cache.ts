import type * as ort from "onnxruntime-node";
import type { InferenceSession, Tensor } from "onnxruntime-node";
import type { Device } from "../run.ts";

type Ort = typeof ort;
type Tensors = Readonly<Record<string, Tensor>>;

/** Keys and values of the tokens read so far, and what convolutions keep of them. Never changes: a text may go on from it in several ways. */
export interface Cache {
  readonly batch: number;
  /** Tokens in every row. */
  readonly length: number;
  /** Fed with the next tokens. */
  readonly inputs: Tensors;
  /** To be fetched with them. */
  readonly outputs: readonly string[];
  /** The cache after so many more tokens, of what fetching them gave. */
  after(outputs: Tensors, tokens: number): Cache;
}

/** A graph that a cache is for; `graph` is its path. */
export interface Opened {
  readonly runtime: Ort;
  readonly session: InferenceSession;
  readonly graph: string;
  readonly device: Device;
}

/** One `past_key_values.*` input of a graph: [batch, heads, tokens, dim]. */
interface Part {
  readonly name: string;
  readonly heads: number;
  readonly dim: number;
}

const partPrefix = "past_key_values.";
/**
 * Inputs that hold what a convolution keeps of a text, as much of a long one as of a short one: [batch, ...]. Zeros before the first
 * token; the next are the outputs `present_conv.*`.
 */
const statePrefix = "past_conv.";

/**
 * The cache of no tokens, for `batch` rows of one length. A graph that gives what it appends (`appended`, as perjoule's own do) has
 * it written into buffers that stay: onnxruntime-node 1.30 copies every output it fetches, and all of `present.*` at every token
 * is a tenth to a fifth of a small model's time. What convolutions keep is fetched as it is. Throws a TypeError for a graph without a cache that can be kept.
 */
export function emptyCache(
  { runtime, session, graph, device }: Opened,
  { batch = 1 }: { readonly batch?: number } = {},
): Cache {
  const inputs = session.inputMetadata;
  const parts = inputs.filter(({ name }) => name.startsWith(partPrefix)).map((input) => partOf(input, graph));
  const states = inputs
    .filter(({ name }) => name.startsWith(statePrefix))
    .map((input) => [input.name, emptyState(input, { runtime, graph, batch })] as const);
  if (parts.length === 0 && states.length === 0)
    throw new TypeError(`"${graph}" has no "past_key_values.*" inputs: perjoule needs a graph with a key-value cache`);
  const layout = { runtime, parts, states: states.map(([name]) => name), batch };
  const empty = Object.fromEntries(states) as Tensors;
  // Elsewhere buffers would travel to the device at every token, as what is fetched does from it.
  return device === "cpu" && session.outputNames.includes("appended")
    ? kept(layout, buffers(layout, 0), empty, 0)
    : fetched(layout, { ...buffers(layout, 0).tensors, ...empty }, 0);
}

function emptyState(
  input: InferenceSession.ValueMetadata,
  { runtime, graph, batch }: { readonly runtime: Ort; readonly graph: string; readonly batch: number },
): Tensor {
  const rest = input.isTensor ? input.shape.slice(1) : [];
  const lengths = rest.filter((length) => typeof length === "number");
  if (!input.isTensor || input.type !== "float32" || lengths.length === 0 || lengths.length < rest.length) {
    throw new TypeError(`"${graph}": input "${input.name}" must be float32 [batch_size, ...] with all else fixed`);
  }
  const elements = lengths.reduce((product, length) => product * length, batch);
  return new runtime.Tensor("float32", new Float32Array(elements), [batch, ...lengths]);
}

function partOf(input: InferenceSession.ValueMetadata, graph: string): Part {
  const [, heads, , dim] = input.isTensor ? input.shape : [];
  if (!input.isTensor || input.type !== "float32" || typeof heads !== "number" || typeof dim !== "number") {
    throw new TypeError(
      `"${graph}": input "${input.name}" must be float32 [batch_size, heads, past, head_dim] with fixed heads and head_dim`,
    );
  }
  return { name: input.name, heads, dim };
}

interface Layout {
  readonly runtime: Ort;
  readonly parts: readonly Part[];
  /** Names of the inputs that do not grow. */
  readonly states: readonly string[];
  readonly batch: number;
}

/** The output that an input has the next time. */
const presentOf = (input: string): string =>
  input.startsWith(statePrefix) ? input.replace("past_", "present_") : input.replace(partPrefix, "present.");

const nextOf = (inputs: readonly string[], outputs: Tensors): Tensors =>
  Object.fromEntries(inputs.map((name) => [name, outputs[presentOf(name)] as Tensor]));

/** A cache whose next is what the graph gives as `present.*`. */
function fetched(layout: Layout, inputs: Tensors, length: number): Cache {
  const names = [...layout.parts.map(({ name }) => name), ...layout.states];
  return {
    batch: layout.batch,
    length,
    inputs,
    outputs: names.map(presentOf),
    after: (outputs, tokens) => fetched(layout, nextOf(names, outputs), length + tokens),
  };
}

/** Room for `capacity` tokens in every part, of which the first `filled` are written. */
interface Buffers {
  readonly capacity: number;
  readonly tensors: Tensors;
  filled: number;
}

/** Tokens of room that are made at once: the graph's own work grows with the room it is given. */
const ROOM = 32;

function buffers({ runtime, parts, batch }: Layout, capacity: number): Buffers {
  const tensors = parts.map(({ name, heads, dim }) => [
    name,
    new runtime.Tensor("float32", new Float32Array(batch * heads * capacity * dim), [batch, heads, capacity, dim]),
  ]);
  return { capacity, tensors: Object.fromEntries(tensors) as Tensors, filled: 0 };
}

/** A cache of the first `length` tokens of `own`, which several may share: the one that goes on first writes after them. */
function kept(layout: Layout, own: Buffers, states: Tensors, length: number): Cache {
  return {
    batch: layout.batch,
    length,
    inputs: { ...own.tensors, ...states },
    outputs: ["appended", ...layout.states.map(presentOf)],
    after: (outputs, tokens) => {
      const total = length + tokens;
      const isNext = own.filled === length && total <= own.capacity;
      const target = isNext ? own : copied(layout, own, length, Math.ceil(total / ROOM) * ROOM);
      append(layout, target, outputs["appended"]?.data as Float32Array, { length, tokens });
      target.filled = total;
      return kept(layout, target, nextOf(layout.states, outputs), total);
    },
  };
}

function copied(layout: Layout, from: Buffers, length: number, capacity: number): Buffers {
  const to = buffers(layout, capacity);
  for (const { name, heads, dim } of layout.parts) {
    const [source, target] = [from.tensors[name]?.data, to.tensors[name]?.data] as [Float32Array, Float32Array];
    for (let head = 0; head < layout.batch * heads; head++) {
      const begin = head * from.capacity * dim;
      target.set(source.subarray(begin, begin + length * dim), head * capacity * dim);
    }
  }
  return to;
}

/** `appended` is [batch, heads of all parts one after another, tokens, dim]. */
function append(
  { parts, batch }: Layout,
  { capacity, tensors }: Buffers,
  appended: Float32Array,
  { length, tokens }: { readonly length: number; readonly tokens: number },
): void {
  let at = 0;
  for (let row = 0; row < batch; row++) {
    for (const { name, heads, dim } of parts) {
      const target = tensors[name]?.data as Float32Array;
      for (let head = 0; head < heads; head++, at += tokens * dim) {
        const place = ((row * heads + head) * capacity + length) * dim;
        target.set(appended.subarray(at, at + tokens * dim), place);
      }
    }
  }
}
