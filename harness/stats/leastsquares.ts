/** A linear model fitted to a few rows, with what is needed for its intervals. */
export interface Fit {
  /** One a column; a column that does better without has 0 and no error. */
  readonly coefficients: readonly number[];
  /** Standard error of `weights . coefficients`. */
  error(weights: readonly number[]): number;
  /** Rows minus the coefficients that are not 0. */
  readonly degrees: number;
  /** Share of the variation around the mean that the fit explains. */
  readonly r2: number;
}

/**
 * Non-negative least squares of a few columns: the best of the ordinary fits on subsets of the columns whose
 * coefficients are all positive. With k columns there are 2^k - 1 of them, and the optimum is one (Lawson and Hanson 1974, ch. 23).
 * Errors are those of the ordinary fit on the columns that stayed.
 *
 * @returns undefined when there are no more rows than columns, or no subset can be fitted
 */
export function nonNegativeFit(rows: readonly (readonly number[])[], values: readonly number[]): Fit | undefined {
  const columns = rows[0]?.length ?? 0;
  if (rows.length <= columns) return undefined;
  let best: { fit: Fit; squares: number } | undefined;
  for (let subset = 1; subset < 2 ** columns; subset++) {
    const kept = Array.from({ length: columns }, (_, i) => i).filter((i) => (subset >> i) & 1);
    const candidate = ordinaryFit(rows, values, kept, columns);
    if (candidate === undefined || candidate.fit.coefficients.some((c) => c < 0)) continue;
    if (best === undefined || candidate.squares < best.squares) best = candidate;
  }
  return best?.fit;
}

function ordinaryFit(
  rows: readonly (readonly number[])[],
  values: readonly number[],
  kept: readonly number[],
  columns: number,
): { fit: Fit; squares: number } | undefined {
  const inverse = inverted(gram(rows, kept));
  if (inverse === undefined) return undefined;
  const moments = kept.map((i) =>
    dot(
      rows.map((row) => row[i] as number),
      values,
    ),
  );
  const solved = inverse.map((line) => dot(line, moments));
  const coefficients = Array.from({ length: columns }, () => 0);
  for (const [k, i] of kept.entries()) coefficients[i] = solved[k] as number;
  const residuals = rows.map((row, r) => (values[r] as number) - dot(row, coefficients));
  const squares = dot(residuals, residuals);
  const degrees = rows.length - kept.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const around = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {
    squares,
    fit: {
      coefficients,
      degrees,
      r2: around > 0 ? 1 - squares / around : 0,
      error(weights) {
        const picked = kept.map((i) => weights[i] as number);
        const spread = inverse.reduce((sum, line, k) => sum + (picked[k] as number) * dot(line, picked), 0);
        return Math.sqrt(Math.max(0, spread) * (squares / degrees));
      },
    },
  };
}

/**
 * How nearly the columns say the same: the largest over the smallest singular value after each column is scaled to
 * length 1. Beyond about 100 the coefficients cannot be told apart, however well they fit together.
 */
export function conditionNumber(rows: readonly (readonly number[])[]): number {
  const all = (rows[0] ?? []).map((_, i) => i);
  const g = gram(rows, all);
  const lengths = all.map((i) => Math.sqrt(g[i]?.[i] ?? 0));
  if (lengths.some((length) => !(length > 0))) return Infinity;
  const scaled = g.map((line, i) => line.map((cell, j) => cell / ((lengths[i] as number) * (lengths[j] as number))));
  const values = eigenvalues(scaled);
  const least = Math.min(...values);
  return least > 1e-14 ? Math.sqrt(Math.max(...values) / least) : Infinity;
}

function gram(rows: readonly (readonly number[])[], kept: readonly number[]): number[][] {
  return kept.map((i) => kept.map((j) => rows.reduce((sum, row) => sum + (row[i] as number) * (row[j] as number), 0)));
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
}

/** Gauss-Jordan with pivoting on a matrix scaled to a unit diagonal; undefined when singular. */
function inverted(matrix: readonly (readonly number[])[]): number[][] | undefined {
  const n = matrix.length;
  const scale = matrix.map((row, i) => 1 / Math.sqrt(row[i] as number));
  if (scale.some((value) => !Number.isFinite(value))) return undefined;
  const work = matrix.map((row, i) => [
    ...row.map((cell, j) => cell * (scale[i] as number) * (scale[j] as number)),
    ...row.map((_, j) => (i === j ? 1 : 0)),
  ]);
  for (let c = 0; c < n; c++) {
    let pivot = c;
    for (let r = c + 1; r < n; r++) if (Math.abs(work[r]?.[c] ?? 0) > Math.abs(work[pivot]?.[c] ?? 0)) pivot = r;
    [work[c], work[pivot]] = [work[pivot] as number[], work[c] as number[]];
    const row = work[c] as number[];
    const head = row[c] as number;
    if (Math.abs(head) < 1e-12) return undefined;
    for (let j = 0; j < row.length; j++) row[j] = (row[j] as number) / head;
    for (const [r, other] of work.entries()) {
      const factor = other[c] as number;
      if (r === c || factor === 0) continue;
      for (let j = 0; j < other.length; j++) other[j] = (other[j] as number) - factor * (row[j] as number);
    }
  }
  return work.map((row, i) => row.slice(n).map((cell, j) => cell * (scale[i] as number) * (scale[j] as number)));
}

/** Eigenvalues of a small symmetric matrix by Jacobi rotations. */
function eigenvalues(matrix: readonly (readonly number[])[]): number[] {
  const a = matrix.map((row) => [...row]);
  const at = (i: number, j: number): number => a[i]?.[j] as number;
  for (let sweep = 0; sweep < 50; sweep++) {
    for (let p = 0; p < a.length; p++) {
      for (let q = p + 1; q < a.length; q++) {
        if (Math.abs(at(p, q)) < 1e-15) continue;
        const theta = 0.5 * Math.atan2(2 * at(p, q), at(q, q) - at(p, p));
        const [c, s] = [Math.cos(theta), Math.sin(theta)];
        for (const row of a) {
          const [x, y] = [row[p] as number, row[q] as number];
          row[p] = c * x - s * y;
          row[q] = s * x + c * y;
        }
        const [rowP, rowQ] = [[...(a[p] as number[])], [...(a[q] as number[])]];
        a[p] = rowP.map((x, j) => c * x - s * (rowQ[j] as number));
        a[q] = rowP.map((x, j) => s * x + c * (rowQ[j] as number));
      }
    }
  }
  return a.map((_, i) => at(i, i));
}
