import type { Tensor } from "onnxruntime-node";
import { CheckpointError } from "../build/checkpointerror.ts";
import { decodeElements } from "./elements.ts";
import type { MixtureWork } from "./walk.ts";

/** A value of the graph that says which experts were chosen. */
export interface RouterOutput {
  value: string;
  layer: number;
  experts: number;
  perToken: number;
  /** The chosen experts in a tensor of that value, `perToken` for each token. */
  choicesIn(tensor: Tensor): number[];
}

/** The routers' outputs of a graph's mixtures: the indices they chose, or the scores that an operator chooses from. */
export function routerOutputs(mixtures: readonly MixtureWork[], path: string): RouterOutput[] {
  if (mixtures.length === 0)
    throw new CheckpointError(`cannot trace the routing of ${path}: it has no mixture of experts`);
  return mixtures.map(({ layer: counted, declared, router, how }, at) => {
    const { experts, perToken } = declared;
    const layer = counted ?? at;
    const { choice, logits } = router ?? {};
    const indices = choice?.within.length === 0 ? choice.outputs[choice.op === "TopK" ? 1 : 0] : undefined;
    const value = indices || logits;
    if (!value || perToken === undefined) {
      throw new CheckpointError(
        `cannot trace the routing of ${path}: layer ${layer} (${how}) has no choice of experts that could be read`,
      );
    }
    const output = { value, layer, experts, perToken };
    if (value === indices) return { ...output, choicesIn: (tensor: Tensor) => expertsIn(tensor, experts, path) };
    return { ...output, choicesIn: (tensor: Tensor) => largestOfRows(numbersIn(tensor), experts, perToken) };
  });
}

function expertsIn(tensor: Tensor, experts: number, path: string): number[] {
  const chosen = Array.from(tensor.data as BigInt64Array, Number);
  const wrong = chosen.find((expert) => !(expert >= 0 && expert < experts));
  if (wrong !== undefined)
    throw new CheckpointError(`${path} chose expert ${wrong} of ${experts}; its router was misread`);
  return chosen;
}

function numbersIn(tensor: Tensor): ArrayLike<number> {
  if (tensor.type !== "float16") return tensor.data as Float32Array;
  const { buffer, byteOffset, byteLength } = tensor.data as Uint16Array;
  return decodeElements("float16", new Uint8Array(buffer, byteOffset, byteLength))!;
}

/** The places of the `count` largest of each row of `width`; of equals the first, as `TopK` does. */
export function largestOfRows(scores: ArrayLike<number>, width: number, count: number): number[] {
  const chosen: number[] = [];
  for (let row = 0; row < scores.length; row += width) {
    const order = Array.from({ length: width }, (_, at) => at);
    order.sort((a, b) => scores[row + b]! - scores[row + a]! || a - b);
    chosen.push(...order.slice(0, count));
  }
  return chosen;
}
