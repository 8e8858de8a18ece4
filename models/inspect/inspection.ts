import type { ElementType } from "./elementtype.ts";
import type { Mixture } from "./experts.ts";
import type { Work } from "./walk.ts";

/** What a graph file says of the model in it, found without running it. */
export interface GraphInspection {
  path: string;
  /** Bytes of the graph file; weights beside it are not in this. */
  fileBytes: number;
  /** Program that wrote the file; may be empty. */
  producer: string;
  /** Version by domain of the operator sets used; "" is ONNX's own. */
  opsets: Readonly<Record<string, number>>;
  parameters: {
    /**
     * All that nodes read, as stored: a tied matrix once, quantised ones by the numbers they stand for, a norm's scale that is repeated
     * for each head once for each. Scales and zero points of integers, single numbers and rotary tables are none.
     */
    total: number;
    /** What one token reads where only its k experts are computed; of an embedding that is not the head too, one row. */
    active: number;
    /** What one token reads in this graph: more than `active` where experts are computed that were not picked. */
    executed: number;
  };
  /** Stored bytes of the weights, scales and zero points included. */
  weightBytes: number;
  /** Bytes of these that decoding one token at batch 1 reads. */
  weightBytesPerToken: number;
  /** Bytes that one token adds to the cache of a sequence; decoding reads as many for each token before it. */
  kvBytesPerToken?: number;
  flops: TokenFlops;
  /** Weights by element type, most bytes first. */
  types: readonly { type: ElementType; bits: number; parameters: number; bytes: number }[];
  mixtures: readonly MixtureInspection[];
  /** The experts in a sentence, for a person. */
  summary: string;
  /** What could not be found out, each a sentence; the figure in question is absent or a bound. */
  gaps: readonly string[];
  /** What one token takes, mixtures, attention and `tail` aside; parameters and bytes include the tail's. */
  body: Work;
  /** Operations, mixtures aside, for a position that gets logits. */
  tail: { flops: number };
}

/** Operations, two a multiply-add, of products with weights and of attention: norms, activation functions and rotations are left out. */
export interface TokenFlops {
  /** One decoded token's, experts as executed, attention aside. */
  perToken: number;
  /** The part of it that only positions with logits take: the output head, and what follows where others are left behind. */
  perLogits: number;
  /** Positions of a step that get logits: each, the last, or as many as an input asks for. Absent where no head was found. */
  logits?: "every" | "last" | "asked";
  /** Attention's, for one token and each position it attends to, itself included. */
  perPastToken?: number;
}

/** A layer's mixture of experts. */
export interface MixtureInspection extends Pick<Mixture, "declared" | "executed" | "how" | "rows"> {
  /** Counted by the attentions before it; by the mixtures where there are none. */
  layer: number;
  /** Experts that decoding one token computes; absent where the graph itself computes k. */
  executedPerToken?: number;
  /** Names of the nodes that compute experts; a node without a name goes by its first output. */
  nodes: readonly string[];
  /** Whether it runs for every position, or for those that get logits. */
  positions: "every" | "logits";
  /** What one expert takes for one row. */
  perExpert: Work;
}
