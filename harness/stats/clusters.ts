/**
 * A column added up over clusters, in order of first appearance: drawing its entries then draws clusters whole. Unchanged where
 * every item stands alone.
 *
 * @param clusters the cluster of each item; undefined of one that stands alone
 */
export function clusterSums(values: readonly number[], clusters: readonly (string | undefined)[]): number[] {
  if (values.length !== clusters.length)
    throw new RangeError(`clusterSums: ${values.length} values but ${clusters.length} clusters`);
  const sums: number[] = [];
  const placeOf = new Map<string, number>();
  for (const [i, cluster] of clusters.entries()) {
    const place = (cluster === undefined ? undefined : placeOf.get(cluster)) ?? sums.length;
    if (cluster !== undefined) placeOf.set(cluster, place);
    sums[place] = (sums[place] ?? 0) + (values[i] as number);
  }
  return sums;
}
