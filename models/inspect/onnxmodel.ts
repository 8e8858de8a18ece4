/** What a reader needs to know of an ONNX model: everything but the bytes of its weights. */
import type { ElementType } from "./elementtype.ts";

/** A stored tensor: an initializer, or the value of a `Constant` node. */
export interface OnnxTensor {
  name: string;
  type: ElementType;
  shape: readonly number[];
  elements: number;
  /** Bytes of its elements, wherever they are stored. */
  bytes: number;
  place: "inside" | "external";
  /** File that holds an external tensor, relative to the model's folder. */
  location?: string;
  /** The elements of a small tensor, row-major. Absent for large and external ones, and for types that are no numbers. */
  values?: readonly number[];
}

/** A fixed length, a name where it differs from call to call, or "?" where the file gives neither. */
export type Dimension = number | string;

/** A tensor that crosses the border of a graph. Type and shape are absent where the file leaves them out. */
export interface OnnxValue {
  name: string;
  type?: ElementType;
  shape?: readonly Dimension[];
}

export type OnnxAttribute =
  | { int: number }
  | { float: number }
  | { string: string }
  | { ints: readonly number[] }
  | { floats: readonly number[] }
  | { tensor: OnnxTensor }
  | { graphs: readonly OnnxGraph[] }
  /** In a function: the attribute of that name of the node that calls it. */
  | { reference: string };

export interface OnnxNode {
  op: string;
  /** "" is ONNX's own operator set. */
  domain: string;
  /** May be empty. */
  name: string;
  /** An empty name is an optional input or output left out. */
  inputs: readonly string[];
  outputs: readonly string[];
  attributes: ReadonlyMap<string, OnnxAttribute>;
}

export interface OnnxGraph {
  nodes: readonly OnnxNode[];
  tensors: readonly OnnxTensor[];
  inputs: readonly OnnxValue[];
  outputs: readonly OnnxValue[];
}

/** A node type defined in the model itself. */
export interface OnnxFunction {
  name: string;
  domain: string;
  nodes: readonly OnnxNode[];
  inputs: readonly string[];
  outputs: readonly string[];
  /** Attributes that have a default. */
  defaults: ReadonlyMap<string, OnnxAttribute>;
}

export interface OnnxModel {
  path: string;
  /** Bytes of the model file itself. */
  fileBytes: number;
  /** Program that wrote it, with its version, as the file says. */
  producer: string;
  /** Version by domain of the operator sets used. */
  opsets: Readonly<Record<string, number>>;
  graph: OnnxGraph;
  functions: readonly OnnxFunction[];
  metadata: Readonly<Record<string, string>>;
}
