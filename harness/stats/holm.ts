/**
 * Holm's step-down adjustment of the p-values of a family of tests (Holm 1979, Scandinavian Journal of Statistics 6:65): rejecting
 * where the adjusted one is below 5 % rejects anything true in at most 5 % of families, however the tests depend on each other.
 *
 * @returns in the order given
 */
export function holm(pValues: readonly number[]): number[] {
  const wrong = pValues.find((p) => !(p >= 0 && p <= 1));
  if (wrong !== undefined) throw new RangeError(`holm: a p-value lies in [0, 1], got ${wrong}`);
  const ascending = pValues.map((p, place) => ({ p, place })).sort((a, b) => a.p - b.p);
  const adjusted = [...pValues];
  let most = 0;
  for (const [rank, { p, place }] of ascending.entries()) {
    most = Math.max(most, Math.min(1, (pValues.length - rank) * p));
    adjusted[place] = most;
  }
  return adjusted;
}
