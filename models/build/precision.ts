/** How the matrices of a graph are stored. Norms, biases, routers and rotary tables are float32 throughout. */
export const precisions = ["fp32", "fp16", "int8", "int4"] as const;
/**
 * - `fp32`: stored and computed as float32.
 * - `fp16`: stored in half precision and widened when the graph is loaded, since ONNX Runtime's CPU multiplies float32 only.
 * - `int8`, `int4`: weight-only, in blocks along the input with one scale each and no zero point; ONNX Runtime rounds the
 *   activations to 8 bits, block by block, and multiplies integers (`MatMulNBits` at accuracy level 4).
 */
export type Precision = (typeof precisions)[number];

/** Symmetric integers in blocks of `blockSize` along a row, each with a scale. */
export interface Quantisation {
  bits: 4 | 8;
  blockSize: number;
}

/**
 * Of the block sizes of `MatMulNBits`, 128 is the fastest on AVX-512: a row times [576, 3072] takes 0.57 of the time of blocks of
 * 32 in int4, 0.68 in int8 (onnxruntime 1.30). It is also the usual group size of GPTQ and AWQ checkpoints.
 */
const blockSizeMax = 128;
const blockSizeMin = 16;

/** How a matrix with rows of `columns` elements is stored, in blocks of `largest` at most; absent where it stays a floating-point matrix. */
export function quantisationOf(
  precision: Precision,
  columns: number,
  largest: number = columns,
): Quantisation | undefined {
  if (precision !== "int8" && precision !== "int4") return undefined;
  let blockSize = blockSizeMax;
  while (blockSize > largest && blockSize > blockSizeMin) blockSize /= 2;
  return { bits: precision === "int8" ? 8 : 4, blockSize };
}

/** As `quantisationOf`, with blocks that divide the row: `QMoE` and `GatherBlockQuantized` know no padding. */
export function evenQuantisationOf(
  precision: Precision,
  columns: number,
  largest: number = columns,
): Quantisation | undefined {
  const quantisation = quantisationOf(precision, columns, largest);
  if (!quantisation) return undefined;
  let { blockSize } = quantisation;
  while (columns % blockSize !== 0 && blockSize > blockSizeMin) blockSize /= 2;
  return columns % blockSize === 0 ? { ...quantisation, blockSize } : undefined;
}
