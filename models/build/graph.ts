import type { Attribute, Dimension, ElementType, Node, Subgraph, ValueInfo } from "./onnx.ts";

/** Elements of a stored tensor, little-endian in memory as on every machine ONNX Runtime supports. */
export type Elements = Float32Array | Int32Array | BigInt64Array | Uint8Array | Uint16Array;

/** A tensor stored in the graph. Its elements are made when it is written, piece by piece, so that no graph is held in memory. */
export interface Initializer {
  name: string;
  type: ElementType;
  shape: readonly number[];
  byteLength: number;
  pieces(): AsyncIterable<Elements>;
}

export interface Graph {
  nodes: Node[];
  initializers: Initializer[];
  inputs: ValueInfo[];
  outputs: ValueInfo[];
}

/** Bytes of everything stored in a graph. */
export function storedBytes({ initializers }: Graph): number {
  return initializers.reduce((sum, { byteLength }) => sum + byteLength, 0);
}

/** A node to be added; `outputs` names the results that are wanted ("" skips one), by default a single fresh name. */
export interface NodeRequest {
  op: string;
  inputs: readonly string[];
  outputs?: readonly string[];
  attributes?: Readonly<Record<string, Attribute>>;
}

const bytesPerElement = { float32: 4, uint8: 1, int32: 4, int64: 8, bool: 1, float16: 2 } as const satisfies Record<
  ElementType,
  number
>;

/** Operators that only ONNX Runtime has; the others are ONNX's own (or registered under its name, as SimplifiedLayerNormalization is). */
const microsoft: ReadonlySet<string> = new Set([
  "FastGelu",
  "FusedMatMul",
  "GatherBlockQuantized",
  "GroupQueryAttention",
  "MatMulNBits",
  "MoE",
  "QMoE",
  "QuickGelu",
  "RotaryEmbedding",
  "SkipLayerNormalization",
  "SkipSimplifiedLayerNormalization",
]);

/** Collects a graph in the order of execution. Names are made unique here and nowhere else. */
export class GraphBuilder {
  readonly graph: Graph = { nodes: [], initializers: [], inputs: [], outputs: [] };
  readonly #taken = new Set<string>();
  /** Where nodes are added: the graph's own list, or that of the branch being built. */
  #nodes: Node[] = this.graph.nodes;

  /** A name starting with `stem` that nothing in the graph has yet. */
  fresh(stem: string): string {
    let name = stem;
    for (let count = 2; this.#taken.has(name); count++) name = `${stem}_${count}`;
    this.#taken.add(name);
    return name;
  }

  input(name: string, type: ElementType, dimensions: readonly Dimension[]): string {
    this.#taken.add(name);
    this.graph.inputs.push({ name, type, dimensions });
    return name;
  }

  /** Declares `name`, the output of a node already added or to be added, as an output of the graph. */
  output(name: string, type: ElementType, dimensions: readonly Dimension[]): string {
    this.#taken.add(name);
    this.graph.outputs.push({ name, type, dimensions });
    return name;
  }

  /** Adds a node and returns the name of its first wanted output. */
  node(request: NodeRequest): string {
    const { op, inputs, attributes = {} } = request;
    const outputs = request.outputs ?? [this.fresh(op)];
    this.#nodes.push({ op, domain: microsoft.has(op) ? "com.microsoft" : "", inputs, outputs, attributes });
    return outputs.find((name) => name !== "") ?? "";
  }

  /** The nodes that `build` adds, as a graph of their own whose one result is what `build` returns; tensors are stored outside. */
  branch(build: () => string): Subgraph {
    const outside = this.#nodes;
    const nodes: Node[] = [];
    this.#nodes = nodes;
    try {
      return { outputs: [build()], nodes };
    } finally {
      this.#nodes = outside;
    }
  }

  /** Stores a tensor whose elements are produced when the graph is written. */
  initializer(
    stem: string,
    type: ElementType,
    shape: readonly number[],
    pieces: () => AsyncIterable<Elements>,
  ): string {
    const name = this.fresh(stem);
    const byteLength = shape.reduce((product, length) => product * length, bytesPerElement[type]);
    this.graph.initializers.push({ name, type, shape, byteLength, pieces });
    return name;
  }

  /** Stores a small tensor that is already at hand. */
  constant(stem: string, type: ElementType, shape: readonly number[], elements: Elements): string {
    return this.initializer(stem, type, shape, async function* () {
      yield elements;
    });
  }
}
