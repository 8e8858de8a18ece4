/**
 * Blocks of integers with a scale, in the layout that `MatMulNBits`, `QMoE` and `GatherBlockQuantized` share: row by row, block by
 * block, an element in the low half of a byte before the one in the high half, and 2^(bits - 1) standing for zero.
 * Layout: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md
 */
import type { Quantisation } from "./precision.ts";

/** Rows of a matrix as integers: element = (code - 2^(bits - 1)) * scale of its block. */
export interface QuantisedRows {
  /** [rows, blocks, blockSize * bits / 8]; a row that ends within a block is filled up with zeros. */
  codes: Uint8Array;
  /** [rows, blocks] */
  scales: Float32Array;
}

/** Blocks in a row of `columns` elements. */
export function blocksPerRow(columns: number, { blockSize }: Quantisation): number {
  return Math.ceil(columns / blockSize);
}

/**
 * The rows [rows, columns] rounded to the nearest code. The element of largest size takes the code furthest from zero, which has
 * no counterpart of the other sign; scales are rounded to float32 before codes are chosen.
 */
export function quantiseRows(rows: Float32Array, columns: number, quantisation: Quantisation): QuantisedRows {
  const { bits, blockSize } = quantisation;
  const blocks = blocksPerRow(columns, quantisation);
  const count = rows.length / columns;
  const zero = 2 ** (bits - 1);
  const codes = new Uint8Array((count * blocks * blockSize * bits) / 8).fill(bits === 8 ? zero : zero | (zero << 4));
  const scales = new Float32Array(count * blocks);
  const blockBytes = (blockSize * bits) / 8;
  for (let row = 0; row < count; row++) {
    for (let block = 0; block < blocks; block++) {
      const begin = row * columns + block * blockSize;
      const end = Math.min(begin + blockSize, (row + 1) * columns);
      const index = row * blocks + block;
      const furthest = furthestFromZero(rows, begin, end);
      if (furthest === 0) continue;
      scales[index] = -furthest / zero;
      const inverse = 1 / scales[index];
      if (bits === 8) codeBytes(rows, begin, end, inverse, codes, index * blockBytes);
      else codeHalfBytes(rows, begin, end, inverse, codes, index * blockBytes);
    }
  }
  return { codes, scales };
}

/** The elements that the codes stand for, [rows, columns]. */
export function dequantiseRows({ codes, scales }: QuantisedRows, columns: number, quantisation: Quantisation) {
  const { bits, blockSize } = quantisation;
  const blocks = blocksPerRow(columns, quantisation);
  const zero = 2 ** (bits - 1);
  return Float32Array.from({ length: (scales.length / blocks) * columns }, (_, at) => {
    const [row, column] = [Math.floor(at / columns), at % columns];
    const position = row * blocks * blockSize + column;
    const byte = codes[bits === 8 ? position : position >> 1]!;
    const code = bits === 8 ? byte : position % 2 === 0 ? byte & 15 : byte >> 4;
    return (code - zero) * scales[row * blocks + Math.floor(column / blockSize)]!;
  });
}

function furthestFromZero(elements: Float32Array, begin: number, end: number): number {
  let furthest = 0;
  let size = 0;
  for (let i = begin; i < end; i++) {
    const element = elements[i]!;
    const distance = element < 0 ? -element : element;
    if (distance > size) {
      size = distance;
      furthest = element;
    }
  }
  return furthest;
}

function codeBytes(from: Float32Array, begin: number, end: number, inverse: number, to: Uint8Array, at: number): void {
  for (let i = begin; i < end; i++) {
    const code = (from[i]! * inverse + 128.5) | 0;
    to[at + i - begin] = code > 255 ? 255 : code;
  }
}

function codeHalfBytes(
  from: Float32Array,
  begin: number,
  end: number,
  inverse: number,
  to: Uint8Array,
  at: number,
): void {
  for (let i = begin; i < end; i += 2) {
    const low = (from[i]! * inverse + 8.5) | 0;
    const high = i + 1 < end ? (from[i + 1]! * inverse + 8.5) | 0 : 8;
    to[at + ((i - begin) >> 1)] = (low > 15 ? 15 : low) | ((high > 15 ? 15 : high) << 4);
  }
}
