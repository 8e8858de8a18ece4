/**
 * GPT-2 and GPT-Neo: layer norms, learned positions, plain units. `transformer.` before every name is left out in some checkpoints,
 * among them GPT-2's own.
 */
import { z } from "zod";
import type { Architecture, Attention, Linear, PlainUnit, View } from "./architecture.ts";
import { CheckpointError } from "./checkpointerror.ts";
import { checkConfig, headCount, layerCount, nowhere, off, size } from "./config.ts";
import { checkHeads, layerNorm, linear } from "./parts.ts";
import type { Family } from "./skeleton.ts";
import { slice, transposed, whole } from "./weights.ts";

/** All of these are gelu in its tanh form; "gelu" alone is not. */
const gelu = z.enum(["gelu_new", "gelu_pytorch_tanh", "gelu_fast"]).default("gelu_new");

const commonKeys = nowhere.extend({
  vocab_size: size,
  layer_norm_epsilon: z.number().positive().default(1e-5),
  activation_function: gelu,
  tie_word_embeddings: z.boolean().default(true),
});

const gpt2Keys = commonKeys.extend({
  n_embd: size,
  n_layer: layerCount,
  n_head: headCount,
  n_positions: size,
  n_inner: size.nullish(),
  scale_attn_weights: z.boolean().default(true),
  scale_attn_by_inverse_layer_idx: z.boolean().default(false),
  add_cross_attention: off,
});

/** `GPT2Config`: https://huggingface.co/docs/transformers/model_doc/gpt2 */
export const gpt2: Family = (json) => {
  const config = checkConfig(gpt2Keys, json);
  const { n_embd: hidden, n_head: heads } = config;
  const inner = config.n_inner ?? 4 * hidden;
  const headDim = hidden / heads;
  checkHeads({ hidden, heads, kvHeads: heads, headDim });
  return gpt("gpt2", { ...config, hidden, layers: config.n_layer, context: config.n_positions }, (name, layer) => {
    const inputs = columns(`${name}.attn.c_attn`, hidden, 3 * hidden);
    const scale =
      (config.scale_attn_weights ? headDim ** -0.5 : 1) / (config.scale_attn_by_inverse_layer_idx ? layer + 1 : 1);
    return {
      attention: {
        kind: "grouped",
        heads,
        kvHeads: heads,
        headDim,
        query: rowsOf(inputs, 0, hidden),
        key: rowsOf(inputs, hidden, hidden),
        value: rowsOf(inputs, 2 * hidden, hidden),
        output: columns(`${name}.attn.c_proj`, hidden, hidden),
        scale,
      },
      feedForward: {
        kind: "plain",
        up: columns(`${name}.mlp.c_fc`, hidden, inner),
        down: columns(`${name}.mlp.c_proj`, inner, hidden),
      },
    };
  });
};

/** A map with a bias, its matrix stored as [in, out], as `Conv1D` of `transformers` does. */
function columns(name: string, inner: number, outer: number): Linear & { bias: View } {
  return {
    weight: transposed(whole({ name: `${name}.weight`, shape: [inner, outer] })),
    bias: whole({ name: `${name}.bias`, shape: [outer] }),
  };
}

/** The part of a map that gives `count` of its outputs. */
function rowsOf({ weight, bias }: Linear & { bias: View }, from: number, count: number): Linear {
  return { weight: slice(weight, { from, count }), bias: slice(bias, { from, count }) };
}

const gptNeoKeys = commonKeys.extend({
  hidden_size: size,
  num_layers: layerCount,
  num_heads: headCount,
  max_position_embeddings: size,
  intermediate_size: size.nullish(),
  window_size: size.default(256),
  /** Patterns and how often each is repeated. */
  attention_types: z.array(z.tuple([z.array(z.enum(["global", "local"])), layerCount])),
});

/** `GPTNeoConfig`: https://huggingface.co/docs/transformers/model_doc/gpt_neo */
export const gptNeo: Family = (json) => {
  const config = checkConfig(gptNeoKeys, json);
  const { hidden_size: hidden, num_heads: heads, num_layers: layers, max_position_embeddings: context } = config;
  const headDim = hidden / heads;
  checkHeads({ hidden, heads, kvHeads: heads, headDim });
  const inner = config.intermediate_size ?? 4 * hidden;
  const count = config.attention_types.reduce((sum, [pattern, times]) => sum + pattern.length * times, 0);
  if (count !== layers) throw new CheckpointError(`attention_types describes ${count} layers, num_layers is ${layers}`);
  const kinds = config.attention_types.flatMap(([pattern, times]) =>
    Array.from({ length: times }, () => pattern).flat(),
  );
  return gpt("gpt_neo", { ...config, hidden, layers, context }, (name, layer) => {
    const projection = (part: string, bias = false) =>
      linear(`${name}.attn.attention.${part}_proj`, hidden, hidden, { bias });
    return {
      attention: {
        kind: "grouped",
        heads,
        kvHeads: heads,
        headDim,
        query: projection("q"),
        key: projection("k"),
        value: projection("v"),
        output: projection("out", true),
        // Scores are not scaled: the initial weights were made smaller instead.
        scale: 1,
        ...(kinds[layer] === "local" && { window: config.window_size }),
      },
      feedForward: {
        kind: "plain",
        up: linear(`${name}.mlp.c_fc`, hidden, inner, { bias: true }),
        down: linear(`${name}.mlp.c_proj`, inner, hidden, { bias: true }),
      },
    };
  });
};

interface GptConfig extends z.infer<typeof commonKeys> {
  hidden: number;
  layers: number;
  context: number;
}

/** What the two have in common. */
function gpt(
  modelType: string,
  config: GptConfig,
  block: (name: string, layer: number) => { attention: Attention; feedForward: PlainUnit },
): Architecture {
  const { hidden, layers, context, vocab_size: vocab } = config;
  return {
    modelType,
    hidden,
    vocab,
    context,
    normEpsilon: config.layer_norm_epsilon,
    embedding: whole({ name: "transformer.wte.weight", shape: [vocab, hidden] }),
    embeddingScale: 1,
    residualScale: 1,
    logitScale: 1,
    positions: { kind: "learned", table: whole({ name: "transformer.wpe.weight", shape: [context, hidden] }) },
    blocks: Array.from({ length: layers }, (_, layer) => {
      const name = `transformer.h.${layer}`;
      return {
        attentionNorm: layerNorm(`${name}.ln_1`, hidden),
        feedForwardNorm: layerNorm(`${name}.ln_2`, hidden),
        ...block(name, layer),
      };
    }),
    norm: layerNorm("transformer.ln_f", hidden),
    ...(config.tie_word_embeddings ? {} : { head: linear("lm_head", hidden, vocab) }),
  };
}
