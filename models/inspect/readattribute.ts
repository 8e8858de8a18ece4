import type { OnnxAttribute, OnnxGraph, OnnxTensor } from "./onnxmodel.ts";
import { fields, floatsIn, integerOf, integersIn, spanOf, textIn, type Reading, type Span } from "./wire.ts";

/** How the messages inside an attribute are read. */
export interface AttributeReader {
  graph(span: Span): OnnxGraph;
  tensor(span: Span): OnnxTensor;
}

/** `AttributeProto`'s fields. */
const attributeField = {
  name: 1,
  float: 2,
  int: 3,
  string: 4,
  tensor: 5,
  graph: 6,
  floats: 7,
  ints: 8,
  graphs: 11,
  type: 20,
  reference: 21,
} as const;

/** Kinds that may have no field at all, because they are empty, by number in `AttributeProto.AttributeType`. */
const emptyAttributes: Readonly<Record<number, OnnxAttribute>> = {
  1: { float: 0 },
  2: { int: 0 },
  3: { string: "" },
  6: { floats: [] },
  7: { ints: [] },
};

/** Lists longer than this are tables, and no settings of an operator; they are cut off. */
const listMax = 4096;

/** Reads an `AttributeProto`; the value is absent for kinds that no operator of a language model has. */
export function readAttribute(
  reading: Reading,
  span: Span,
  read: AttributeReader,
): { name: string; value?: OnnxAttribute } {
  reading.spend(100);
  let name = "";
  let type = 0;
  let value: OnnxAttribute | undefined;
  const ints: number[] = [];
  const floats: number[] = [];
  const graphs: OnnxGraph[] = [];
  const append = (list: number[], numbers: Iterable<number>) => {
    for (const number of numbers) {
      if (list.length === listMax) break;
      list.push(number);
      reading.spend(8);
    }
  };
  for (const field of fields(reading, span)) {
    if (field.number === attributeField.name) name = textIn(reading, spanOf(reading, field));
    else if (field.number === attributeField.type) type = integerOf(reading, field);
    else if (field.number === attributeField.float) value = { float: floatsIn(reading, field).next().value ?? 0 };
    else if (field.number === attributeField.int) value = { int: integerOf(reading, field) };
    else if (field.number === attributeField.string) value = { string: textIn(reading, spanOf(reading, field)) };
    else if (field.number === attributeField.tensor) value = { tensor: read.tensor(spanOf(reading, field)) };
    else if (field.number === attributeField.reference) value = { reference: textIn(reading, spanOf(reading, field)) };
    else if (field.number === attributeField.floats) append(floats, floatsIn(reading, field));
    else if (field.number === attributeField.ints) append(ints, integersIn(reading, field));
    else if (field.number === attributeField.graph || field.number === attributeField.graphs)
      graphs.push(read.graph(spanOf(reading, field)));
  }
  if (graphs.length > 0) value = { graphs };
  else if (ints.length > 0) value = { ints };
  else if (floats.length > 0) value = { floats };
  value ??= emptyAttributes[type];
  return value ? { name, value } : { name };
}
