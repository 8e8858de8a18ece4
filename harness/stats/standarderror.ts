/** Standard error of the mean of independent items: sample standard deviation over the root of n. Absent of fewer than two. */
export function meanStandardError(values: readonly number[]): number | undefined {
  const n = values.length;
  if (n < 2) return undefined;
  const mean = meanOf(values);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / (n - 1) / n);
}

/**
 * Standard error of the mean of items that come in clusters, such as questions about one text: errors inside a cluster go
 * together (Liang and Zeger 1986; of evaluations Miller, arXiv 2411.00640, with the correction C / (C - 1) for few clusters).
 * With every item a cluster of its own it is `meanStandardError`. Absent of fewer than two clusters.
 *
 * @param clusters the cluster of each item
 */
export function clusteredStandardError(values: readonly number[], clusters: readonly string[]): number | undefined {
  const n = values.length;
  if (n !== clusters.length)
    throw new RangeError(`clusteredStandardError: ${n} values but ${clusters.length} clusters`);
  const mean = n === 0 ? 0 : meanOf(values);
  const sums = new Map<string, number>();
  for (const [i, cluster] of clusters.entries())
    sums.set(cluster, (sums.get(cluster) ?? 0) + (values[i] as number) - mean);
  const count = sums.size;
  if (count < 2) return undefined;
  const squares = [...sums.values()].reduce((total, sum) => total + sum ** 2, 0);
  return Math.sqrt((count / (count - 1)) * squares) / n;
}

/**
 * Standard error of the mean over all items of several sets, from each set's own: lm-eval's `pooled_sample_stderr`. It pools the
 * variances inside the sets, so what the sets' means differ by is not in it. Absent where no set has two items.
 *
 * @param sizes items of each set
 */
export function pooledStandardError(standardErrors: readonly number[], sizes: readonly number[]): number | undefined {
  if (standardErrors.length !== sizes.length)
    throw new RangeError(`pooledStandardError: ${standardErrors.length} standard errors but ${sizes.length} sizes`);
  const items = sizes.reduce((sum, size) => sum + size, 0);
  if (!(items > sizes.length)) return undefined;
  const squares = standardErrors.reduce((sum, error, i) => {
    const size = sizes[i] as number;
    return sum + (size - 1) * error ** 2 * size;
  }, 0);
  return Math.sqrt(squares / (items - sizes.length) / items);
}

/** Standard error of the plain mean of several means, each counting the same: lm-eval's `unweighted_mean_stderr`. */
export function unweightedStandardError(standardErrors: readonly number[]): number | undefined {
  if (standardErrors.length === 0) return undefined;
  return Math.hypot(...standardErrors) / standardErrors.length;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
