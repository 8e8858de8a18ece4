import type { GroupedAttention, View } from "./architecture.ts";
import { addLinear } from "./linear.ts";
import { elementTypes } from "./onnx.ts";
import { addRotatedHeads, type Rotation } from "./positions.ts";
import { integers, number, stored, type Scope } from "./scope.ts";

/** What every layer of grouped attention takes from the graph's own inputs. */
export interface GroupedInputs {
  /** int32 [batch_size]: tokens of each row, the new ones included, less one. */
  lastPositions: string;
  /** int32 [1]: the longest row's tokens, the new ones included. */
  totalLength: string;
  /** int64 [1]: where in the cache the new tokens begin and end. */
  newTokens: { begin: string; end: string };
}

/**
 * Only the number of ones in a row of the mask counts, since the cache keeps each row's tokens without gaps: padding comes after a
 * row's tokens (right padding), and is overwritten by later ones.
 */
export function addGroupedInputs(scope: Scope, ids: string, mask: string): GroupedInputs {
  const { builder } = scope;
  const toInt32 = (input: string) =>
    builder.node({ op: "Cast", inputs: [input], attributes: { to: { int: elementTypes.int32 } } });
  const tokens = builder.node({
    op: "ReduceSum",
    inputs: [mask, integers(scope, "axis", [1])],
    attributes: { keepdims: { int: 0 } },
  });
  const length = (input: string) => builder.node({ op: "Shape", inputs: [input], attributes: { start: { int: 1 } } });
  const end = length(mask);
  return {
    newTokens: { begin: builder.node({ op: "Sub", inputs: [end, length(ids)] }), end },
    lastPositions: toInt32(builder.node({ op: "Sub", inputs: [tokens, integers(scope, "one", [1])] })),
    totalLength: toInt32(end),
  };
}

/** Grouped-query attention over `past_key_values.<layer>` and the new tokens, in one node. */
export function addGroupedAttention(
  scope: Scope,
  input: string,
  attention: GroupedAttention,
  { lastPositions, totalLength, newTokens }: GroupedInputs,
  rotation: Rotation | undefined,
  layer: number,
): string {
  const { builder } = scope;
  const { heads, kvHeads, headDim, scale, window, sinks, output } = attention;
  const inside = rotatedByAttention(headDim) ? rotation : undefined;
  const attended = builder.fresh("attention");
  addCache(scope, attention, layer);
  builder.node({
    op: "GroupQueryAttention",
    inputs: [
      addQueryKeyValue(scope, input, attention, rotation),
      "",
      "",
      `past_key_values.${layer}.key`,
      `past_key_values.${layer}.value`,
      lastPositions,
      totalLength,
      ...(inside ? [inside.cosines, inside.sines, inside.positions] : ["", "", ""]),
      // A bias of the scores, which nothing here has.
      "",
      sinks ? stored(scope, sinks) : "",
    ],
    outputs: [attended, `present.${layer}.key`, `present.${layer}.value`],
    attributes: {
      num_heads: { int: heads },
      kv_num_heads: { int: kvHeads },
      scale: { float: scale },
      do_rotary: { int: inside ? 1 : 0 },
      rotary_interleaved: { int: inside?.interleaved ?? 0 },
      local_window_size: { int: window ?? -1 },
    },
  });
  for (const part of cacheParts) {
    builder.node({
      op: "Slice",
      inputs: [`present.${layer}.${part}`, newTokens.begin, newTokens.end, integers(scope, "axis", [2])],
      outputs: [`appended.${layer}.${part}`],
    });
  }
  return addLinear(scope, attended, [output]);
}

/**
 * Adds the output `appended`, float32 [batch_size, layers * 2 * kvHeads, sequence_length, headDim]: of every layer of grouped attention
 * the keys and then the values that the new tokens add to the cache. Who keeps the cache in buffers of its own needs nothing else, and is spared a
 * copy of all the rest at every token; rows must be of one length.
 */
export function addAppended({ builder, architecture: { blocks } }: Scope): void {
  const layers = blocks.flatMap(({ attention }, layer) =>
    attention.kind === "grouped" ? [{ ...attention, layer }] : [],
  );
  const inputs = layers.flatMap(({ layer }) => cacheParts.map((part) => `appended.${layer}.${part}`));
  const heads = layers.reduce((sum, { kvHeads }) => sum + cacheParts.length * kvHeads, 0);
  builder.output("appended", "float32", ["batch_size", heads, "sequence_length", layers[0]!.headDim]);
  builder.node({ op: "Concat", inputs, outputs: ["appended"], attributes: { axis: { int: 1 } } });
}

