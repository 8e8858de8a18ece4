/**
 * The forward pass in plain float64, one token after another, written from the published definitions and sharing nothing with the
 * graph but the architecture's description. Clear rather than fast: the yardstick of the tests, and of anybody who doubts a graph.
 *
 * RMS norm: https://arxiv.org/abs/1910.07467. Rotary positions: https://arxiv.org/abs/2104.09864 (in the layout of `transformers`,
 * where element i turns with element i + headDim / 2). Grouped queries: https://arxiv.org/abs/2305.13245. Gated units:
 * https://arxiv.org/abs/2002.05202. Top-k routing: https://arxiv.org/abs/2401.04088; norm_topk_prob: `Qwen3MoeSparseMoeBlock`.
 */
import {
  tensorsOf,
  type Architecture,
  type Attention,
  type FeedForward,
  type GatedUnit,
  type Linear,
  type Tensor,
} from "./architecture.ts";
import type { Weights } from "./checkpoint.ts";

type Vector = number[];

/** One sequence being read; keys and values are kept by layer and position. */
export interface Reading {
  /** Reads one more token and returns the logits [vocab] of what follows it. */
  next(token: number): Vector;
}

/** Loads every weight, then starts any number of readings of the model. */
export async function loadReference(architecture: Architecture, weights: Weights): Promise<() => Reading> {
  const elements = new Map<string, Float32Array>();
  for (const { name } of tensorsOf(architecture)) elements.set(name, await weights.read(name));
  return () => startReading(architecture, ({ name }) => elements.get(name)!);
}

function startReading(architecture: Architecture, elements: (tensor: Tensor) => Float32Array): Reading {
  const { hidden, heads, kvHeads, headDim, normEpsilon, ropeTheta, blocks } = architecture;
  const cache = blocks.map(() => ({ keys: [] as Vector[][], values: [] as Vector[][] }));
  let position = 0;

  const apply = ({ weight }: Linear, x: Vector): Vector => {
    const [rows, columns] = weight.shape as [number, number];
    const matrix = elements(weight);
    return Array.from({ length: rows }, (_, row) =>
      sum(x.map((value, column) => value * matrix[row * columns + column]!)),
    );
  };
  const norm = (tensor: Tensor, x: Vector): Vector => {
    const scale = elements(tensor);
    const rms = Math.sqrt(sum(x.map((value) => value * value)) / x.length + normEpsilon);
    return x.map((value, i) => (value / rms) * scale[i]!);
  };
  const rotate = (head: Vector): Vector => {
    const half = headDim / 2;
    return head.map((value, i) => {
      const angle = position * ropeTheta ** (-(2 * (i % half)) / headDim);
      const partner = i < half ? -head[i + half]! : head[i - half]!;
      return value * Math.cos(angle) + partner * Math.sin(angle);
    });
  };

  const attend = ({ query, key, value, output, headNorm }: Attention, x: Vector, layer: number): Vector => {
    const { keys, values } = cache[layer]!;
    const normed = (tensor: Tensor | undefined, head: Vector) => (tensor ? norm(tensor, head) : head);
    const queries = split(apply(query, x), heads).map((head) => rotate(normed(headNorm?.query, head)));
    keys.push(split(apply(key, x), kvHeads).map((head) => rotate(normed(headNorm?.key, head))));
    values.push(split(apply(value, x), kvHeads));
    const mixed = queries.flatMap((head, index) => {
      const group = Math.floor(index / (heads / kvHeads));
      const attention = softmax(keys.map((at) => dot(head, at[group]!) / Math.sqrt(headDim)));
      return Array.from({ length: headDim }, (_, i) => sum(values.map((at, t) => attention[t]! * at[group]![i]!)));
    });
    return apply(output, mixed);
  };
  const gated = ({ gate, up, down }: GatedUnit, x: Vector): Vector => {
    const linear = apply(up, x);
    return apply(
      down,
      apply(gate, x).map((value, i) => (value / (1 + Math.exp(-value))) * linear[i]!),
    );
  };
  const feedForward = (block: FeedForward, x: Vector): Vector => {
    if (block.kind === "dense") return gated(block, x);
    const probabilities = softmax(apply(block.router, x));
    const chosen = probabilities
      .map((probability, expert) => ({ probability, expert }))
      .sort((a, b) => b.probability - a.probability)
      .slice(0, block.perToken);
    const scale = block.renormalise ? 1 / sum(chosen.map(({ probability }) => probability)) : 1;
    return chosen
      .map(({ probability, expert }) => gated(block.experts[expert]!, x).map((value) => value * probability * scale))
      .reduce(add);
  };

  return {
    next(token) {
      let x: Vector = Array.from(elements(architecture.embedding).subarray(token * hidden, (token + 1) * hidden));
      for (const [layer, block] of blocks.entries()) {
        x = add(x, attend(block.attention, norm(block.attentionNorm, x), layer));
        x = add(x, feedForward(block.feedForward, norm(block.feedForwardNorm, x)));
      }
      position++;
      return apply(architecture.head ?? { weight: architecture.embedding }, norm(architecture.norm, x));
    },
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function add(a: Vector, b: Vector): Vector {
  return a.map((value, i) => value + b[i]!);
}

function dot(a: Vector, b: Vector): number {
  return sum(a.map((value, i) => value * b[i]!));
}

function softmax(x: Vector): Vector {
  const largest = Math.max(...x);
  const powers = x.map((value) => Math.exp(value - largest));
  const total = sum(powers);
  return powers.map((value) => value / total);
}

/** `x` in `parts` pieces of equal length. */
function split(x: Vector, parts: number): Vector[] {
  const length = x.length / parts;
  return Array.from({ length: parts }, (_, part) => x.slice(part * length, (part + 1) * length));
}
