/** The skeleton that all families share, Llama's (https://arxiv.org/abs/2302.13971), and its tensors' names in `transformers`. */
import type {
  Architecture,
  Attention,
  DenseFeedForward,
  FeedForward,
  GatedUnit,
  Linear,
  SparseFeedForward,
} from "./architecture.ts";
import { CheckpointError } from "./checkpointerror.ts";
import type { DecoderConfig } from "./config.ts";

/** What a family adds to the skeleton. */
export interface Traits {
  feedForward: (layer: number) => FeedForward;
  headNorm?: boolean;
  /** `rope_theta` where the config leaves it out. */
  ropeTheta?: number;
}

/** The architecture that `config` describes, with `traits`; `path` is the config's, for messages. */
export function llamaDecoder(config: DecoderConfig, traits: Traits, path: string): Architecture {
  const { hidden_size: hidden, num_attention_heads: heads, vocab_size: vocab } = config;
  const kvHeads = config.num_key_value_heads ?? heads;
  const headDim = config.head_dim ?? hidden / heads;
  if (heads % kvHeads !== 0) {
    throw new CheckpointError(
      `cannot build from ${path}: num_attention_heads ${heads} is no multiple of num_key_value_heads ${kvHeads}`,
    );
  }
  if (headDim % 8 !== 0) {
    throw new CheckpointError(
      `cannot build from ${path}: a head dimension of ${headDim} is no multiple of 8, which GroupQueryAttention needs`,
    );
  }
  const feedForwards = Array.from({ length: config.num_hidden_layers }, (_, layer) => traits.feedForward(layer));
  for (const feedForward of feedForwards) {
    if (feedForward.kind === "sparse" && feedForward.perToken > feedForward.experts.length) {
      const { perToken, experts } = feedForward;
      throw new CheckpointError(
        `cannot build from ${path}: num_experts_per_tok ${perToken} exceeds the ${experts.length} experts`,
      );
    }
  }
  return {
    modelType: config.model_type,
    hidden,
    heads,
    kvHeads,
    headDim,
    vocab,
    context: config.max_position_embeddings,
    normEpsilon: config.rms_norm_eps,
    ropeTheta: ropeTheta(config, path) ?? traits.ropeTheta ?? 10_000,
    embedding: { name: "model.embed_tokens.weight", shape: [vocab, hidden] },
    blocks: feedForwards.map((feedForward, layer) => ({
      attentionNorm: { name: `${layerName(layer)}.input_layernorm.weight`, shape: [hidden] },
      attention: attention(`${layerName(layer)}.self_attn`, {
        hidden,
        heads,
        kvHeads,
        headDim,
        headNorm: traits.headNorm ?? false,
      }),
      feedForwardNorm: { name: `${layerName(layer)}.post_attention_layernorm.weight`, shape: [hidden] },
      feedForward,
    })),
    norm: { name: "model.norm.weight", shape: [hidden] },
    ...(config.tie_word_embeddings ? {} : { head: linear("lm_head", hidden, vocab) }),
  };
}

/** The base of the rotary frequencies; scaled ones are refused, since a wrong angle would only show as worse text. */
function ropeTheta(config: DecoderConfig, path: string): number | undefined {
  for (const key of ["rope_scaling", "rope_parameters"] as const) {
    const type = config[key]?.rope_type ?? config[key]?.type ?? "default";
    if (type !== "default")
      throw new CheckpointError(`cannot build from ${path}: ${key} has type "${type}"; only "default" is built`);
  }
  return config.rope_theta ?? config.rope_parameters?.rope_theta;
}

/** What the names of a layer's tensors begin with. */
export function layerName(layer: number): string {
  return `model.layers.${layer}`;
}

function linear(name: string, inner: number, outer: number): Linear {
  return { weight: { name: `${name}.weight`, shape: [outer, inner] } };
}

function attention(
  name: string,
  {
    hidden,
    heads,
    kvHeads,
    headDim,
    headNorm,
  }: { hidden: number; heads: number; kvHeads: number; headDim: number; headNorm: boolean },
): Attention {
  return {
    query: linear(`${name}.q_proj`, hidden, heads * headDim),
    key: linear(`${name}.k_proj`, hidden, kvHeads * headDim),
    value: linear(`${name}.v_proj`, hidden, kvHeads * headDim),
    output: linear(`${name}.o_proj`, heads * headDim, hidden),
    ...(headNorm && {
      headNorm: {
        query: { name: `${name}.q_norm.weight`, shape: [headDim] },
        key: { name: `${name}.k_norm.weight`, shape: [headDim] },
      },
    }),
  };
}

const llamaNames = { gate: "gate_proj", up: "up_proj", down: "down_proj" };

function gatedUnit(name: string, hidden: number, inner: number, names = llamaNames): GatedUnit {
  return {
    gate: linear(`${name}.${names.gate}`, hidden, inner),
    up: linear(`${name}.${names.up}`, hidden, inner),
    down: linear(`${name}.${names.down}`, inner, hidden),
  };
}

/** A gated unit called `gate_proj`, `up_proj` and `down_proj` under `name`. */
export function denseFeedForward(name: string, hidden: number, inner: number): DenseFeedForward {
  return { kind: "dense", ...gatedUnit(name, hidden, inner) };
}

interface Experts {
  hidden: number;
  inner: number;
  count: number;
  perToken: number;
  renormalise: boolean;
  names?: typeof llamaNames;
}

/** A router `gate` and units `experts.0`, `experts.1`, ... under `name`. */
export function sparseFeedForward(
  name: string,
  { hidden, inner, count, perToken, renormalise, names }: Experts,
): SparseFeedForward {
  return {
    kind: "sparse",
    router: linear(`${name}.gate`, hidden, count),
    experts: Array.from({ length: count }, (_, expert) => gatedUnit(`${name}.experts.${expert}`, hidden, inner, names)),
    perToken,
    renormalise,
  };
}
