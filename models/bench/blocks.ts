/** How ggml stores weights. Sources: ggml-org/ggml `docs/gguf.md` (`ggml_type`), `src/ggml-common.h` (`block_q4_0`, `block_q8_0`). */
import { toFloat16 } from "../build/float16.ts";

/** Number of the type in a file, elements in a block and bytes of a block. */
export const ggmlTypes = {
  F32: { id: 0, elements: 1, bytes: 4 },
  Q4_0: { id: 2, elements: 32, bytes: 18 },
  Q8_0: { id: 8, elements: 32, bytes: 34 },
} as const;
export type GgmlType = keyof typeof ggmlTypes;

/** Bytes of so many elements, which must be whole blocks. */
export function byteLengthOf(type: GgmlType, elements: number): number {
  const block = ggmlTypes[type];
  if (elements % block.elements !== 0)
    throw new RangeError(
      `${type} stores blocks of ${block.elements} elements; ${elements} elements are not whole blocks`,
    );
  return (elements / block.elements) * block.bytes;
}

/** The bytes of `values` in `type`, little-endian. */
export function encode(type: GgmlType, values: Float32Array): Uint8Array {
  const bytes = new Uint8Array(byteLengthOf(type, values.length));
  switch (type) {
    case "F32":
      bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
      break;
    case "Q8_0":
      encodeQ8(values, bytes);
      break;
    case "Q4_0":
      encodeQ4(values, bytes);
      break;
  }
  return bytes;
}

/** Blocks of a half-float scale and 32 signed bytes: value = scale x byte, scale = largest magnitude / 127. */
function encodeQ8(values: Float32Array, bytes: Uint8Array): void {
  const scales = scalesOf(values, (extreme) => Math.abs(extreme) / 127);
  writeScales(scales, bytes, ggmlTypes.Q8_0.bytes);
  for (const [block, scale] of scales.entries()) {
    const [from, to] = [block * 32, block * ggmlTypes.Q8_0.bytes + 2];
    // Negative numbers become two's complement when a Uint8Array takes them.
    for (let i = 0; i < 32; i++) bytes[to + i] = scale === 0 ? 0 : Math.round(values[from + i]! / scale);
  }
}

/**
 * Blocks of a half-float scale and 16 bytes: value = scale x (nibble - 8), the low nibbles are elements 0..15, the high ones
 * 16..31. The element of largest magnitude takes nibble 0, so the scale has the opposite sign.
 */
function encodeQ4(values: Float32Array, bytes: Uint8Array): void {
  const scales = scalesOf(values, (extreme) => extreme / -8);
  writeScales(scales, bytes, ggmlTypes.Q4_0.bytes);
  for (const [block, scale] of scales.entries()) {
    const [from, to] = [block * 32, block * ggmlTypes.Q4_0.bytes + 2];
    const nibble = (i: number): number => (scale === 0 ? 8 : Math.min(15, Math.floor(values[from + i]! / scale + 8.5)));
    for (let i = 0; i < 16; i++) bytes[to + i] = nibble(i) | (nibble(i + 16) << 4);
  }
}

/** The scale of every 32 elements, from the one of largest magnitude with its sign. */
function scalesOf(values: Float32Array, scaleOf: (extreme: number) => number): Float32Array {
  return Float32Array.from({ length: values.length / 32 }, (_, block) => {
    let extreme = 0;
    for (let i = block * 32; i < (block + 1) * 32; i++)
      if (Math.abs(values[i]!) > Math.abs(extreme)) extreme = values[i]!;
    return scaleOf(extreme);
  });
}

function writeScales(scales: Float32Array, bytes: Uint8Array, blockBytes: number): void {
  const view = new DataView(bytes.buffer);
  for (const [block, half] of toFloat16(scales).entries()) view.setUint16(block * blockBytes, half, true);
}
