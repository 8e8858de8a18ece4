import { bytesOf } from "./elementtype.ts";
import type { Dimension, OnnxValue } from "./onnxmodel.ts";

/** The key-value cache a graph takes and gives back. */
export interface CacheShape {
  /** Inputs that hold keys or values: two a layer. */
  inputs: number;
  /** Bytes that one token adds for one sequence. */
  bytesPerToken: number;
}

/**
 * The cache that inputs named `past...` declare, [batch, heads, tokens, length] each or those dimensions in another order, or
 * [2, batch, heads, tokens, length] with keys and values in one. The cache of an encoder does not grow with tokens and is left
 * out, as are inputs whose shape does not say which dimension is the tokens'. Absent where a graph has no such inputs.
 */
export function cacheShape(inputs: readonly OnnxValue[]): CacheShape | undefined {
  const bytes = inputs.flatMap((input) => {
    const isCache = /^(past|cache)/i.test(input.name) && !/encoder|conv|ssm|recurrent/i.test(input.name);
    const elements = isCache && input.shape ? elementsPerToken(input.shape) : undefined;
    return elements === undefined || input.type === undefined ? [] : [bytesOf(input.type, elements)];
  });
  if (bytes.length === 0) return undefined;
  return { inputs: bytes.length, bytesPerToken: bytes.reduce((sum, each) => sum + each, 0) };
}

/** The product of the dimensions that are neither batch nor tokens. */
function elementsPerToken(shape: readonly Dimension[]): number | undefined {
  if (shape.length < 3 || shape.length > 5) return undefined;
  const batch = shape.length === 5 ? 1 : 0;
  const rest = shape.map((dimension, at) => ({ dimension, at })).filter(({ at }) => at !== batch);
  const named = rest.filter(({ dimension }) => typeof dimension === "string");
  // Where no dimension is named the cache has a fixed length, in the usual place: the last but one.
  const tokens = named.length === 0 ? shape.length - 2 : named.length === 1 ? named[0]!.at : undefined;
  if (tokens === undefined) return undefined;
  return rest.reduce((product, { dimension, at }) => (at === tokens ? product : product * Number(dimension)), 1);
}
