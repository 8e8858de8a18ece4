/** Model files for tests, written field by field, so that they can hold what perjoule itself never writes. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { bytesField, concatenate, floatField, integerField, type Encoded } from "../build/protobuf.ts";

const root = mkdtempSync(join(tmpdir(), "perjoule-inspect-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A new empty folder that is gone when the test file is done. */
export function temporaryFolder(): string {
  return mkdtempSync(join(root, "folder-"));
}

export function writeModel(bytes: Uint8Array): string {
  const path = join(temporaryFolder(), "model.onnx");
  writeFileSync(path, bytes);
  return path;
}

export const type = {
  float: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  half: 10,
  brain: 16,
  fp8: 17,
  uint4: 21,
};

type AttributeContent =
  | { int: number }
  | { ints: number[] }
  | { float: number }
  | { string: string }
  | { tensor: Encoded }
  | { graph: Encoded }
  | { reference: string };

/** A `NodeProto`. */
export function node(
  op: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: Record<string, AttributeContent> = {},
  domain = "",
): Encoded {
  return concatenate([
    ...inputs.map((name) => bytesField(1, name)),
    ...outputs.map((name) => bytesField(2, name)),
    bytesField(4, op),
    ...Object.entries(attributes).map(([name, value]) => bytesField(5, [bytesField(1, name), ...attribute(value)])),
    bytesField(7, domain),
  ]);
}

function attribute(value: AttributeContent): Encoded[] {
  if ("int" in value) return [integerField(3, value.int), integerField(20, 2)];
  if ("ints" in value) return [...value.ints.map((one) => integerField(8, one)), integerField(20, 7)];
  if ("float" in value) return [floatField(2, value.float), integerField(20, 1)];
  if ("string" in value) return [bytesField(4, value.string), integerField(20, 3)];
  if ("tensor" in value) return [bytesField(5, value.tensor), integerField(20, 4)];
  if ("graph" in value) return [bytesField(6, value.graph), integerField(20, 5)];
  return [bytesField(21, value.reference), integerField(20, 2)];
}

/** A `TensorProto` of zeros, or of the elements given. */
export function tensor(name: string, shape: readonly number[], elements?: Float32Array | BigInt64Array): Encoded {
  const count = shape.reduce((product, length) => product * length, 1);
  const data = elements ?? new Float32Array(count);
  const isFloat = data instanceof Float32Array;
  return typedTensor(name, isFloat ? type.float : type.int64, shape, new Uint8Array(data.buffer));
}

/** A `TensorProto` of any element type. */
export function typedTensor(name: string, elementType: number, shape: readonly number[], raw: Uint8Array): Encoded {
  return concatenate([
    ...shape.map((length) => integerField(1, length)),
    integerField(2, elementType),
    bytesField(8, name),
    bytesField(9, raw),
  ]);
}

export function integers(name: string, values: readonly number[], shape: readonly number[] = [values.length]): Encoded {
  return tensor(name, shape, BigInt64Array.from(values, BigInt));
}

/** A `ValueInfoProto`. */
export function valueInfo(name: string, elementType: number, shape: readonly (number | string)[]): Encoded {
  const dimensions = shape.map((dimension) =>
    bytesField(1, typeof dimension === "number" ? integerField(1, dimension) : bytesField(2, dimension)),
  );
  const tensorType = [integerField(1, elementType), bytesField(2, dimensions)];
  return concatenate([bytesField(1, name), bytesField(2, bytesField(1, tensorType))]);
}

export interface GraphContent {
  nodes: readonly Encoded[];
  tensors?: readonly Encoded[];
  inputs?: readonly Encoded[];
  outputs?: readonly Encoded[];
}

/** A `GraphProto`. */
export function graph({ nodes, tensors = [], inputs = [], outputs = [] }: GraphContent): Encoded {
  return concatenate([
    ...nodes.map((one) => bytesField(1, one)),
    bytesField(2, "graph"),
    ...tensors.map((one) => bytesField(5, one)),
    ...inputs.map((one) => bytesField(11, one)),
    ...outputs.map((one) => bytesField(12, one)),
  ]);
}

/** A `ModelProto` with the graph last, as perjoule writes it: what is missing at its end can be told. */
export function model(content: GraphContent, functions: readonly Encoded[] = []): Uint8Array {
  const opset = (domain: string, version: number) => bytesField(8, [bytesField(1, domain), integerField(2, version)]);
  return concatenate([
    integerField(1, 8),
    bytesField(2, "test"),
    opset("", 18),
    opset("com.microsoft", 1),
    opset("local", 1),
    ...functions.map((one) => bytesField(25, one)),
    bytesField(7, graph(content)),
  ]);
}

/** A `FunctionProto` in the domain `local`. */
export function functionOf(
  name: string,
  inputs: readonly string[],
  outputs: readonly string[],
  nodes: readonly Encoded[],
): Encoded {
  return concatenate([
    bytesField(1, name),
    ...inputs.map((input) => bytesField(4, input)),
    ...outputs.map((output) => bytesField(5, output)),
    ...nodes.map((one) => bytesField(7, one)),
    bytesField(9, [bytesField(1, ""), integerField(2, 18)]),
    bytesField(10, "local"),
  ]);
}
