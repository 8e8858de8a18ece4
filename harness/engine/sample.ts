import { seeded } from "../stats/random.ts";
import type { Sampling } from "./engine.ts";

/**
 * Draws a token from each row of next-token logits it is given; the stream of random numbers goes on from one row to
 * the next. As in `transformers`: `TemperatureLogitsWarper`, `TopKLogitsWarper`, `TopPLogitsWarper`, in this order;
 * but of equal logits at the edge only the first are kept, so that `topK` of 1 is greedy. Throws a RangeError for
 * settings under which nothing could be drawn.
 */
export function sampler(sampling: Sampling): (logits: Float32Array) => number {
  check(sampling);
  const random = seeded(sampling.seed);
  return (logits) => draw(weights(logits, sampling), random());
}

function check({ temperature, topK, topP, seed }: Sampling): void {
  if (!(temperature > 0 && temperature < Infinity))
    throw new RangeError(`cannot sample at temperature "${temperature}": give one above 0, or decode greedily`);
  if (topK !== undefined && !(Number.isInteger(topK) && topK > 0))
    throw new RangeError(`cannot sample from the "${topK}" likeliest tokens: give a positive integer, or leave it out`);
  if (topP !== undefined && !(topP >= 0 && topP <= 1))
    throw new RangeError(`cannot sample from the likeliest "${topP}" of the mass: give a share from 0 to 1`);
  if (!Number.isSafeInteger(seed)) throw new RangeError(`cannot sample with the seed "${seed}": give an integer`);
}

/**
 * Of each token, in proportion to its probability; 0 for those that may not be drawn. Throws a RangeError when the
 * logits give no distribution.
 */
export function weights(logits: Float32Array, sampling: Omit<Sampling, "seed">): Float64Array {
  let top = -Infinity;
  for (const value of logits) if (value > top) top = value;
  const all = weigh(logits, top, sampling.temperature);
  const total = sum(all);
  if (!Number.isFinite(total))
    throw new RangeError("cannot sample: the model's logits are not all numbers, its weights or its graph are broken");
  if (sampling.topK === undefined && sampling.topP === undefined) return all;

  const kept = likeliest(logits, { ...sampling, top, total });
  const edge = kept.at(-1) as number;
  let equals = kept.length - kept.indexOf(edge);
  for (let i = 0; i < logits.length; i++) {
    const value = logits[i] as number;
    if (value < edge || (value === edge && equals-- <= 0)) all[i] = 0;
  }
  return all;
}

function weigh(logits: Float32Array, top: number, temperature: number): Float64Array {
  const out = new Float64Array(logits.length);
  for (let i = 0; i < out.length; i++) out[i] = Math.exp(((logits[i] as number) - top) / temperature);
  return out;
}

interface Filters extends Omit<Sampling, "seed"> {
  /** The largest logit, and the weight of all. */
  readonly top: number;
  readonly total: number;
}

/**
 * The logits that top-k and top-p leave, in descending order. Logits are compared and not weights, which high
 * temperatures make the same.
 */
function likeliest(logits: Float32Array, filters: Filters): Float32Array {
  const { temperature, topK, topP, top, total } = filters;
  const descending = nearTop(logits, filters).sort().reverse().subarray(0, topK);
  if (topP === undefined) return descending;
  const masses = weigh(descending, top, temperature);
  return descending.subarray(0, nucleus(masses, topP * (topK === undefined ? total : sum(masses))));
}

/** Enough of the largest logits to filter. To sort all of a vocabulary would take as long as a small model's step. */
function nearTop(logits: Float32Array, { temperature, topK, topP = 1, top, total }: Filters): Float32Array {
  for (const reach of [4, 8, 16]) {
    const near = logits.filter((value) => value >= top - reach * temperature);
    const isEnough = topK === undefined ? sum(weigh(near, top, temperature)) >= topP * total : near.length >= topK;
    if (isEnough) return near;
  }
  return logits.slice();
}

/** How many of the largest weights it takes to reach a mass; one at least. */
function nucleus(descending: Float64Array, goal: number): number {
  let [count, mass] = [1, descending[0] as number];
  while (mass < goal && count < descending.length) mass += descending[count++] as number;
  return count;
}

/** The first token up to which the weights exceed the share `uniform` of their sum: none of weight 0. */
function draw(ofTokens: Float64Array, uniform: number): number {
  const goal = uniform * sum(ofTokens);
  let [token, mass] = [0, ofTokens[0] as number];
  while (mass <= goal) mass += ofTokens[++token] as number;
  return token;
}

function sum(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
