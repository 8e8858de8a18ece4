/**
 * The messages of an ONNX model that perjoule writes, encoded field by field.
 * Field numbers: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 */
import { bytesField, floatField, integerField, type Encoded } from "./protobuf.ts";

/** Element types, by their number in `TensorProto.DataType`. */
export const elementTypes = { float32: 1, uint8: 2, int32: 6, int64: 7, bool: 9, float16: 10 } as const;
export type ElementType = keyof typeof elementTypes;

/** A dimension of a graph input or output: fixed, or named where it differs from call to call. */
export type Dimension = number | string;

/** A named tensor that crosses the border of a graph; of a subgraph's results the shape may be left to be found out. */
export interface ValueInfo {
  name: string;
  type: ElementType;
  dimensions?: readonly Dimension[];
}

/** An attribute says which of ONNX's kinds it is, since 1 may be an integer or a float. */
export type Attribute =
  | { int: number }
  | { float: number }
  | { string: string }
  | { ints: readonly number[] }
  | { graph: Subgraph };

/** A graph inside a node, such as a branch of an `If`. It reads any name of the graph around it; weights are stored there. */
export interface Subgraph {
  nodes: readonly Node[];
  /** Results, float32. */
  outputs: readonly string[];
}

export interface Node {
  op: string;
  /** "" is ONNX's own operator set; "com.microsoft" holds ONNX Runtime's additions. */
  domain: "" | "com.microsoft";
  /** An empty name leaves an optional input or output out. */
  inputs: readonly string[];
  outputs: readonly string[];
  attributes: Readonly<Record<string, Attribute>>;
}

/** Where the bytes of a tensor are, if not in the model file: `TensorProto.external_data`. */
export interface ExternalPlace {
  /** File name beside the model file. */
  location: string;
  offset: number;
  length: number;
}

/** `GraphProto`'s fields, for `bytesField` and `fieldOpening`. */
export const graphFields = { node: 1, name: 2, initializer: 5, input: 11, output: 12 } as const;
/** `ModelProto.graph`. */
export const modelGraphField = 7;
/** `TensorProto.raw_data`: little-endian elements; the last field we write of a tensor, so that it can be streamed. */
export const tensorRawDataField = 9;

const attributeTypes = { float: 1, int: 2, string: 3, graph: 5, ints: 7 } as const;

/** Everything of a `ModelProto` but its graph. */
export function modelFields(opsets: Readonly<Record<string, number>>, producerVersion: string): Encoded[] {
  const irVersion = 10;
  return [
    integerField(1, irVersion),
    bytesField(2, "perjoule"),
    bytesField(3, producerVersion),
    ...Object.entries(opsets).map(([domain, version]) =>
      bytesField(8, [bytesField(1, domain), integerField(2, version)]),
    ),
  ];
}

/** A `NodeProto`. */
export function nodeMessage(node: Node): Encoded[] {
  return [
    ...node.inputs.map((name) => bytesField(1, name)),
    ...node.outputs.map((name) => bytesField(2, name)),
    // The first output is unique in a graph, so it also names the node in profiles and error messages.
    bytesField(3, node.outputs.find((name) => name !== "") ?? ""),
    bytesField(4, node.op),
    ...Object.entries(node.attributes).map(([name, value]) => bytesField(5, attributeMessage(name, value))),
    bytesField(7, node.domain),
  ];
}

function attributeMessage(name: string, attribute: Attribute): Encoded[] {
  const title = bytesField(1, name);
  if ("float" in attribute) return [title, floatField(2, attribute.float), integerField(20, attributeTypes.float)];
  if ("int" in attribute) return [title, integerField(3, attribute.int), integerField(20, attributeTypes.int)];
  if ("string" in attribute) return [title, bytesField(4, attribute.string), integerField(20, attributeTypes.string)];
  if ("graph" in attribute)
    return [title, bytesField(6, subgraphMessage(name, attribute.graph)), integerField(20, attributeTypes.graph)];
  return [title, ...attribute.ints.map((value) => integerField(8, value)), integerField(20, attributeTypes.ints)];
}

function subgraphMessage(name: string, { nodes, outputs }: Subgraph): Encoded[] {
  return [
    ...nodes.map((node) => bytesField(graphFields.node, nodeMessage(node))),
    bytesField(graphFields.name, name),
    ...outputs.map((output) => bytesField(graphFields.output, valueInfoMessage({ name: output, type: "float32" }))),
  ];
}

/** A `ValueInfoProto`. */
export function valueInfoMessage(value: ValueInfo): Encoded[] {
  const dimensions = value.dimensions?.map((dimension) =>
    bytesField(1, typeof dimension === "number" ? integerField(1, dimension) : bytesField(2, dimension)),
  );
  const tensorType = [
    integerField(1, elementTypes[value.type]),
    ...(dimensions === undefined ? [] : [bytesField(2, dimensions)]),
  ];
  return [bytesField(1, value.name), bytesField(2, bytesField(1, tensorType))];
}

/** A `TensorProto` up to its data: whole if the data is external, else to be followed by `tensorRawDataField`. */
export function tensorFields(
  tensor: { name: string; type: ElementType; shape: readonly number[] },
  external?: ExternalPlace,
): Encoded[] {
  const fields = [
    ...tensor.shape.map((length) => integerField(1, length)),
    integerField(2, elementTypes[tensor.type]),
    bytesField(8, tensor.name),
  ];
  if (!external) return fields;
  const entries = Object.entries(external).map(([name, value]) =>
    bytesField(13, [bytesField(1, name), bytesField(2, String(value))]),
  );
  return [...fields, ...entries, integerField(14, 1)];
}
