/** A Llama or Mixtral as a GGUF file. Names: ggml-org/ggml `docs/gguf.md`, "LLaMA", "Standardized tensor names". */
import type {
  Architecture,
  FeedForward,
  GatedUnit,
  GroupedAttention,
  Linear,
  Norm,
  Rotary,
  SparseFeedForward,
  View,
} from "../build/architecture.ts";
import { elementCount, slice, type Weights } from "../build/weights.ts";
import type { GgmlType } from "./blocks.ts";
import { type GgufTensor, type MetadataValue, writeGguf } from "./gguf.ts";

const parts = ["gate", "up", "down"] as const;
const pieceElementsMax = 2 ** 20;

interface LlamaBlock {
  readonly attention: GroupedAttention;
  readonly rotary: Rotary;
  readonly feedForward: Exclude<FeedForward, { kind: "plain" }>;
}

/**
 * Writes a new file whose matrices are of `type`; norms and routers are F32, as llama.cpp wants them. Beside `Q4_0` the vocabulary's
 * are `Q8_0`: llama.cpp's own quantiser gives an output head that is also the embedding `Q6_K`, or `Q8_0` where rows are not whole
 * blocks of 256, and the graphs these files stand beside have 8 bits there.
 */
export function writeLlamaGguf(
  file: string,
  architecture: Architecture,
  weights: Weights,
  type: GgmlType,
): Promise<void> {
  const tensors = namedViews(architecture).map((named) => tensorOf(named, weights, type));
  return writeGguf(file, metadataOf(architecture), tensors);
}

function metadataOf(architecture: Architecture): Record<string, MetadataValue> {
  const { attention, rotary, feedForward } = llamaBlock(architecture, 0);
  const { headDim } = attention;
  const unit = feedForward.kind === "sparse" ? feedForward.experts[0]! : feedForward;
  const uint32 = (value: number): MetadataValue => ({ type: "uint32", value });
  const float32 = (value: number): MetadataValue => ({ type: "float32", value });
  return {
    "general.architecture": { type: "string", value: "llama" },
    "general.quantization_version": uint32(2),
    "llama.context_length": uint32(architecture.context),
    "llama.embedding_length": uint32(architecture.hidden),
    "llama.block_count": uint32(architecture.blocks.length),
    "llama.feed_forward_length": uint32(unit.up.weight.shape[0]!),
    "llama.attention.head_count": uint32(attention.heads),
    "llama.attention.head_count_kv": uint32(attention.kvHeads),
    "llama.attention.key_length": uint32(headDim),
    "llama.attention.value_length": uint32(headDim),
    "llama.attention.layer_norm_rms_epsilon": float32(architecture.normEpsilon),
    "llama.rope.dimension_count": uint32(headDim),
    // Frequencies are base^(-2i / headDim).
    "llama.rope.freq_base": float32(rotary.frequencies[1]! ** (-headDim / 2)),
    ...(feedForward.kind === "sparse" && {
      "llama.expert_count": uint32(feedForward.experts.length),
      "llama.expert_used_count": uint32(feedForward.routing.perToken),
    }),
    // Token ids are fed as they are: of a vocabulary only the size is needed.
    "tokenizer.ggml.model": { type: "string", value: "no_vocab" },
    "llama.vocab_size": uint32(architecture.vocab),
  };
}

/** What a tensor of the file is made of: one view, or several of equal shape on top of each other. */
interface NamedViews {
  readonly name: string;
  readonly shape: readonly number[];
  readonly views: readonly View[];
  /** Absent where the file's own type is meant. */
  readonly type?: "F32" | "vocabulary";
}

