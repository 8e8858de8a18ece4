/** Small architectures and random weights for tests of the graph: every kind of part, straight from the description. */
import type {
  Architecture,
  FeedForward,
  GatedUnit,
  GroupedAttention,
  LatentAttention,
  Learned,
  Linear,
  Mixer,
  Norm,
  Rotary,
  Routing,
  View,
} from "./architecture.ts";
import { generator, temporaryFolder } from "./checkpoint.support.ts";
import { decoderGraph } from "./decoder.ts";
import type { Lowering } from "./lowering.ts";
import type { Precision } from "./precision.ts";
import { elementCount, gather, spanOf, whole, type Weights } from "./weights.ts";
import { writeGraph } from "./write.ts";

export const hidden = 32;
export const vocab = 40;

/** Every tensor is random, but the same at every run; scales are around one. */
export const randomWeights: Weights = {
  async read(wanted) {
    const { name, shape } = wanted.tensor;
    const random = generator(Buffer.from(name).reduce((hash, letter) => (hash * 31 + letter) | 0, 7));
    const isScale = name.endsWith(".scale");
    const spread = isScale ? 0.3 : shape.length === 1 ? 0.5 : 2 / Math.sqrt(hidden);
    const stored = Float32Array.from(
      { length: elementCount({ shape }) },
      () => (isScale ? 1 : 0) + (random() * 2 - 1) * spread,
    );
    const { begin, end } = spanOf(wanted);
    return gather(wanted, stored.subarray(begin, end));
  },
};

/** The graph of `architecture` with random weights, written to a temporary folder; its path. */
export async function writeRandomGraph(
  architecture: Architecture,
  precision: Precision = "fp32",
  lowering: Lowering = "fused",
): Promise<string> {
  const folder = temporaryFolder();
  const graph = decoderGraph({ architecture, weights: randomWeights, precision, lowering });
  return writeGraph(graph, folder, { producerVersion: "test" });
}

export function linear(name: string, inner: number, outer: number, { bias = false } = {}): Linear {
  return {
    weight: view(`${name}.weight`, outer, inner),
    ...(bias && { bias: view(`${name}.bias`, outer) }),
  };
}

export function norm(name: string, kind: Norm["kind"], width = hidden): Norm {
  const scale = view(`${name}.scale`, width);
  return kind === "rms" ? { kind, scale } : { kind, scale, bias: view(`${name}.bias`, width) };
}

export function view(name: string, ...shape: number[]): View {
  return whole({ name, shape });
}

export interface GroupedOptions {
  heads: number;
  kvHeads: number;
  headDim: number;
  bias?: boolean;
  headNorm?: "each" | "all";
  clip?: number;
  scale?: number;
  window?: number;
  sinks?: boolean;
}

export function grouped(name: string, options: GroupedOptions): GroupedAttention {
  const { heads, kvHeads, headDim, bias = false, headNorm, clip, scale, window, sinks } = options;
  const queryScale = headNorm === "all" ? heads * headDim : headDim;
  const keyScale = headNorm === "all" ? kvHeads * headDim : headDim;
  return {
    kind: "grouped",
    heads,
    kvHeads,
    headDim,
    query: linear(`${name}.query`, hidden, heads * headDim, { bias }),
    key: linear(`${name}.key`, hidden, kvHeads * headDim, { bias }),
    value: linear(`${name}.value`, hidden, kvHeads * headDim, { bias }),
    output: linear(`${name}.output`, heads * headDim, hidden, { bias }),
    scale: scale ?? headDim ** -0.5,
    ...(headNorm && {
      headNorm: { query: view(`${name}.query.scale`, queryScale), key: view(`${name}.key.scale`, keyScale) },
    }),
    ...(clip !== undefined && { clip }),
    ...(window !== undefined && { window }),
    ...(sinks && { sinks: view(`${name}.sinks`, heads) }),
  };
}

export interface LatentOptions {
  heads: number;
  nopeDim: number;
  rotaryDim: number;
  valueDim: number;
  latentDim: number;
  /** Width of the query's first step, where it has two. */
  queryRank?: number;
  bias?: boolean;
}