const cacheParts = ["key", "value"] as const;

/** The cache of one layer, [batch_size, kvHeads, tokens, headDim]; past and present may be the same buffer. */
function addCache({ builder }: Scope, { kvHeads, headDim }: GroupedAttention, layer: number): void {
  for (const part of cacheParts) {
    const shape = (tokens: string) => ["batch_size", kvHeads, tokens, headDim];
    builder.input(`past_key_values.${layer}.${part}`, "float32", shape("past_sequence_length"));
    builder.output(`present.${layer}.${part}`, "float32", shape("total_sequence_length"));
  }
}

/** onnxruntime 1.30 refuses to rotate heads of other sizes inside the node. */
function rotatedByAttention(headDim: number): boolean {
  return headDim % 16 === 0;
}

/** Query, key and value heads side by side, from one map where nothing comes between it and attention. */
function addQueryKeyValue(
  scope: Scope,
  input: string,
  attention: GroupedAttention,
  rotation: Rotation | undefined,
): string {
  const { heads, kvHeads, headDim, query, key, value, headNorm, clip } = attention;
  const cut = (part: string) => (clip === undefined ? part : addClip(scope, part, clip));
  const rotatedHere = rotation && !rotatedByAttention(headDim);
  if (!headNorm && !rotatedHere) return cut(addLinear(scope, input, [query, key, value]));
  let queryKey = headNorm ? addNormedHeads(scope, input, attention, headNorm) : addLinear(scope, input, [query, key]);
  queryKey = cut(queryKey);
  if (rotatedHere) queryKey = addRotatedHeads(scope, queryKey, heads + kvHeads, rotation);
  return sideBySide(scope, [queryKey, cut(addLinear(scope, input, [value]))]);
}

/** Normed query and key heads: in one node where both scales are equally long, each part as long as its scale. */
function addNormedHeads(
  scope: Scope,
  input: string,
  { heads, kvHeads, headDim, query, key }: GroupedAttention,
  scales: { query: View; key: View },
): string {
  const [width, keyWidth] = [scales.query.shape[0]!, scales.key.shape[0]!];
  const queries = { scale: scales.query, parts: (heads * headDim) / width };
  const keys = { scale: scales.key, parts: (kvHeads * headDim) / keyWidth };
  if (width === keyWidth) return addNormedParts(scope, addLinear(scope, input, [query, key]), width, [queries, keys]);
  return sideBySide(scope, [
    addNormedParts(scope, addLinear(scope, input, [query]), width, [queries]),
    addNormedParts(scope, addLinear(scope, input, [key]), keyWidth, [keys]),
  ]);
}

/** RMS norm of every `width` elements by themselves, as one node: its scale [1, 1, parts, width] repeats each scale for its parts. */
function addNormedParts(
  scope: Scope,
  input: string,
  width: number,
  scales: readonly { scale: View; parts: number }[],
): string {
  const { builder, weights, architecture } = scope;
  const parts = scales.reduce((sum, each) => sum + each.parts, 0);
  const repeated = builder.initializer("head_norm", "float32", [1, 1, parts, width], async function* () {
    for (const each of scales) {
      const scale = await weights.read(each.scale);
      for (let part = 0; part < each.parts; part++) yield scale;
    }
  });
  const apart = builder.node({ op: "Reshape", inputs: [input, integers(scope, "shape", [0, 0, parts, width])] });
  const normed = builder.node({
    op: "SimplifiedLayerNormalization",
    inputs: [apart, repeated],
    attributes: { axis: { int: -1 }, epsilon: { float: architecture.normEpsilon }, stash_type: { int: 1 } },
  });
  return builder.node({ op: "Reshape", inputs: [normed, integers(scope, "shape", [0, 0, parts * width])] });
}

function addClip(scope: Scope, input: string, limit: number): string {
  const bounds = [-limit, limit].map((value) => number(scope, "clip", value));
  return scope.builder.node({ op: "Clip", inputs: [input, ...bounds] });
}

function sideBySide({ builder }: Scope, inputs: readonly string[]): string {
  return builder.node({ op: "Concat", inputs, attributes: { axis: { int: -1 } } });
}
