/** Two bounds that hold the true value with 95 % confidence, unless whoever made them says otherwise. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** A value that may carry an interval; no interval means that none can be given honestly, not that it has no error. */
export interface Estimate {
  readonly value: number;
  readonly interval?: Interval;
}

/** The 97.5 % quantile of the standard normal distribution. */
export const Z95 = 1.959963984540054;

/** The middle 95 % of a log-normal factor around 1 with so large a relative error (1 standard deviation). */
export function logNormal95(error: number): Interval {
  return { low: Math.exp(-Z95 * error), high: Math.exp(Z95 * error) };
}

/**
 * Wilson's score interval for a proportion: `share` of `n` independent items. Stays inside [0, 1] and does not
 * collapse at 0 or n, where the textbook interval does (Wilson 1927; Brown, Cai and DasGupta 2001).
 */
export function wilson(share: number, n: number, z: number = Z95): Interval {
  if (!(n > 0)) throw new RangeError(`wilson: needs at least one item, got n = ${n}`);
  if (!(share >= 0 && share <= 1)) throw new RangeError(`wilson: a share lies in [0, 1], got ${share}`);
  const z2 = z * z;
  const centre = (share + z2 / (2 * n)) / (1 + z2 / n);
  const half = (z / (1 + z2 / n)) * Math.sqrt((share * (1 - share)) / n + z2 / (4 * n * n));
  // At 0 and 1 the exact bound is reached; rounding must not miss it by an ulp.
  return { low: share === 0 ? 0 : centre - half, high: share === 1 ? 1 : centre + half };
}

/** A share of items that come in clusters, with its standard error between them. */
export interface ClusteredShare {
  readonly share: number;
  readonly items: number;
  readonly clusters: number;
  /** Absent where it cannot be told, as of one cluster. */
  readonly standardError?: number;
}

/**
 * Wilson's interval with so many independent items as would have the same standard error, at most as many as there are (Dean and
 * Pagano 2015, Journal of Survey Statistics and Methodology 3:484). Where the error says nothing, because all items are right or
 * all wrong, a cluster counts as one item.
 */
export function wilsonClustered({ share, items, clusters, standardError }: ClusteredShare): Interval {
  const isTelling = standardError !== undefined && share > 0 && share < 1;
  return wilson(share, isTelling ? Math.min(items, (share * (1 - share)) / standardError ** 2) : clusters);
}

/**
 * Joins independent multiplicative uncertainties of a positive value: the distances of each bound from its centre,
 * in log space, added as root of the sum of squares, each side by itself.
 */
export function combineFactors(value: number, ...around: readonly (Interval | undefined)[]): Interval {
  if (value === 0) return { low: 0, high: 0 };
  const side = (pick: (interval: Interval) => number): number =>
    Math.sqrt(
      around.reduce((sum, interval) => sum + (interval === undefined ? 0 : Math.log(pick(interval) / value) ** 2), 0),
    );
  return {
    low: value * Math.exp(-side((interval) => interval.low)),
    high: value * Math.exp(side((interval) => interval.high)),
  };
}