export function latent(name: string, options: LatentOptions): LatentAttention {
  const { heads, nopeDim, rotaryDim, valueDim, latentDim, queryRank, bias = false } = options;
  const queryDim = heads * (nopeDim + rotaryDim);
  return {
    kind: "latent",
    heads,
    nopeDim,
    rotaryDim,
    valueDim,
    latentDim,
    query:
      queryRank === undefined
        ? linear(`${name}.query`, hidden, queryDim, { bias })
        : {
            down: linear(`${name}.query.down`, hidden, queryRank, { bias }),
            norm: norm(`${name}.query.norm`, "rms", queryRank),
            up: linear(`${name}.query.up`, queryRank, queryDim),
          },
    keyValueDown: linear(`${name}.down`, hidden, latentDim + rotaryDim, { bias }),
    keyValueNorm: norm(`${name}.norm`, "rms", latentDim),
    keyValueUp: linear(`${name}.up`, latentDim, heads * (nopeDim + valueDim), { bias }),
    output: linear(`${name}.output`, heads * valueDim, hidden, { bias }),
    scale: (nopeDim + rotaryDim) ** -0.5 * 1.2,
  };
}

export function unit(name: string, inner: number, { bias = false, clamped = false } = {}): GatedUnit {
  return {
    kind: "gated",
    gate: linear(`${name}.gate`, hidden, inner, { bias }),
    up: linear(`${name}.up`, hidden, inner, { bias }),
    down: linear(`${name}.down`, inner, hidden, { bias }),
    ...(clamped && { clamped: { alpha: 1.702, shift: 1, limit: 1.5 } }),
  };
}

export function plain(name: string, inner: number): FeedForward {
  const bias = true;
  return {
    kind: "plain",
    up: linear(`${name}.up`, hidden, inner, { bias }),
    down: linear(`${name}.down`, inner, hidden, { bias }),
  };
}

export interface SparseOptions {
  experts: number;
  routing: Routing;
  /** Width inside an expert; 24 if not given. */
  inner?: number;
  /** As gpt-oss has them: clamped, with biases. */
  clamped?: boolean;
  shared?: "plain" | "gated";
}

export function sparse(
  name: string,
  { experts, routing, inner = 24, clamped = false, shared }: SparseOptions,
): FeedForward {
  const options = { bias: clamped, clamped };
  return {
    kind: "sparse",
    router: linear(`${name}.router`, hidden, experts, { bias: clamped }),
    routing,
    experts: Array.from({ length: experts }, (_, expert) => unit(`${name}.${expert}`, inner, options)),
    ...(shared && {
      shared: {
        unit: unit(`${name}.shared`, 16),
        ...(shared === "gated" && { gate: linear(`${name}.sharedgate`, hidden, 1) }),
      },
    }),
  };
}

export function rotary(dimension: number, options: Partial<Rotary> = {}): Rotary {
  const frequencies = Array.from({ length: dimension / 2 }, (_, i) => 300 ** ((-2 * i) / dimension));
  return { kind: "rotary", frequencies, scale: 1, pairs: "halves", ...options };
}

/** Two layers of the same parts, of whichever kind `parts` makes for a name. */
export interface Parts {
  attention: (name: string, layer: number) => Mixer;
  feedForward?: (name: string) => FeedForward;
  positions: Architecture["positions"];
  norms?: Norm["kind"];
  head?: "own" | "tied";
  scales?: Partial<Pick<Architecture, "embeddingScale" | "residualScale" | "logitScale">>;
}

export function decoder(parts: Parts): Architecture {
  const { attention, feedForward = (name) => unit(name, 24), positions, norms = "rms", head = "own", scales } = parts;
  return {
    modelType: "test",
    hidden,
    vocab,
    context: 64,
    normEpsilon: 1e-5,
    embedding: view("embedding", vocab, hidden),
    embeddingScale: 1,
    residualScale: 1,
    logitScale: 1,
    ...scales,
    positions,
    blocks: [0, 1].map((layer) => ({
      attentionNorm: norm(`${layer}.norm`, norms),
      attention: attention(`${layer}.attention`, layer),
      feedForwardNorm: norm(`${layer}.norm2`, norms),
      feedForward: feedForward(`${layer}.feedforward`),
    })),
    norm: norm("norm", norms),
    ...(head === "own" && { head: linear("head", hidden, vocab) }),
  };
}

/** A decoder of gated units with this attention, rotated unless `positions` says otherwise. */
export function groupedDecoder(options: GroupedOptions, parts: Partial<Parts> = {}): Architecture {
  return decoder({ attention: (name) => grouped(name, options), positions: rotary(options.headDim), ...parts });
}

export function latentDecoder(options: LatentOptions, parts: Partial<Parts> = {}): Architecture {
  const positions = rotary(options.rotaryDim, { pairs: "neighbours" });
  return decoder({ attention: (name) => latent(name, options), positions, ...parts });
}

export const learned: Learned = { kind: "learned", table: view("positions", 64, hidden) };
