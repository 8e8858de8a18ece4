import { CheckpointError } from "../build/checkpointerror.ts";
import { bytesOf, elementType, type ElementType } from "./elementtype.ts";
import type { OnnxTensor } from "./onnxmodel.ts";
import { decodeElements } from "./elements.ts";
import {
  fields,
  floatsIn,
  integerOf,
  integersIn,
  spanOf,
  textIn,
  type Field,
  type Reading,
  type Span,
} from "./wire.ts";

/** Elements up to which a tensor's values are kept: shapes, axes, k and scalars are far smaller, weights far larger. */
const keptElementsMax = 64;
/** Tensors of real models have at most six dimensions. */
const rankMax = 64;

/** `TensorProto`'s fields. */
const tensorField = {
  dims: 1,
  type: 2,
  floats: 4,
  int32s: 5,
  strings: 6,
  int64s: 7,
  name: 8,
  raw: 9,
  doubles: 10,
  uint64s: 11,
  external: 13,
  location: 14,
} as const;

const typedData: ReadonlySet<number> = new Set([
  tensorField.floats,
  tensorField.int32s,
  tensorField.strings,
  tensorField.int64s,
  tensorField.doubles,
  tensorField.uint64s,
]);

/** Reads a `TensorProto`, and its data only if it is small. */
export function readTensor(reading: Reading, span: Span): OnnxTensor {
  let name = "";
  let typeNumber = 0;
  let isExternal = false;
  let raw: Span | undefined;
  let location: string | undefined;
  let length: number | undefined;
  const shape: number[] = [];
  const typed: Field[] = [];
  let typedCount = 0;
  for (const field of fields(reading, span)) {
    if (field.number === tensorField.name) name = textIn(reading, spanOf(reading, field));
    else if (field.number === tensorField.type) typeNumber = integerOf(reading, field);
    else if (field.number === tensorField.dims) {
      for (const dimension of integersIn(reading, field)) {
        if (shape.length > rankMax) break;
        shape.push(dimension);
      }
    } else if (field.number === tensorField.location) isExternal = integerOf(reading, field) === 1;
    else if (field.number === tensorField.raw) raw = spanOf(reading, field);
    else if (field.number === tensorField.external) {
      const [key, value] = readEntry(reading, spanOf(reading, field));
      if (key === "location") location = value;
      if (key === "length") length = Number(value);
    } else if (typedData.has(field.number)) {
      typedCount += 1;
      if (typed.length <= keptElementsMax) typed.push(field);
    }
  }
  reading.spend(300);
  const type = elementType(typeNumber);
  const refuse = (what: string) => refused(reading, name, what);
  if (type === undefined) throw refuse(`the element type ${typeNumber}, which ONNX does not define`);
  if (shape.length > rankMax || shape.some((dimension) => dimension < 0))
    throw refuse(`the shape [${shape.slice(0, 8).join(", ")}]`);
  const elements = shape.reduce((product, dimension) => product * dimension, 1);
  if (elements > Number.MAX_SAFE_INTEGER) throw refuse(`the shape [${shape.join(", ")}], more than any machine holds`);
  const bytes = bytesOf(type, elements);
  const tensor = { name, type, shape, elements, bytes };
  if (isExternal) {
    if (location === undefined) throw refuse("data in another file without naming it");
    if (length !== undefined && length !== bytes)
      throw refuse(`${length} bytes of data, but ${described(tensor)} takes ${bytes}`);
    return { ...tensor, place: "external", location };
  }
  if (raw && raw.end - raw.begin !== bytes && type !== "string")
    throw refuse(`${raw.end - raw.begin} bytes of data, but ${described(tensor)} takes ${bytes}`);
  if (!raw && typedCount === 0 && elements > 0) throw refuse(`no data for ${described(tensor)}`);
  if (elements > keptElementsMax) return { ...tensor, place: "inside" };
  const values = raw
    ? decodeElements(type, reading.source.bytes(raw.begin, raw.end - raw.begin))
    : typedValues(reading, type, typed);
  if (values === undefined) return { ...tensor, place: "inside" };
  if (values.length !== elements) throw refuse(`${values.length} elements, but ${described(tensor)} has ${elements}`);
  reading.spend(16 * elements);
  return { ...tensor, place: "inside", values };
}

/** Values written as numbers and not as bytes; half floats and packed types written so are not decoded. */
function typedValues(reading: Reading, type: ElementType, typed: readonly Field[]): number[] | undefined {
  const take = (values: Iterable<number>) => {
    const taken: number[] = [];
    for (const value of values) if (taken.push(value) > keptElementsMax) break;
    return taken;
  };
  if (type === "float32") {
    return typed.flatMap((field) => (field.number === tensorField.floats ? take(floatsIn(reading, field)) : []));
  }
  const integers: ReadonlySet<ElementType> = new Set(["int8", "uint8", "int16", "uint16", "int32", "int64", "bool"]);
  if (!integers.has(type)) return undefined;
  const numbers: ReadonlySet<number> = new Set([tensorField.int32s, tensorField.int64s]);
  return typed.flatMap((field) => (numbers.has(field.number) ? take(integersIn(reading, field)) : []));
}

/** A `StringStringEntryProto`. */
export function readEntry(reading: Reading, span: Span): [key: string, value: string] {
  const entry: [string, string] = ["", ""];
  for (const field of fields(reading, span)) {
    if (field.number === 1 || field.number === 2) entry[field.number - 1] = textIn(reading, spanOf(reading, field));
  }
  return entry;
}

function described({ type, shape }: { type: ElementType; shape: readonly number[] }): string {
  return `${type} [${shape.join(", ")}]`;
}

function refused({ source }: Reading, name: string, what: string): CheckpointError {
  return new CheckpointError(
    `${source.path} gives tensor "${name}" ${what}; the file is damaged or was not fully downloaded: fetch it again`,
  );
}
