import type { Linear } from "./architecture.ts";
import type { Weights } from "./checkpoint.ts";
import type { GraphBuilder } from "./graph.ts";

/**
 * Adds y = [W1 x, W2 x, ...]: several maps of one input as a single MatMul, their outputs side by side.
 * The one place where a weight matrix becomes nodes, and so the place to choose another precision.
 */
export function addLinear(
  builder: GraphBuilder,
  weights: Weights,
  input: string,
  linears: readonly Linear[],
  output = builder.fresh("MatMul"),
): string {
  const first = linears[0]!.weight;
  const inner = first.shape[1]!;
  const outers = linears.map(({ weight }) => weight.shape[0]!);
  const outer = outers.reduce((sum, length) => sum + length, 0);
  const name = linears.map(({ weight }) => weight.name).join("+");
  const matrix = builder.initializer(name, "float32", [inner, outer], async function* () {
    const packed = new Float32Array(inner * outer);
    let column = 0;
    for (const [index, { weight }] of linears.entries()) {
      writeTransposed(await weights.read(weight.name), outers[index]!, inner, packed, outer, column);
      column += outers[index]!;
    }
    yield packed;
  });
  return builder.node({ op: "MatMul", inputs: [input, matrix], outputs: [output] });
}

/** Copies `source` [rows, columns] into `target` [columns, stride] as its transpose, from target column `at` on. */
export function writeTransposed(
  source: Float32Array,
  rows: number,
  columns: number,
  target: Float32Array,
  stride: number,
  at: number,
): void {
  // Tiles keep both the reads and the strided writes within the cache.
  const tile = 32;
  for (let top = 0; top < rows; top += tile) {
    for (let left = 0; left < columns; left += tile) {
      for (let row = top; row < Math.min(top + tile, rows); row++) {
        for (let column = left; column < Math.min(left + tile, columns); column++) {
          target[column * stride + at + row] = source[row * columns + column]!;
        }
      }
    }
  }
}
