/**
 * Feed-forwards of the reference. Gated units: https://arxiv.org/abs/2002.05202, in gpt-oss's form https://arxiv.org/abs/2508.10925.
 * Top-k routing: https://arxiv.org/abs/2401.04088; with groups, shared units and unscaled weights: https://arxiv.org/abs/2405.04434;
 * of sigmoids, with a bias for the choice alone: https://arxiv.org/abs/2412.19437.
 */
import type { FeedForward, GatedUnit, SigmoidRouting, SoftmaxRouting, SparseFeedForward } from "./architecture.ts";
import { apply } from "./referencemaps.ts";
import { add, clamp, mixture, sigmoid, softmax, split, sum, times, type Elements, type Vector } from "./vectors.ts";

export function feedForwardOf(feedForward: FeedForward, x: Vector, elements: Elements): Vector {
  switch (feedForward.kind) {
    case "gated":
      return gated(feedForward, x, elements);
    case "plain":
      return apply(elements, feedForward.down, apply(elements, feedForward.up, x).map(gelu));
    case "sparse":
      return sparse(feedForward, x, elements);
  }
}

function gated({ gate, up, down, clamped }: GatedUnit, x: Vector, elements: Elements): Vector {
  const { alpha, shift, limit } = clamped ?? { alpha: 1, shift: 0, limit: Infinity };
  const linear = apply(elements, up, x).map((value) => clamp(value, -limit, limit) + shift);
  const opened = apply(elements, gate, x)
    .map((value) => Math.min(value, limit))
    .map((value, i) => value * sigmoid(alpha * value) * linear[i]!);
  return apply(elements, down, opened);
}

/** The tanh form: https://arxiv.org/abs/1606.08415 */
function gelu(x: number): number {
  return 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
}

function sparse({ router, routing, experts, shared }: SparseFeedForward, x: Vector, elements: Elements): Vector {
  const logits = apply(elements, router, x);
  const { chosen, weights } = routing.sigmoid
    ? routeBySigmoid(logits.map(sigmoid), routing, elements)
    : route(softmax(logits), routing);
  const mixed = mixture(
    weights,
    chosen.map((expert) => gated(experts[expert]!, x, elements)),
  );
  if (!shared) return mixed;
  const openness = shared.gate ? sigmoid(apply(elements, shared.gate, x)[0]!) : 1;
  return add(mixed, times(gated(shared.unit, x, elements), openness));
}

function routeBySigmoid(
  scores: Vector,
  { perToken, renormalise, scale, sigmoid: { bias, epsilon } }: SigmoidRouting,
  elements: Elements,
) {
  const chosen = largest(bias ? add(scores, [...elements(bias)]) : scores, perToken);
  const weights = chosen.map((expert) => scores[expert]!);
  return { chosen, weights: times(weights, renormalise ? scale / (sum(weights) + epsilon) : scale) };
}

function route(probabilities: Vector, { perToken, renormalise, scale, groups }: SoftmaxRouting) {
  const eligible = groups ? inBestGroups(probabilities, groups) : probabilities;
  const chosen = largest(eligible, perToken);
  const weights = chosen.map((expert) => probabilities[expert]!);
  return { chosen, weights: times(weights, renormalise ? scale / sum(weights) : scale) };
}

/** The probabilities of experts whose group may be chosen, 0 for the others. */
function inBestGroups(probabilities: Vector, { count, chosen }: { count: number; chosen: number }): Vector {
  const groups = split(probabilities, count);
  const best = largest(
    groups.map((group) => Math.max(...group)),
    chosen,
  );
  return groups.flatMap((group, index) => (best.includes(index) ? group : group.map(() => 0)));
}

/** Where the `count` largest values are. */
function largest(values: Vector, count: number): number[] {
  return values
    .map((value, index) => ({ value, index }))
    .sort((a, b) => b.value - a.value)
    .slice(0, count)
    .map(({ index }) => index);
}
