/** Parts of an architecture under the names that `transformers` stores them by: linear maps, norms, attention. */
import type { GroupedAttention, LatentAttention, Linear, Norm, ShortConvolution } from "./architecture.ts";
import { CheckpointError } from "./checkpointerror.ts";
import { whole } from "./weights.ts";

/** `name.weight` [outer, inner], and `name.bias` [outer] if there is one. */
export function linear(name: string, inner: number, outer: number, { bias = false } = {}): Linear {
  return {
    weight: whole({ name: `${name}.weight`, shape: [outer, inner] }),
    ...(bias && { bias: whole({ name: `${name}.bias`, shape: [outer] }) }),
  };
}

export function rmsNorm(name: string, width: number): Norm {
  return { kind: "rms", scale: whole({ name: `${name}.weight`, shape: [width] }) };
}

export function layerNorm(name: string, width: number): Norm {
  return {
    kind: "layer",
    scale: whole({ name: `${name}.weight`, shape: [width] }),
    bias: whole({ name: `${name}.bias`, shape: [width] }),
  };
}

export interface Heads {
  hidden: number;
  heads: number;
  kvHeads: number;
  headDim: number;
}

/** How grouped attention may depart from Llama's. */
export interface GroupedTraits {
  /** Which maps have biases: all four, or all but the output; none if absent. */
  bias?: "all" | "inputs" | "none";
  /** RMS norms of query and key: of each head, or of all heads together. */
  headNorm?: "each" | "together";
  clip?: number | undefined;
  /** headDim^-0.5 if absent. */
  scale?: number;
  window?: number | undefined;
  sinks?: boolean;
  /** Where they are not Llama's and Qwen's. */
  names?: { output: string; queryNorm: string; keyNorm: string };
}

const usualNames = { output: "o_proj", queryNorm: "q_norm", keyNorm: "k_norm" };

/** Maps `q_proj`, `k_proj`, `v_proj` and one to the stream under `name`. */
export function groupedAttention(
  name: string,
  { hidden, heads, kvHeads, headDim }: Heads,
  traits: GroupedTraits = {},
): GroupedAttention {
  const { bias = "none", headNorm, clip, scale = headDim ** -0.5, window, sinks = false, names = usualNames } = traits;
  const [queries, keys] = [heads * headDim, kvHeads * headDim];
  const input = { bias: bias !== "none" };
  return {
    kind: "grouped",
    heads,
    kvHeads,
    headDim,
    query: linear(`${name}.q_proj`, hidden, queries, input),
    key: linear(`${name}.k_proj`, hidden, keys, input),
    value: linear(`${name}.v_proj`, hidden, keys, input),
    output: linear(`${name}.${names.output}`, queries, hidden, { bias: bias === "all" }),
    scale,
    ...(headNorm && {
      headNorm: {
        query: whole({ name: `${name}.${names.queryNorm}.weight`, shape: [headNorm === "each" ? headDim : queries] }),
        key: whole({ name: `${name}.${names.keyNorm}.weight`, shape: [headNorm === "each" ? headDim : keys] }),
      },
    }),
    ...(clip !== undefined && { clip }),
    ...(window !== undefined && { window }),
    ...(sinks && { sinks: whole({ name: `${name}.sinks`, shape: [heads] }) }),
  };
}

/** A convolution over `length` positions, its kernel stored as `torch.nn.Conv1d` does: [hidden, 1, length]. */
export function shortConvolution(
  name: string,
  { hidden, length, bias }: { hidden: number; length: number; bias: boolean },
): ShortConvolution {
  const weight = whole({ name: `${name}.conv.weight`, shape: [hidden, 1, length] });
  return {
    kind: "convolution",
    input: linear(`${name}.in_proj`, hidden, 3 * hidden, { bias }),
    kernel: {
      weight: { ...weight, shape: [hidden, length], strides: [length, 1] },
      ...(bias && { bias: whole({ name: `${name}.conv.bias`, shape: [hidden] }) }),
    },
    output: linear(`${name}.out_proj`, hidden, hidden, { bias }),
  };
}

/** Throws unless the heads can be grouped and the graph's attention takes their size. */
export function checkHeads({ heads, kvHeads, headDim }: Heads): void {
  if (heads % kvHeads !== 0) {
    throw new CheckpointError(`num_attention_heads ${heads} is no multiple of num_key_value_heads ${kvHeads}`);
  }
  if (headDim % 8 !== 0) {
    throw new CheckpointError(`a head dimension of ${headDim} is no multiple of 8, which GroupQueryAttention needs`);
  }
  if (headDim > headDimMax) throw new CheckpointError(`a head dimension of ${headDim} exceeds ${headDimMax}`);
}

/** Many times the largest of any model. */
const headDimMax = 2 ** 13;

export interface LatentSizes extends Pick<
  LatentAttention,
  "heads" | "nopeDim" | "rotaryDim" | "valueDim" | "latentDim" | "scale"
> {
  hidden: number;
  /** Width between the two steps of the query; absent where there is one. */
  queryRank?: number | undefined;
  bias: boolean;
}

/** Multi-head latent attention under DeepSeek's names. */
export function latentAttention(name: string, { hidden, queryRank, bias, ...sizes }: LatentSizes): LatentAttention {
  const { heads, nopeDim, rotaryDim, valueDim, latentDim } = sizes;
  const queries = heads * (nopeDim + rotaryDim);
  return {
    kind: "latent",
    ...sizes,
    query:
      queryRank === undefined
        ? linear(`${name}.q_proj`, hidden, queries)
        : {
            down: linear(`${name}.q_a_proj`, hidden, queryRank, { bias }),
            norm: rmsNorm(`${name}.q_a_layernorm`, queryRank),
            up: linear(`${name}.q_b_proj`, queryRank, queries),
          },
    keyValueDown: linear(`${name}.kv_a_proj_with_mqa`, hidden, latentDim + rotaryDim, { bias }),
    keyValueNorm: rmsNorm(`${name}.kv_a_layernorm`, latentDim),
    keyValueUp: linear(`${name}.kv_b_proj`, latentDim, heads * (nopeDim + valueDim)),
    output: linear(`${name}.o_proj`, heads * valueDim, hidden, { bias }),
  };
}