function namedViews(architecture: Architecture): NamedViews[] {
  const { embedding, blocks, norm, head } = architecture;
  return [
    { name: "token_embd.weight", shape: embedding.shape, views: [embedding], type: "vocabulary" },
    ...blocks.flatMap((block, index) => {
      const { attention, feedForward } = llamaBlock(architecture, index);
      const name = `blk.${index}`;
      return [
        normNamed(`${name}.attn_norm`, block.attentionNorm),
        rotatedNamed(`${name}.attn_q`, attention.query, attention.heads),
        rotatedNamed(`${name}.attn_k`, attention.key, attention.kvHeads),
        linearNamed(`${name}.attn_v`, attention.value),
        linearNamed(`${name}.attn_output`, attention.output),
        normNamed(`${name}.ffn_norm`, block.feedForwardNorm),
      ].concat(feedForward.kind === "sparse" ? expertsNamed(name, feedForward) : unitNamed(name, feedForward));
    }),
    normNamed("output_norm", norm),
    ...(head ? [{ ...linearNamed("output", head), type: "vocabulary" as const }] : []),
  ];
}

function linearNamed(name: string, { weight }: Linear): NamedViews {
  return { name: `${name}.weight`, shape: weight.shape, views: [weight] };
}

function normNamed(name: string, { scale }: Norm): NamedViews {
  return { name: `${name}.weight`, shape: scale.shape, views: [scale], type: "F32" };
}

/** Queries or keys: checkpoints turn elements i and i + half of a head together, llama.cpp 2i and 2i + 1, so rows are reordered. */
function rotatedNamed(name: string, { weight }: Linear, heads: number): NamedViews {
  const [rows, columns] = weight.shape as [number, number];
  const [row, column] = weight.strides as [number, number];
  const half = rows / heads / 2;
  const neighbours: View = {
    ...weight,
    shape: [heads, half, 2, columns],
    strides: [2 * half * row, row, half * row, column],
  };
  return { name: `${name}.weight`, shape: weight.shape, views: [neighbours] };
}

function unitNamed(name: string, unit: GatedUnit): NamedViews[] {
  return parts.map((part) => linearNamed(`${name}.ffn_${part}`, unit[part]));
}

function expertsNamed(name: string, { router, experts }: SparseFeedForward): NamedViews[] {
  return [
    { ...linearNamed(`${name}.ffn_gate_inp`, router), type: "F32" },
    ...parts.map((part) => {
      const views = experts.map((expert) => expert[part].weight);
      return { name: `${name}.ffn_${part}_exps.weight`, shape: [views.length, ...views[0]!.shape], views };
    }),
  ];
}

function tensorOf({ name, shape, views, type }: NamedViews, weights: Weights, fileType: GgmlType): GgufTensor {
  return {
    name,
    shape,
    type: typeOf(type, fileType),
    async *pieces() {
      for (const view of views) {
        const [length] = view.shape as [number];
        const step = Math.max(1, Math.floor((pieceElementsMax * length) / elementCount(view)));
        for (let from = 0; from < length; from += step)
          yield weights.read(slice(view, { from, count: Math.min(step, length - from) }));
      }
    },
  };
}

function typeOf(type: NamedViews["type"], fileType: GgmlType): GgmlType {
  if (type === "vocabulary") return fileType === "Q4_0" ? "Q8_0" : fileType;
  return type ?? fileType;
}

/** A block's parts, of the kinds that "llama" stands for in a GGUF file; others would be read as another model. */
function llamaBlock({ modelType, positions, blocks }: Architecture, index: number): LlamaBlock {
  const { attention, feedForward } = blocks[index]!;
  const isLlama = modelType === "llama" || modelType === "mixtral";
  if (!isLlama || attention.kind !== "grouped" || positions.kind !== "rotary" || feedForward.kind === "plain")
    throw new TypeError(`cannot write "${modelType}" as GGUF: only llama and mixtral are written`);
  const unit = feedForward.kind === "sparse" ? feedForward.experts[0]! : feedForward;
  if (attention.query.bias || attention.output.bias || unit.up.bias)
    throw new TypeError(`cannot write a "${modelType}" with biases as GGUF: only its matrices are written`);
  return { attention, rotary: positions, feedForward };
}
