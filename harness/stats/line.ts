/** A point of a line, with how much it counts beside others. Only ratios of weights matter. */
export interface WeightedPoint {
  readonly x: number;
  readonly y: number;
  readonly weight: number;
}

/** `y = slope x + offset`, with the covariance of the two. */
export interface Line {
  readonly slope: number;
  readonly offset: number;
  readonly covariance: { readonly slope: number; readonly both: number; readonly offset: number };
  /** Points minus 2. */
  readonly degrees: number;
}

/**
 * Weighted least squares of a straight line (Bevington and Robinson, Data Reduction and Error Analysis, 2003, ch. 6). Weights
 * are relative: the variance of a point of mean weight is taken from the scatter around the line, over n - 2.
 *
 * @returns undefined for fewer than three points, and when all stand at one x
 */
export function weightedLine(points: readonly WeightedPoint[]): Line | undefined {
  if (points.length < 3) return undefined;
  const sum = (of: (point: WeightedPoint) => number): number =>
    points.reduce((total, point) => total + point.weight * of(point), 0);
  const weight = sum(() => 1);
  const [x, y] = [sum((point) => point.x) / weight, sum((point) => point.y) / weight];
  const spread = sum((point) => (point.x - x) ** 2);
  if (!(spread > 0)) return undefined;
  const slope = sum((point) => (point.x - x) * (point.y - y)) / spread;
  const offset = y - slope * x;
  const degrees = points.length - 2;
  const variance = sum((point) => (point.y - slope * point.x - offset) ** 2) / degrees;
  return {
    slope,
    offset,
    covariance: {
      slope: variance / spread,
      both: (-x * variance) / spread,
      offset: variance * (1 / weight + x ** 2 / spread),
    },
    degrees,
  };
}

/** Variance of the line itself at `x`, the scatter of further points around it left out. */
export function varianceAt({ covariance }: Pick<Line, "covariance">, x: number): number {
  return Math.max(0, covariance.slope * x ** 2 + 2 * covariance.both * x + covariance.offset);
}
