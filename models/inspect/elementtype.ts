/** Element types of ONNX tensors. Source: `TensorProto.DataType` in https://github.com/onnx/onnx/blob/main/onnx/onnx.proto */

/** Name and bits of each type, by its number in `TensorProto.DataType`. A string has no fixed size. */
const types = {
  1: ["float32", 32],
  2: ["uint8", 8],
  3: ["int8", 8],
  4: ["uint16", 16],
  5: ["int16", 16],
  6: ["int32", 32],
  7: ["int64", 64],
  8: ["string", 0],
  9: ["bool", 8],
  10: ["float16", 16],
  11: ["float64", 64],
  12: ["uint32", 32],
  13: ["uint64", 64],
  14: ["complex64", 64],
  15: ["complex128", 128],
  16: ["bfloat16", 16],
  17: ["float8e4m3fn", 8],
  18: ["float8e4m3fnuz", 8],
  19: ["float8e5m2", 8],
  20: ["float8e5m2fnuz", 8],
  21: ["uint4", 4],
  22: ["int4", 4],
  23: ["float4e2m1", 4],
  24: ["float8e8m0", 8],
  25: ["uint2", 2],
  26: ["int2", 2],
} as const;

export type ElementType = (typeof types)[keyof typeof types][0];

const bits = new Map<ElementType, number>(Object.values(types).map(([name, width]) => [name, width]));

export function elementType(number: number): ElementType | undefined {
  return Object.hasOwn(types, number) ? types[number as keyof typeof types][0] : undefined;
}

/** Bits of one element; elements of less than eight are packed. */
export function bitsOf(type: ElementType): number {
  return bits.get(type)!;
}

/** Bytes that `elements` of `type` take, the last byte filled up. */
export function bytesOf(type: ElementType, elements: number): number {
  return Math.ceil((elements * bitsOf(type)) / 8);
}

export function isFloat(type: ElementType): boolean {
  return type.startsWith("float") || type === "bfloat16";
}
