/**
 * Reads an ONNX model file field by field, without its weights: memory is bounded whatever the file's size, and a file that is
 * damaged or something else gives a `CheckpointError`. Field numbers: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 */
import { CheckpointError } from "../build/checkpointerror.ts";
import { graphFields, modelGraphField } from "../build/onnx.ts";
import { openBytes } from "./bytesource.ts";
import type {
  OnnxAttribute,
  OnnxFunction,
  OnnxGraph,
  OnnxModel,
  OnnxNode,
  OnnxTensor,
  OnnxValue,
} from "./onnxmodel.ts";
import { readAttribute, type AttributeReader } from "./readattribute.ts";
import { readEntry, readTensor } from "./readtensor.ts";
import { readValue } from "./readvalue.ts";
import { fields, integerOf, spanOf, startReading, textIn, type Reading, type Span } from "./wire.ts";

/** Graphs within graphs; real models nest three deep. */
const depthMax = 16;

export function readOnnx(path: string): OnnxModel {
  const source = openBytes(path);
  try {
    return readModel(startReading(source));
  } finally {
    source.close();
  }
}

function readModel(reading: Reading): OnnxModel {
  const { path, size } = reading.source;
  let irVersion: number | undefined;
  let graph: OnnxGraph | undefined;
  let [producerName, producerVersion] = ["", ""];
  const opsets: Record<string, number> = Object.create(null) as Record<string, number>;
  const metadata: Record<string, string> = Object.create(null) as Record<string, string>;
  const functions: OnnxFunction[] = [];
  for (const field of fields(reading, { begin: 0, end: size })) {
    if (field.number === 1) irVersion = integerOf(reading, field);
    else if (field.number === 2) producerName = textIn(reading, spanOf(reading, field));
    else if (field.number === 3) producerVersion = textIn(reading, spanOf(reading, field));
    else if (field.number === modelGraphField) graph = readGraph(reading, spanOf(reading, field), 0);
    else if (field.number === 8) {
      const [domain, version] = readOpset(reading, spanOf(reading, field));
      opsets[domain] = version;
    } else if (field.number === 14) {
      const [key, value] = readEntry(reading, spanOf(reading, field));
      metadata[key] = value;
    } else if (field.number === 25) functions.push(readFunction(reading, spanOf(reading, field)));
  }
  const missing = [
    irVersion === undefined && "format version",
    graph === undefined && "graph",
    Object.keys(opsets).length === 0 && "operator set",
  ].filter((part) => part !== false);
  if (graph === undefined || missing.length > 0) {
    throw new CheckpointError(
      `${path} has no ${missing.join(", no ")}; it is no ONNX model, or was not fully downloaded: fetch it again`,
    );
  }
  const producer = [producerName, producerVersion].filter((part) => part !== "").join(" ");
  return { path, fileBytes: size, producer, opsets, graph, functions, metadata };
}

function readGraph(reading: Reading, span: Span, depth: number): OnnxGraph {
  if (depth > depthMax) {
    throw new CheckpointError(`${reading.source.path} nests graphs more than ${depthMax} deep; it was not read`);
  }
  const graph = {
    nodes: [] as OnnxNode[],
    tensors: [] as OnnxTensor[],
    inputs: [] as OnnxValue[],
    outputs: [] as OnnxValue[],
  };
  for (const field of fields(reading, span)) {
    if (field.number === graphFields.node) graph.nodes.push(readNode(reading, spanOf(reading, field), depth));
    else if (field.number === graphFields.initializer) graph.tensors.push(readTensor(reading, spanOf(reading, field)));
    else if (field.number === graphFields.input) graph.inputs.push(readValue(reading, spanOf(reading, field)));
    else if (field.number === graphFields.output) graph.outputs.push(readValue(reading, spanOf(reading, field)));
    else if (field.number === sparseInitializer) graph.tensors.push(...sparseParts(reading, spanOf(reading, field)));
  }
  // Up to IR version 3 every initializer was also listed as an input.
  const stored = new Set(graph.tensors.map(({ name }) => name));
  return { ...graph, inputs: graph.inputs.filter(({ name }) => !stored.has(name)) };
}

/** `GraphProto.sparse_initializer`: its elements that are not zero, and their indices, each a tensor. */
const sparseInitializer = 15;

function sparseParts(reading: Reading, span: Span): OnnxTensor[] {
  const parts: OnnxTensor[] = [];
  for (const field of fields(reading, span)) {
    if (field.number === 1 || field.number === 2) parts.push(readTensor(reading, spanOf(reading, field)));
  }
  return parts;
}

function readNode(reading: Reading, span: Span, depth: number): OnnxNode {
  reading.spend(400);
  const [inputs, outputs]: [string[], string[]] = [[], []];
  let [op, domain, name] = ["", "", ""];
  const attributes = new Map<string, OnnxAttribute>();
  const read = attributeReader(reading, depth);
  for (const field of fields(reading, span)) {
    if (field.number === 1) inputs.push(textIn(reading, spanOf(reading, field)));
    else if (field.number === 2) outputs.push(textIn(reading, spanOf(reading, field)));
    else if (field.number === 3) name = textIn(reading, spanOf(reading, field));
    else if (field.number === 4) op = textIn(reading, spanOf(reading, field));
    else if (field.number === 7) domain = textIn(reading, spanOf(reading, field));
    else if (field.number === 5) {
      const attribute = readAttribute(reading, spanOf(reading, field), read);
      if (attribute.value) attributes.set(attribute.name, attribute.value);
    }
  }
  // "ai.onnx" is the long name of the domain "".
  return { op, domain: domain === "ai.onnx" ? "" : domain, name, inputs, outputs, attributes };
}

/** `FunctionProto`. */
function readFunction(reading: Reading, span: Span): OnnxFunction {
  let [name, domain] = ["", ""];
  const nodes: OnnxNode[] = [];
  const [inputs, outputs]: [string[], string[]] = [[], []];
  const defaults = new Map<string, OnnxAttribute>();
  for (const field of fields(reading, span)) {
    if (field.number === 1) name = textIn(reading, spanOf(reading, field));
    else if (field.number === 4) inputs.push(textIn(reading, spanOf(reading, field)));
    else if (field.number === 5) outputs.push(textIn(reading, spanOf(reading, field)));
    else if (field.number === 7) nodes.push(readNode(reading, spanOf(reading, field), 0));
    else if (field.number === 10) domain = textIn(reading, spanOf(reading, field));
    else if (field.number === 11) {
      const attribute = readAttribute(reading, spanOf(reading, field), attributeReader(reading, 0));
      if (attribute.value) defaults.set(attribute.name, attribute.value);
    }
  }
  return { name, domain, nodes, inputs, outputs, defaults };
}

/** `OperatorSetIdProto`. */
function readOpset(reading: Reading, span: Span): [domain: string, version: number] {
  let [domain, version] = ["", 0];
  for (const field of fields(reading, span)) {
    if (field.number === 1) domain = textIn(reading, spanOf(reading, field));
    else if (field.number === 2) version = integerOf(reading, field);
  }
  return [domain, version];
}

function attributeReader(reading: Reading, depth: number): AttributeReader {
  return {
    graph: (span) => readGraph(reading, span, depth + 1),
    tensor: (span) => readTensor(reading, span),
  };
}
