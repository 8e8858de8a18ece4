import { createHash } from "node:crypto";
import type { Architecture } from "./architecture.ts";
import { scalesOf } from "./tensors.ts";
import { gather, spanOf, type Weights } from "./weights.ts";

/** The standard deviation that `transformers` starts matrices with (`initializer_range`) in nearly every family. */
const spread = 0.02;

/**
 * Weights of an untrained model: matrices normal with mean 0 and deviation 0.02, the embedding with deviation 1, scales of norms 1,
 * biases 0. What they cost to compute is what trained ones cost, but for the routing of experts, which is close to uniform here and
 * need not be in a trained model. An embedding as small as the matrices would drown in what attention adds to it, the same for
 * all tokens, and every token would be sent to the same experts.
 * They take no memory and no disk, and reading a view again, or another way, gives the same elements.
 */
export function randomWeights(architecture: Architecture): Weights {
  const scales = new Set(scalesOf(architecture).map(({ tensor }) => tensor.name));
  return {
    async read(view) {
      const { name, shape } = view.tensor;
      const { begin, end } = spanOf(view);
      if (scales.has(name)) return gather(view, new Float32Array(end - begin).fill(1));
      if (shape.length === 1 || name.endsWith("bias")) return gather(view, new Float32Array(end - begin));
      const elements = elementsOf(name, begin, end);
      if (name === architecture.embedding.tensor.name) elements.forEach((value, i) => (elements[i] = value / spread));
      return gather(view, elements);
    },
  };
}

/** Elements in a row that are taken from one place of the pool. */
const runLength = 2 ** 12;

/** The elements of a tensor from `begin` to `end`: runs from places of the pool that depend on the name and the run's number. */
function elementsOf(name: string, begin: number, end: number): Float32Array {
  const seed = createHash("sha256").update(name).digest().readUInt32LE(0);
  const elements = new Float32Array(end - begin);
  for (let at = begin; at < end;) {
    const [run, within] = [Math.floor(at / runLength), at % runLength];
    const count = Math.min(runLength - within, end - at);
    const from = (mixed(seed, run) % (poolLength - runLength)) + within;
    elements.set(pool().subarray(from, from + count), at - begin);
    at += count;
  }
  return elements;
}

const poolLength = 2 ** 20;
let made: Float32Array | undefined;

/** Normal numbers, made once: as many as leave no block of one run like a block of another. */
function pool(): Float32Array {
  made ??= normals(poolLength);
  return made;
}

/** Box and Muller, 1958, https://doi.org/10.1214/aoms/1177706645 */
function normals(count: number): Float32Array {
  const elements = new Float32Array(count);
  for (let i = 0; i < count; i += 2) {
    const [u, v] = [(mixed(1, i) + 1) / 2 ** 32, mixed(2, i) / 2 ** 32];
    const radius = spread * Math.sqrt(-2 * Math.log(u));
    elements[i] = radius * Math.cos(2 * Math.PI * v);
    elements[i + 1] = radius * Math.sin(2 * Math.PI * v);
  }
  return elements;
}

/** An integer below 2^32 from two, by the finaliser of MurmurHash3 (Austin Appleby, public domain). */
function mixed(seed: number, index: number): number {
  let word = (Math.imul(seed, 0x9e3779b1) + Math.imul(index + 1, 0x85ebca77)) | 0;
  word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
  return (word ^ (word >>> 16)) >>> 0;
}
