/**
 * What a model is made of, as data: every block with the checkpoint's names and shapes of its tensors.
 * The graph, the checks, the counts and the reference all walk this description and know of no model type.
 */

/** A tensor of the checkpoint. */
export interface Tensor {
  name: string;
  shape: readonly number[];
}

/**
 * What is used of a stored tensor, as a strided view (as NumPy's): element [i, j] lies `offset + i * strides[0] + j * strides[1]`
 * elements into it. So an expert of a packed tensor, a transposed matrix and every second row are all just views.
 */
export interface View {
  tensor: Tensor;
  shape: readonly number[];
  offset: number;
  strides: readonly number[];
}

/** A linear map y = W x + b, W viewed as [out, in], b as [out]. */
export interface Linear {
  weight: View;
  bias?: View;
}

/**
 * Root mean square norm (https://arxiv.org/abs/1910.07467), or layer norm (https://arxiv.org/abs/1607.06450), scale and bias [hidden].
 * Epsilon is the architecture's.
 */
export type Norm = { kind: "rms"; scale: View } | { kind: "layer"; scale: View; bias: View };

/** down(gate * sigmoid(alpha * gate) * (up + shift)), gate and up cut off at `limit`; SiLU gating where nothing is said. */
export interface GatedUnit {
  kind: "gated";
  gate: Linear;
  up: Linear;
  down: Linear;
  /** gpt-oss: gate is cut from above only, up on both sides (https://arxiv.org/abs/2508.10925). */
  clamped?: { alpha: number; shift: number; limit: number };
}

/** down(gelu(up(x))), gelu in its tanh form (https://arxiv.org/abs/1606.08415). */
export interface PlainUnit {
  kind: "plain";
  up: Linear;
  down: Linear;
}

/** How a router's logits become the weights of the chosen experts. */
export type Routing = SoftmaxRouting | SigmoidRouting;

interface CommonRouting {
  /** Experts a token is sent to. */
  perToken: number;
  /** Whether the chosen weights are scaled to sum to one; where not, they keep what they had among all experts. */
  renormalise: boolean;
  /** What the weights are multiplied by at the end. */
  scale: number;
}

/** Experts share one: p = softmax(logits). */
export interface SoftmaxRouting extends CommonRouting {
  /** Only experts of the `chosen` groups with the largest maximum may be chosen (https://arxiv.org/abs/2405.04434, device-limited). */
  groups?: { count: number; chosen: number };
  sigmoid?: never;
}

/** Every expert by itself: p = sigmoid(logits) (https://arxiv.org/abs/2412.19437, section 2.1.2). */
export interface SigmoidRouting extends CommonRouting {
  sigmoid: {
    /** [experts], added to p for the choice alone, where a model balances its experts so. */
    bias?: View;
    /** Added to the sum that renormalised weights are divided by. */
    epsilon: number;
  };
  groups?: never;
}

/** Top-k routing: of the experts' p, made of router(x), the k largest are summed, weighted by p; a shared unit is always added. */
export interface SparseFeedForward {
  kind: "sparse";
  router: Linear;
  routing: Routing;
  /** Alike in shape. */
  experts: readonly GatedUnit[];
  /** Added for every token; where it has a gate [1, hidden], multiplied by sigmoid(gate(x)). */
  shared?: { unit: GatedUnit; gate?: Linear };
}

export type FeedForward = GatedUnit | PlainUnit | SparseFeedForward;

/** Grouped-query attention (https://arxiv.org/abs/2305.13245); multi-head where kvHeads equals heads. */
export interface GroupedAttention {
  kind: "grouped";
  heads: number;
  kvHeads: number;
  headDim: number;
  query: Linear;
  key: Linear;
  value: Linear;
  output: Linear;
  /** RMS norms before the rotation: of each head where the scales are [headDim], of all heads together where they are wider. */
  headNorm?: { query: View; key: View };
  /** Query, key and value are cut to [-clip, clip] after the norms and before the rotation. */
  clip?: number;
  /** What scores are multiplied by. */
  scale: number;
  /** A token sees itself and the `window` - 1 before it. */
  window?: number;
  /** A logit per head [heads] that takes part in the softmax and has no value. */
  sinks?: View;
}

/**
 * Multi-head latent attention (https://arxiv.org/abs/2405.04434, section 2.1). The cache holds the normed latent and the rotated
 * key that all heads share: latentDim + rotaryDim numbers a token.
 */
export interface LatentAttention {
  kind: "latent";
  heads: number;
  /** Parts of a query head: multiplied with the latent's key [nopeDim], and with the rotated key [rotaryDim]. */
  nopeDim: number;
  rotaryDim: number;
  valueDim: number;
  latentDim: number;
  /** To [heads * (nopeDim + rotaryDim)]; in two steps with a norm between them in the large models. */
  query: Linear | { down: Linear; norm: Norm; up: Linear };
  /** To [latentDim + rotaryDim]. */
  keyValueDown: Linear;
  keyValueNorm: Norm;
  /** From the latent to [heads * (nopeDim + valueDim)]. */
  keyValueUp: Linear;
  output: Linear;
  scale: number;
}

/**
 * Gated short convolution (https://arxiv.org/abs/2511.23404; `Lfm2ShortConv` of `transformers`): [b, c, x] = input(x), each [hidden];
 * output(c * y), where y sums b * x of the last `length` positions, of each channel with weights of its own. Kept of a text are the
 * last `length` - 1 of b * x, however long it is.
 */
export interface ShortConvolution {
  kind: "convolution";
  /** To [3 * hidden]. */
  input: Linear;
  /** Weights [hidden, length], the token's own last, and bias [hidden]. */
  kernel: { weight: View; bias?: View };
  output: Linear;
}

export type Attention = GroupedAttention | LatentAttention;

/** What a token takes from those before it by; hybrid models have convolutions in place of attention in most layers. */
export type Mixer = Attention | ShortConvolution;

/** x + attention(norm(x)), then x + feedForward(norm(x)), updates multiplied by the architecture's `residualScale`. */
export interface Block {
  attentionNorm: Norm;
  attention: Mixer;
  feedForwardNorm: Norm;
  feedForward: FeedForward;
}

/** Rotary positions (https://arxiv.org/abs/2104.09864): pair i turns by position * frequencies[i]; cos and sin are multiplied by `scale`. */
export interface Rotary {
  kind: "rotary";
  frequencies: readonly number[];
  scale: number;
  /** Which elements of a head are pair i: i and i + half ("halves"), or 2i and 2i + 1 ("neighbours"). */
  pairs: "halves" | "neighbours";
}

/** A vector [hidden] per position, added to the embedding. */
export interface Learned {
  kind: "learned";
  table: View;
}

export interface Architecture {
  modelType: string;
  hidden: number;
  vocab: number;
  /** Positions the model was made for. */
  context: number;
  normEpsilon: number;
  /** [vocab, hidden] */
  embedding: View;
  /** What embeddings, updates of the residual stream and logits are multiplied by; 1 in most families. */
  embeddingScale: number;
  residualScale: number;
  logitScale: number;
  positions: Rotary | Learned;
  blocks: readonly Block[];
  norm: Norm;
  /** Absent where the output head is the embedding itself. */
  head?: Linear;
}
