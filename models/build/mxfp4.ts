/**
 * MXFP4: groups of 32 four-bit floats (E2M1) that share a power of two (E8M0). OCP Microscaling Formats Specification v1.0, sections
 * 5.3.3 and 5.4.1. `transformers` stores a tensor X [..., 32 g] as X_blocks U8 [..., g, 16] and X_scales U8 [..., g]; of the two elements
 * in a byte, the lower half is the first.
 */
export const groupElements = 32;
export const groupBytes = groupElements / 2;
export const blocksSuffix = "_blocks";
export const scalesSuffix = "_scales";

const magnitudes = [0, 0.5, 1, 1.5, 2, 3, 4, 6];
/** The 16 values of E2M1; the highest bit is the sign. */
const values = Float32Array.from([...magnitudes, ...magnitudes.map((magnitude) => -magnitude)]);

/** The elements of whole groups: 16 bytes and one scale of each. */
export function unpackMxfp4(blocks: Uint8Array, scales: Uint8Array): Float32Array {
  const elements = new Float32Array(scales.length * groupElements);
  for (let group = 0; group < scales.length; group++) {
    const scale = scaleOf(scales[group]!);
    for (let i = 0; i < groupBytes; i++) {
      const byte = blocks[group * groupBytes + i]!;
      elements[group * groupElements + 2 * i] = values[byte & 0xf]! * scale;
      elements[group * groupElements + 2 * i + 1] = values[byte >> 4]! * scale;
    }
  }
  return elements;
}

/** E8M0: a power of two, or NaN. */
function scaleOf(exponent: number): number {
  return exponent === 255 ? NaN : 2 ** (exponent - 127);
}

/** The shape of X, if these are the shapes of X_blocks and X_scales. */
export function mxfp4Shape(blocks: readonly number[], scales: readonly number[]): number[] | undefined {
  if (scales.length === 0 || String(blocks) !== String([...scales, groupBytes])) return undefined;
  return [...scales.slice(0, -1), scales.at(-1)! * groupElements];
}
