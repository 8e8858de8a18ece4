import { elementType, type ElementType } from "./elementtype.ts";
import type { Dimension, OnnxValue } from "./onnxmodel.ts";
import { fields, integerOf, spanOf, textIn, type Reading, type Span } from "./wire.ts";

/** Reads a `ValueInfoProto`. Values that are no tensors (sequences, maps) have neither type nor shape. */
export function readValue(reading: Reading, span: Span): OnnxValue {
  reading.spend(200);
  let name = "";
  let tensorType: Omit<OnnxValue, "name"> = {};
  for (const field of fields(reading, span)) {
    if (field.number === 1) name = textIn(reading, spanOf(reading, field));
    else if (field.number === 2) tensorType = readType(reading, spanOf(reading, field));
  }
  return { name, ...tensorType };
}

/** `TypeProto.tensor_type`, if the message has it. */
function readType(reading: Reading, span: Span): Omit<OnnxValue, "name"> {
  const tensorType = 1;
  for (const field of fields(reading, span)) {
    if (field.number === tensorType) return readTensorType(reading, spanOf(reading, field));
  }
  return {};
}

function readTensorType(reading: Reading, span: Span): Omit<OnnxValue, "name"> {
  let type: ElementType | undefined;
  let shape: Dimension[] | undefined;
  for (const field of fields(reading, span)) {
    if (field.number === 1) type = elementType(integerOf(reading, field));
    else if (field.number === 2) shape = readShape(reading, spanOf(reading, field));
  }
  return { ...(type && { type }), ...(shape && { shape }) };
}

/** `TensorShapeProto`: messages of one field each, a length or a name. */
function readShape(reading: Reading, span: Span): Dimension[] {
  const shape: Dimension[] = [];
  for (const field of fields(reading, span)) {
    if (field.number !== 1) continue;
    reading.spend(16);
    let dimension: Dimension = "?";
    for (const part of fields(reading, spanOf(reading, field))) {
      if (part.number === 1) dimension = integerOf(reading, part);
      else if (part.number === 2) dimension = textIn(reading, spanOf(reading, part));
    }
    shape.push(dimension);
  }
  return shape;
}
