/**
 * Bytes per element of each dtype of the safetensors format but those smaller than a byte.
 * Source: https://github.com/huggingface/safetensors, `Dtype`.
 */
export const bytesPerElement = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E4M3: 1,
  F8_E5M2: 1,
  F8_E8M0: 1,
  U16: 2,
  I16: 2,
  F16: 2,
  BF16: 2,
  U32: 4,
  I32: 4,
  F32: 4,
  U64: 8,
  I64: 8,
  F64: 8,
  C64: 8,
} as const;
export type Dtype = keyof typeof bytesPerElement;

/** The dtypes weights come in; the others are refused as weights, though a checkpoint may hold them. */
const floatDtypes = ["F32", "F16", "BF16", "F64"] as const;
export type WeightDtype = (typeof floatDtypes)[number];
/** The same, and the format that takes two tensors. */
export const weightDtypes = [...floatDtypes, "MXFP4"] as const;

export function isDtype(value: string): value is Dtype {
  return Object.hasOwn(bytesPerElement, value);
}

export function isFloat(dtype: Dtype): dtype is WeightDtype {
  return (floatDtypes as readonly string[]).includes(dtype);
}

export function isWeightDtype(dtype: Dtype | "MXFP4"): boolean {
  return (weightDtypes as readonly string[]).includes(dtype);
}

/** Little-endian elements of `dtype` as float32: exact, but for F64, which is rounded. `bytes` must own an aligned buffer. */
export function toFloat32(dtype: WeightDtype, bytes: Uint8Array): Float32Array {
  const { buffer, byteOffset, byteLength } = bytes;
  switch (dtype) {
    case "F32":
      return new Float32Array(buffer, byteOffset, byteLength / 4);
    case "F64":
      return Float32Array.from(new Float64Array(buffer, byteOffset, byteLength / 8));
    case "BF16": {
      // bfloat16 is the upper half of a float32.
      const halves = new Uint16Array(buffer, byteOffset, byteLength / 2);
      const words = new Uint32Array(halves.length);
      for (let i = 0; i < halves.length; i++) words[i] = halves[i]! << 16;
      return new Float32Array(words.buffer);
    }
    case "F16": {
      const halves = new Uint16Array(buffer, byteOffset, byteLength / 2);
      const floats = new Float32Array(halves.length);
      const table = float16Values();
      for (let i = 0; i < halves.length; i++) floats[i] = table[halves[i]!]!;
      return floats;
    }
  }
}

let float16Table: Float32Array | undefined;

/** The value of each of the 65,536 half floats (IEEE 754 binary16), made once: a look-up is faster than the arithmetic. */
function float16Values(): Float32Array {
  float16Table ??= Float32Array.from({ length: 65_536 }, (_, half) => {
    const sign = half & 0x8000 ? -1 : 1;
    const exponent = (half >> 10) & 0x1f;
    const fraction = half & 0x3ff;
    if (exponent === 0) return sign * fraction * 2 ** -24;
    if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
    return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  });
  return float16Table;
}
