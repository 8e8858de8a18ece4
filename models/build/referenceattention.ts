/**
 * Attention of the reference. Grouped queries: https://arxiv.org/abs/2305.13245. Latent attention, with every head's keys and
 * values multiplied out: https://arxiv.org/abs/2405.04434, section 2.1. Attention sinks: https://arxiv.org/abs/2508.10925. Gated short
 * convolutions in its place: https://arxiv.org/abs/2511.23404.
 */
import type {
  Architecture,
  GroupedAttention,
  LatentAttention,
  Mixer,
  Rotary,
  ShortConvolution,
  View,
} from "./architecture.ts";
import { apply, normed, rmsNormed } from "./referencemaps.ts";
import { add, clamp, dot, mixture, softmax, split, type Elements, type Vector } from "./vectors.ts";

/** Keys and values [head] of every position so far; of a convolution one value, what it sums, and no key. */
export type LayerCache = { keys: Vector[]; values: Vector[] }[];

/** The token that attends: where it stands, and what came before it in this layer. */
interface Place {
  elements: Elements;
  position: number;
  positions: Architecture["positions"];
  normEpsilon: number;
  cache: LayerCache;
}

export function mixerOf(mixer: Mixer, x: Vector, place: Place): Vector {
  switch (mixer.kind) {
    case "grouped":
      return groupedAttention(mixer, x, place);
    case "latent":
      return latentAttention(mixer, x, place);
    case "convolution":
      return shortConvolution(mixer, x, place);
  }
}

function groupedAttention(attention: GroupedAttention, x: Vector, place: Place): Vector {
  const { heads, kvHeads, headNorm, clip = Infinity, scale, window, sinks, output } = attention;
  const { elements, cache } = place;
  const cut = (values: Vector) => values.map((value) => clamp(value, -clip, clip));
  const turned = (values: Vector, count: number, norm: View | undefined) =>
    split(cut(norm ? normedParts(values, norm, place) : values), count).map((head) => rotated(head, place));
  const queries = turned(apply(elements, attention.query, x), heads, headNorm?.query);
  cache.push({
    keys: turned(apply(elements, attention.key, x), kvHeads, headNorm?.key),
    values: split(cut(apply(elements, attention.value, x)), kvHeads),
  });
  const seen = cache.slice(window === undefined ? 0 : -window);
  const mixed = queries.flatMap((query, head) => {
    const group = Math.floor(head / (heads / kvHeads));
    const scores = seen.map(({ keys }) => dot(query, keys[group]!) * scale);
    const sink = sinks ? [elements(sinks)[head]!] : [];
    return mixture(
      softmax([...scores, ...sink]),
      seen.map(({ values }) => values[group]!),
    );
  });
  return apply(elements, output, mixed);
}

function latentAttention(attention: LatentAttention, x: Vector, place: Place): Vector {
  const { heads, nopeDim, latentDim, query, keyValueDown, keyValueNorm, keyValueUp, scale, output } = attention;
  const { elements, normEpsilon, cache } = place;
  const low = "weight" in query ? x : normed(elements, query.norm, apply(elements, query.down, x), normEpsilon);
  const down = apply(elements, keyValueDown, x);
  const latent = normed(elements, keyValueNorm, down.slice(0, latentDim), normEpsilon);
  const sharedKey = rotated(down.slice(latentDim), place);
  const up = split(apply(elements, keyValueUp, latent), heads);
  cache.push({
    keys: up.map((head) => [...head.slice(0, nopeDim), ...sharedKey]),
    values: up.map((head) => head.slice(nopeDim)),
  });
  const queries = split(apply(elements, "weight" in query ? query : query.up, low), heads);
  const mixed = queries.flatMap((plain, head) => {
    const turned = [...plain.slice(0, nopeDim), ...rotated(plain.slice(nopeDim), place)];
    return mixture(
      softmax(cache.map(({ keys }) => dot(turned, keys[head]!) * scale)),
      cache.map(({ values }) => values[head]!),
    );
  });
  return apply(elements, output, mixed);
}

function shortConvolution({ input, kernel, output }: ShortConvolution, x: Vector, { elements, cache }: Place): Vector {
  const [before, after, values] = split(apply(elements, input, x), 3) as [Vector, Vector, Vector];
  cache.push({ keys: [], values: [multiplied(before, values)] });
  const length = kernel.weight.shape[1]!;
  const weights = split([...elements(kernel.weight)], values.length);
  const seen = cache.slice(-length).reverse();
  const sums = values.map((_, channel) =>
    dot(
      seen.map((position) => position.values[0]![channel]!),
      seen.map((__, ago) => weights[channel]![length - 1 - ago]!),
    ),
  );
  return apply(elements, output, multiplied(after, kernel.bias ? add(sums, [...elements(kernel.bias)]) : sums));
}

function multiplied(a: Vector, b: Vector): Vector {
  return a.map((value, i) => value * b[i]!);
}

/** RMS norm of every piece as long as the scale. */
function normedParts(values: Vector, scale: View, { elements, normEpsilon }: Place): Vector {
  const weights = elements(scale);
  return split(values, values.length / weights.length).flatMap((part) => rmsNormed(part, weights, normEpsilon));
}

function rotated(head: Vector, { position, positions }: Place): Vector {
  if (positions.kind === "learned") return head;
  const { frequencies, scale } = positions;
  const turned = [...head];
  for (const [pair, frequency] of frequencies.entries()) {
    const [first, second] = elementsOfPair(pair, positions);
    const [cosine, sine] = [scale * Math.cos(position * frequency), scale * Math.sin(position * frequency)];
    turned[first] = head[first]! * cosine - head[second]! * sine;
    turned[second] = head[second]! * cosine + head[first]! * sine;
  }
  return turned;
}

function elementsOfPair(pair: number, { pairs, frequencies }: Rotary): [number, number] {
  return pairs === "neighbours" ? [2 * pair, 2 * pair + 1] : [pair, pair + frequencies.length];
}
