/** Linear maps and norms of the reference. */
import type { Linear, Norm } from "./architecture.ts";
import { add, sum, type Elements, type Vector } from "./vectors.ts";

/** W x + b. */
export function apply(elements: Elements, { weight, bias }: Linear, x: Vector): Vector {
  const [rows, columns] = weight.shape as [number, number];
  const matrix = elements(weight);
  const y = Array.from({ length: rows }, (_, row) =>
    sum(x.map((value, column) => value * matrix[row * columns + column]!)),
  );
  return bias ? add(y, [...elements(bias)]) : y;
}

/** x / sqrt(mean(x²) + epsilon) * scale (https://arxiv.org/abs/1910.07467). */
export function rmsNormed(x: Vector, scale: Float32Array, epsilon: number): Vector {
  const rms = Math.sqrt(sum(x.map((value) => value * value)) / x.length + epsilon);
  return x.map((value, i) => (value / rms) * scale[i]!);
}

/** Either kind of norm; layer norm is the root mean square norm of x - mean(x), plus a bias (https://arxiv.org/abs/1607.06450). */
export function normed(elements: Elements, norm: Norm, x: Vector, epsilon: number): Vector {
  if (norm.kind === "rms") return rmsNormed(x, elements(norm.scale), epsilon);
  const mean = sum(x) / x.length;
  const centred = add(
    x,
    x.map(() => -mean),
  );
  return add(rmsNormed(centred, elements(norm.scale), epsilon), [...elements(norm.bias)]);
}
