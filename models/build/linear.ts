import type { Linear, View } from "./architecture.ts";
import { weightsToFloat16 } from "./float16.ts";
import type { Elements } from "./graph.ts";
import { quantisationOf, type Precision, type Quantisation } from "./precision.ts";
import { blocksPerRow, quantiseRows } from "./quantise.ts";
import type { Scope } from "./scope.ts";
import { slice, transposed, type Weights } from "./weights.ts";

/**
 * Adds y = [W1 x + b1, W2 x + b2, ...]: several maps of one input as a single product, their outputs side by side.
 * The one place where the weights of a linear map become nodes.
 */
export function addLinear(
  scope: Scope,
  input: string,
  linears: readonly Linear[],
  output = scope.builder.fresh("linear"),
  precision: Precision = scope.precision,
): string {
  const inner = linears[0]!.weight.shape[1]!;
  const quantisation = quantisationOf(precision, inner);
  const bias = storedBias(scope, linears);
  if (quantisation) {
    const name = linears.map(({ weight }) => weight.tensor.name).join("+");
    const rows = linears.map(({ weight }) => weight);
    const { codes, scales } = storedQuantised(scope, name, rows, quantisation);
    return addQuantised(
      scope,
      input,
      { codes, scales, rows: rowCount(rows), columns: inner, quantisation },
      bias,
      output,
    );
  }
  const matrix = storedMatrix(scope, linears, precision === "fp16");
  if (bias === "") return scope.builder.node({ op: "MatMul", inputs: [input, matrix], outputs: [output] });
  const product = scope.builder.node({ op: "MatMul", inputs: [input, matrix] });
  return scope.builder.node({ op: "Add", inputs: [product, bias], outputs: [output] });
}

/** A stored matrix of integers: the names of its codes and scales in the graph, and what they stand for. */
export interface QuantisedMatrix {
  codes: string;
  scales: string;
  rows: number;
  columns: number;
  quantisation: Quantisation;
}

/** Adds y = W x + b, W in integers, b by its name or "". */
export function addQuantised(
  { builder }: Scope,
  input: string,
  { codes, scales, rows, columns, quantisation: { bits, blockSize } }: QuantisedMatrix,
  bias = "",
  output = builder.fresh("linear"),
): string {
  return builder.node({
    op: "MatMulNBits",
    inputs: [input, codes, scales, ...(bias === "" ? [] : ["", "", bias])],
    outputs: [output],
    attributes: {
      K: { int: columns },
      N: { int: rows },
      bits: { int: bits },
      block_size: { int: blockSize },
      // Activations rounded to 8 bits: some 2.5 times as fast as level 1, which computes in float32.
      accuracy_level: { int: 4 },
    },
  });
}

/** Stores matrices [.., columns] one below the other, [rows, blocks, bytes] and [rows, blocks]. */
export function storedQuantised(
  { builder, weights }: Scope,
  name: string,
  matrices: readonly View[],
  quantisation: Quantisation,
): { codes: string; scales: string } {
  const [rows, columns] = [rowCount(matrices), matrices[0]!.shape[1]!];
  const blocks = blocksPerRow(columns, quantisation);
  const scales: Float32Array[] = [];
  const quantised = async function* () {
    scales.length = 0;
    for await (const part of rowsOf(weights, matrices)) {
      const { codes, scales: ofPart } = quantiseRows(part, columns, quantisation);
      scales.push(ofPart);
      yield codes;
    }
  };
  const bytes = (quantisation.blockSize * quantisation.bits) / 8;
  return {
    codes: builder.initializer(name, "uint8", [rows, blocks, bytes], quantised),
    // Written after the codes, when they are at hand.
    scales: builder.initializer(`${name}.scales`, "float32", [rows, blocks], async function* () {
      if (scales.length === 0) for await (const _ of quantised());
      yield* scales.splice(0);
    }),
  };
}

/** Elements of a matrix that are read at once, so that large ones take no more memory than small ones: 16 MB. */
const elementsAtOnce = 2 ** 22;

async function* rowsOf(weights: Weights, matrices: readonly View[]): AsyncIterable<Float32Array> {
  for (const matrix of matrices) {
    const [rows, columns] = matrix.shape as [number, number];
    const step = Math.max(1, Math.floor(elementsAtOnce / columns));
    for (let from = 0; from < rows; from += step) {
      yield await weights.read(slice(matrix, { from, count: Math.min(step, rows - from) }));
    }
  }
}

/** Stores the transposes side by side, [inner, outer], and widens halves when the graph is loaded. */
function storedMatrix({ builder, weights }: Scope, linears: readonly Linear[], half: boolean): string {
  const views = linears.map(({ weight }) => transposed(weight));
  const [inner, outer] = [views[0]!.shape[0]!, rowCount(linears.map(({ weight }) => weight))];
  const name = linears.map(({ weight }) => weight.tensor.name).join("+");
  const matrix = builder.initializer(name, half ? "float16" : "float32", [inner, outer], async function* () {
    const packed = await sideBySide(weights, views, inner, outer);
    yield half ? weightsToFloat16(packed, name) : packed;
  });
  return half ? widened(builder, matrix) : matrix;
}

/** Adds the cast of a stored half-precision tensor to float32; ONNX Runtime does it once, when it loads the graph. */
export function widened(builder: Scope["builder"], half: string): string {
  return builder.node({ op: "Cast", inputs: [half], attributes: { to: { int: 1 } } });
}

async function sideBySide(
  weights: Weights,
  views: readonly View[],
  inner: number,
  outer: number,
): Promise<Float32Array> {
  if (views.length === 1) return weights.read(views[0]!);
  const packed = new Float32Array(inner * outer);
  let column = 0;
  for (const view of views) {
    const width = view.shape[1]!;
    const elements = await weights.read(view);
    for (let row = 0; row < inner; row++)
      packed.set(elements.subarray(row * width, (row + 1) * width), row * outer + column);
    column += width;
  }
  return packed;
}

/** The biases one after another, "" where no map has one; a map without one gets zeros. */
function storedBias({ builder, weights }: Scope, linears: readonly Linear[]): string {
  const first = linears.find(({ bias }) => bias !== undefined)?.bias;
  if (!first) return "";
  const outer = rowCount(linears.map(({ weight }) => weight));
  return builder.initializer(first.tensor.name, "float32", [outer], async function* (): AsyncIterable<Elements> {
    for (const { weight, bias } of linears) yield bias ? await weights.read(bias) : new Float32Array(weight.shape[0]!);
  });
}

function rowCount(matrices: readonly View[]): number {
  return matrices.reduce((sum, { shape }) => sum + shape[0]!, 0);
}
