import type { Routing, SigmoidRouting } from "./architecture.ts";
import { integers, number, stored, type Scope } from "./scope.ts";

/** Which experts each row goes to: `experts` int64 and `weights` float32, both [rows, perToken]. */
export interface Routed {
  experts: string;
  weights: string;
}

/** From the router's logits [rows, count] the chosen experts and what their outputs are multiplied by. */
export function addRouting(scope: Scope, logits: string, count: number, routing: Routing): Routed {
  const { builder } = scope;
  if (routing.sigmoid) return addSigmoidRouting(scope, logits, routing);
  const { perToken, renormalise, groups } = routing;
  // Softmax over the chosen logits is the renormalised softmax over all, and needs one node less.
  if (renormalise && !groups) {
    const { values, indices } = addTopK(scope, logits, perToken);
    return { experts: indices, weights: scaled(scope, softmax(scope, values), routing.scale) };
  }
  const { values, indices } = addTopK(scope, addProbabilities(scope, logits, count, groups), perToken);
  const weights = renormalise ? builder.node({ op: "Div", inputs: [values, sumOverLast(scope, values)] }) : values;
  return { experts: indices, weights: scaled(scope, weights, routing.scale) };
}

/** Scores of the experts each row goes to, as they are before they are weights; shapes as in `Routed`. */
export interface Scored {
  experts: string;
  scores: string;
}

/** The experts whose sigmoid is largest, after the bias is added to it, and their sigmoids without it. */
export function addSigmoidChoice(scope: Scope, logits: string, { perToken, sigmoid }: SigmoidRouting): Scored {
  const { builder } = scope;
  const scores = builder.node({ op: "Sigmoid", inputs: [logits] });
  if (!sigmoid.bias) {
    const { values, indices } = addTopK(scope, scores, perToken);
    return { experts: indices, scores: values };
  }
  const biased = builder.node({ op: "Add", inputs: [scores, stored(scope, sigmoid.bias)] });
  const { indices } = addTopK(scope, biased, perToken);
  const chosen = builder.node({ op: "GatherElements", inputs: [scores, indices], attributes: { axis: { int: -1 } } });
  return { experts: indices, scores: chosen };
}

/** What renormalised scores are divided by, [rows, 1]. */
export function addDivisor(scope: Scope, sum: string, { sigmoid }: SigmoidRouting): string {
  if (sigmoid.epsilon === 0) return sum;
  return scope.builder.node({ op: "Add", inputs: [sum, number(scope, "epsilon", sigmoid.epsilon)] });
}

function addSigmoidRouting(scope: Scope, logits: string, routing: SigmoidRouting): Routed {
  const { experts, scores } = addSigmoidChoice(scope, logits, routing);
  const divisor = () => addDivisor(scope, sumOverLast(scope, scores), routing);
  const weights = routing.renormalise ? scope.builder.node({ op: "Div", inputs: [scores, divisor()] }) : scores;
  return { experts, weights: scaled(scope, weights, routing.scale) };
}

/** Softmax over all experts, [rows, count]; those of groups that are not chosen get zero. */
export function addProbabilities(scope: Scope, logits: string, count: number, groups: Routing["groups"]): string {
  const { builder } = scope;
  const probabilities = softmax(scope, logits);
  if (!groups) return probabilities;
  const reshape = (input: string, shape: number[]) =>
    builder.node({ op: "Reshape", inputs: [input, integers(scope, "shape", shape)] });
  const grouped = reshape(probabilities, [-1, groups.count, count / groups.count]);
  const lastAxis = integers(scope, "axis", [-1]);
  const best = builder.node({ op: "ReduceMax", inputs: [grouped, lastAxis], attributes: { keepdims: { int: 0 } } });
  const { indices } = addTopK(scope, best, groups.chosen);
  const isChosen = builder.node({
    op: "ScatterElements",
    inputs: [builder.node({ op: "Mul", inputs: [best, number(scope, "zero", 0)] }), indices, ones(scope, indices)],
    attributes: { axis: { int: -1 } },
  });
  const masked = builder.node({
    op: "Mul",
    inputs: [grouped, builder.node({ op: "Unsqueeze", inputs: [isChosen, lastAxis] })],
  });
  return reshape(masked, [-1, count]);
}

/** The `k` largest of each row, the largest first. */
export function addTopK(scope: Scope, input: string, k: number): { values: string; indices: string } {
  const { builder } = scope;
  const [values, indices] = [builder.fresh("largest"), builder.fresh("chosen")];
  builder.node({ op: "TopK", inputs: [input, integers(scope, "k", [k])], outputs: [values, indices] });
  return { values, indices };
}

/** Sums over the last axis, which stays with length 1. */
export function sumOverLast(scope: Scope, input: string): string {
  return scope.builder.node({ op: "ReduceSum", inputs: [input, integers(scope, "axis", [-1])] });
}

/** `input` times a number, or itself where that is 1. */
export function scaled(scope: Scope, input: string, factor: number): string {
  return factor === 1 ? input : scope.builder.node({ op: "Mul", inputs: [input, number(scope, "factor", factor)] });
}

/** Ones in the shape of int64 `like`. */
function ones(scope: Scope, like: string): string {
  const { builder } = scope;
  const shape = builder.node({ op: "Shape", inputs: [like] });
  return builder.node({ op: "Expand", inputs: [number(scope, "one", 1), shape] });
}

function softmax({ builder }: Scope, input: string): string {
  return builder.node({ op: "Softmax", inputs: [input], attributes: { axis: { int: -1 } } });
}
