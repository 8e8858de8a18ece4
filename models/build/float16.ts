import { CheckpointError } from "./checkpointerror.ts";

/** Half floats (IEEE 754 binary16) of float32 elements, rounded to the nearest, ties to even; what is too large becomes infinite. */
export function toFloat16(elements: Float32Array): Uint16Array {
  const words = new Uint32Array(elements.buffer, elements.byteOffset, elements.length);
  const halves = new Uint16Array(words.length);
  for (let i = 0; i < words.length; i++) halves[i] = halfOf(words[i]!);
  return halves;
}

/** From the bits of a float32 to those of the nearest half float. */
function halfOf(word: number): number {
  const sign = (word >>> 16) & 0x8000;
  const size = word & 0x7fffffff;
  if (size > 0x7f800000) return sign | 0x7e00;
  // From 65,520 on the nearest is infinity.
  if (size >= 0x477ff000) return sign | 0x7c00;
  // Below 2^-14 halves are multiples of 2^-24: adding a half in float32, whose last bit then is 2^-24, rounds to them.
  if (size < 0x38800000) {
    scratchWords[0] = size;
    scratch[0]! += 0.5;
    return sign | (scratchWords[0] - 0x3f000000);
  }
  const lastKept = (size >>> 13) & 1;
  return sign | ((size - 0x38000000 + 0xfff + lastKept) >>> 13);
}

const scratch = new Float32Array(1);
const scratchWords = new Uint32Array(scratch.buffer);

/** The largest half float. */
const largestHalf = 65_504;

/** Weights as half floats; throws a `CheckpointError` where one is too large to be one, which would make it infinite. */
export function weightsToFloat16(elements: Float32Array, name: string): Uint16Array {
  const halves = toFloat16(elements);
  const at = halves.findIndex((half) => (half & 0x7fff) === 0x7c00);
  if (at < 0) return halves;
  throw new CheckpointError(
    `tensor "${name}" holds ${elements[at]!}, and half precision ends at ${largestHalf}; choose another precision than fp16`,
  );
}
