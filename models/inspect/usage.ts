import { expectedDistinct } from "./distinct.ts";

/** How evenly a layer's experts were used. */
export interface UsageSummary {
  /** Different experts of a step, on average over the steps. */
  meanDistinct: number;
  /** What even and independent routing would give: E (1 - (1 - k/E)^B). */
  evenDistinct: number;
  /** Shannon entropy of the experts' shares of all choices, in bits; log2(E) if all are used alike. */
  entropyBits: number;
  /** Share of all choices that fell on the expert used most. */
  largestShare: number;
}

/** Sums up the steps of a layer, at least one. */
export function summariseUsage(
  steps: readonly { counts: readonly number[]; distinct: number }[],
  { experts, perToken, batch }: { experts: number; perToken: number; batch: number },
): UsageSummary {
  const used = Array.from({ length: experts }, (_, expert) =>
    steps.reduce((sum, { counts }) => sum + (counts[expert] ?? 0), 0),
  );
  const all = used.reduce((sum, count) => sum + count, 0);
  const shares = used.filter((count) => count > 0).map((count) => count / all);
  return {
    meanDistinct: steps.reduce((sum, { distinct }) => sum + distinct, 0) / steps.length,
    evenDistinct: expectedDistinct(experts, perToken, batch),
    entropyBits: shares.reduce((sum, share) => sum - share * Math.log2(share), 0),
    largestShare: Math.max(...shares),
  };
}
