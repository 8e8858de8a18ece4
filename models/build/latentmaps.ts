/** The matrices of latent attention: projections of the input, and each head's own on either side of the latent. */
import type { LatentAttention, Linear, View } from "./architecture.ts";
import { weightsToFloat16 } from "./float16.ts";
import { addLinear, widened } from "./linear.ts";
import { addNorm } from "./norm.ts";
import { integers, type Scope } from "./scope.ts";
import { slice, transposed } from "./weights.ts";

/** Projections of the input, [batch_size, sequence_length, ...]; queries have their heads side by side. */
export interface LatentProjections {
  /** [heads * nopeDim] */
  query: string;
  /** [heads * rotaryDim], not yet rotated. */
  rotaryQuery: string;
  /** [latentDim], not yet normed. */
  latent: string;
  /** [rotaryDim], not yet rotated. */
  rotaryKey: string;
}

/** Rows of the query's map are put in another order, so that parts of a kind lie together and one Split takes all apart. */
export function addLatentProjections(scope: Scope, input: string, attention: LatentAttention): LatentProjections {
  const { heads, nopeDim, rotaryDim, latentDim, query, keyValueDown } = attention;
  const map = "weight" in query ? query : query.up;
  const ofEachHead = (from: number, count: number) =>
    Array.from({ length: heads }, (_, head) => rows(map, head * (nopeDim + rotaryDim) + from, count));
  const queries = [...ofEachHead(0, nopeDim), ...ofEachHead(nopeDim, rotaryDim)];
  const [queryWidths, keyWidths] = [
    { query: heads * nopeDim, rotaryQuery: heads * rotaryDim },
    { latent: latentDim, rotaryKey: rotaryDim },
  ];
  if ("weight" in query) {
    return addSplit(scope, addLinear(scope, input, [...queries, keyValueDown]), { ...queryWidths, ...keyWidths });
  }
  const down = addLinear(scope, input, [query.down, keyValueDown]);
  const { low, ...keys } = addSplit(scope, down, { low: query.down.weight.shape[0]!, ...keyWidths });
  return { ...keys, ...addSplit(scope, addLinear(scope, addNorm(scope, low, query.norm), queries), queryWidths) };
}

/** Kᵀ q of each head: [tokens, heads, nopeDim] to [tokens, heads, latentDim]. A bias of K would shift all scores alike. */
export function addHeadKeys(scope: Scope, attention: LatentAttention, queries: string): string {
  const { nopeDim, valueDim, latentDim, keyValueUp } = attention;
  const ofHead = (head: number) => slice(keyValueUp.weight, { from: head * (nopeDim + valueDim), count: nopeDim });
  return addPerHead(scope, queries, attention, "latent_keys", [nopeDim, latentDim], ofHead);
}

/** V c of each head: [tokens, heads, latentDim] to [tokens, heads, valueDim]. */
export function addHeadValues(scope: Scope, attention: LatentAttention, latents: string): string {
  const { heads, nopeDim, valueDim, latentDim, keyValueUp } = attention;
  const rowsOf = (head: number) => ({ from: head * (nopeDim + valueDim) + nopeDim, count: valueDim });
  const ofHead = (head: number) => transposed(slice(keyValueUp.weight, rowsOf(head)));
  const values = addPerHead(scope, latents, attention, "latent_values", [latentDim, valueDim], ofHead);
  const { bias } = keyValueUp;
  if (!bias) return values;
  const { builder, weights } = scope;
  const added = builder.initializer("latent_bias", "float32", [heads, valueDim], async function* () {
    for (let head = 0; head < heads; head++) yield await weights.read(slice(bias, rowsOf(head)));
  });
  return builder.node({ op: "Add", inputs: [values, added] });
}

/**
 * [tokens, heads, n] times a matrix [n, m] per head: [tokens, heads, m]. The matrices are halves where the model's are not float32:
 * ONNX Runtime has no product of many integer matrices.
 */
function addPerHead(
  { builder, weights, precision }: Scope,
  input: string,
  { heads }: LatentAttention,
  name: string,
  shape: readonly [number, number],
  ofHead: (head: number) => View,
): string {
  const half = precision !== "fp32";
  const stored = builder.initializer(name, half ? "float16" : "float32", [heads, ...shape], async function* () {
    for (let head = 0; head < heads; head++) {
      const matrix = await weights.read(ofHead(head));
      yield half ? weightsToFloat16(matrix, name) : matrix;
    }
  });
  const multiplied = builder.node({
    op: "FusedMatMul",
    inputs: [input, half ? widened(builder, stored) : stored],
    attributes: { transBatchA: { int: 1 } },
  });
  return builder.node({ op: "Transpose", inputs: [multiplied], attributes: { perm: { ints: [1, 0, 2] } } });
}

/** Some of a map's outputs as a map of their own. */
function rows({ weight, bias }: Linear, from: number, count: number): Linear {
  return { weight: slice(weight, { from, count }), ...(bias && { bias: slice(bias, { from, count }) }) };
}

/** Takes the last axis apart into named pieces of these widths. */
function addSplit<Name extends string>(
  scope: Scope,
  input: string,
  widths: Readonly<Record<Name, number>>,
): Record<Name, string> {
  const { builder } = scope;
  const names = Object.keys(widths) as Name[];
  const pieces = names.map((name) => [name, builder.fresh(name)] as const);
  builder.node({
    op: "Split",
    inputs: [
      input,
      integers(
        scope,
        "widths",
        names.map((name) => widths[name]),
      ),
    ],
    outputs: pieces.map(([, output]) => output),
    attributes: { axis: { int: -1 } },
  });
  return Object.fromEntries(pieces) as Record<Name, string>;
}
