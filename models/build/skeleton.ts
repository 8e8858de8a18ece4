/** The skeleton that most families share, Llama's (https://arxiv.org/abs/2302.13971), and its tensors' names in `transformers`. */
import type { z } from "zod";
import type { Architecture, Block, FeedForward, Mixer } from "./architecture.ts";
import { CheckpointError } from "./checkpointerror.ts";
import { checkConfig, type DecoderConfig } from "./config.ts";
import { checkHeads, groupedAttention, linear, rmsNorm, type GroupedTraits, type Heads } from "./parts.ts";
import { rotary, type RopeDefaults } from "./rope.ts";
import { gatedUnit } from "./units.ts";
import { whole } from "./weights.ts";

/** Reads the architecture out of a parsed config of one model type; throws a `CheckpointError` that names keys but not the file. */
export type Family = (json: unknown) => Architecture;

/** What a family puts on the skeleton. `name` is what the names of the part's tensors begin with. */
export interface Traits {
  attention: (name: string, layer: number) => Mixer;
  feedForward: (name: string, layer: number) => FeedForward;
  /** Where they are not Llama's. */
  names?: Partial<Names>;
  /** Defaults of the rotation, or all of the positions. */
  rope?: RopeDefaults;
  positions?: Architecture["positions"];
  scales?: Pick<Architecture, "embeddingScale" | "residualScale" | "logitScale">;
}

/** What the parts of a layer are called, and the norm after the last. */
interface Names {
  attentionNorm: string;
  attention: (layer: number) => string;
  feedForwardNorm: string;
  feedForward: string;
  norm: string;
}

const llamaNames: Names = {
  attentionNorm: "input_layernorm",
  attention: () => "self_attn",
  feedForwardNorm: "post_attention_layernorm",
  feedForward: "mlp",
  norm: "norm",
};

/** The family whose configs fit `schema` and which departs from Llama by `traits`. */
export function family<Schema extends z.ZodType<DecoderConfig>>(
  schema: Schema,
  traits: (config: z.infer<Schema>) => Traits,
): Family {
  return (json) => {
    const config = checkConfig(schema, json);
    return decoder(config, traits(config));
  };
}

function decoder(config: DecoderConfig, traits: Traits): Architecture {
  const { hidden_size: hidden, vocab_size: vocab } = config;
  const { rope, positions, scales } = traits;
  const names = { ...llamaNames, ...traits.names };
  return {
    modelType: config.model_type,
    hidden,
    vocab,
    context: config.max_position_embeddings,
    normEpsilon: config.rms_norm_eps,
    embedding: whole({ name: "model.embed_tokens.weight", shape: [vocab, hidden] }),
    ...(scales ?? { embeddingScale: 1, residualScale: 1, logitScale: 1 }),
    positions: positions ?? rotary(config, headsOf(config).headDim, rope),
    blocks: blocksOf(config, traits, names),
    norm: rmsNorm(`model.${names.norm}`, hidden),
    ...(config.tie_word_embeddings ? {} : { head: linear("lm_head", hidden, vocab) }),
  };
}

/** Nearly three times the experts of the largest model in all its layers; more would fill the memory with descriptions. */
const expertsMax = 2 ** 16;

function blocksOf(
  { hidden_size, num_hidden_layers }: DecoderConfig,
  { attention, feedForward }: Traits,
  names: Names,
): Block[] {
  const blocks: Block[] = [];
  let experts = 0;
  for (let layer = 0; layer < num_hidden_layers; layer++) {
    const name = `model.layers.${layer}`;
    const block: Block = {
      attentionNorm: rmsNorm(`${name}.${names.attentionNorm}`, hidden_size),
      attention: attention(`${name}.${names.attention(layer)}`, layer),
      feedForwardNorm: rmsNorm(`${name}.${names.feedForwardNorm}`, hidden_size),
      feedForward: feedForward(`${name}.${names.feedForward}`, layer),
    };
    blocks.push(block);
    if (block.feedForward.kind !== "sparse") continue;
    experts += block.feedForward.experts.length;
    if (experts > expertsMax) {
      throw new CheckpointError(
        `${num_hidden_layers} layers of ${block.feedForward.experts.length} experts are more than the ${expertsMax} that are read`,
      );
    }
  }
  return blocks;
}

/** Grouped attention, the same in every layer. */
export function grouped(config: DecoderConfig, traits: GroupedTraits = {}): Traits["attention"] {
  return groupedByLayer(config, () => traits);
}

/** Grouped attention that differs from layer to layer. */
export function groupedByLayer(config: DecoderConfig, traits: (layer: number) => GroupedTraits): Traits["attention"] {
  const heads = headsOf(config);
  checkHeads(heads);
  return (name, layer) => groupedAttention(name, heads, traits(layer));
}

/** The same gated unit in every layer. */
export function gated(
  { hidden_size, intermediate_size }: DecoderConfig & { intermediate_size: number },
  options: { bias?: boolean } = {},
): Traits["feedForward"] {
  return (name) => gatedUnit(name, hidden_size, intermediate_size, options);
}

function headsOf(config: DecoderConfig): Heads {
  const { hidden_size: hidden, num_attention_heads: heads } = config;
  return {
    hidden,
    heads,
    kvHeads: config.num_key_value_heads ?? heads,
    headDim: config.head_dim ?? hidden / heads,
  };
}
