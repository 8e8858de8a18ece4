import type { Estimate } from "../stats/interval.ts";
import { isModelled } from "../report.ts";
import { type Axis, axisOf } from "./axis.ts";
import { boundText, measuredText, pairText, quantityText } from "./claimreason.ts";
import type { JudgedClaim, JudgedExpectation } from "./claims.ts";
import type { Verdict } from "./claimverdict.ts";
import { forest, type ForestPlot, inFigures } from "./forest.ts";
import { drawClaimed, type ForestMark, keyOf, type Standing } from "./forestmark.ts";
import { type Html, markup } from "./html.ts";

type Drawn = JudgedExpectation & { readonly measured: Required<Estimate> };

/** The expectations of a claim that have an interval, each beside the side of its bound that was claimed. */
export function claimPlots(judged: JudgedClaim): Html[] {
  const rows = judged.rows.filter((row): row is Drawn => row.measured?.interval !== undefined);
  const plots = SCALES.flatMap(({ scale, isOf, ...plot }) => {
    const those = rows.filter(isOf);
    if (those.length === 0) return [];
    const note = those.some(({ energy }) => energy !== undefined && isModelled(energy))
      ? { note: "energy modelled, not measured" }
      : {};
    return { isOf, plot: { ...plot, ...note, ...SIDES, axis: axisWith(those, scale, plot.alike) } };
  });
  return inFigures(rows).map((block) =>
    forest({
      heading: "claimed",
      labels: block.map((row) => labelOf(row, judged)),
      plots: plots.map(({ isOf, plot }): ForestPlot =>
        Object.assign({ marks: block.map((row) => (isOf(row) ? markOf(row) : undefined)) }, plot),
      ),
    }),
  );
}

/** What can share an axis: accuracies lie so near to each other that beside joules their intervals would not be seen. */
const SCALES = [
  {
    title: "candidate / baseline",
    scale: "log",
    alike: 1,
    isOf: ({ expectation: { ratio } }: JudgedExpectation) => ratio !== undefined && ratio !== "accuracy",
  },
  {
    title: "accuracy, candidate / baseline",
    scale: "log",
    alike: 1,
    isOf: ({ expectation: { ratio } }: JudgedExpectation) => ratio === "accuracy",
  },
  {
    title: "accuracy, candidate - baseline",
    scale: "linear",
    alike: 0,
    isOf: ({ expectation: { ratio } }: JudgedExpectation) => ratio === undefined,
  },
] as const;

const SIDES = {
  below: "candidate less",
  above: "candidate more",
  says: { first: "as claimed", other: "not as claimed", tie: "open" },
} as const;

/** One that holds every bound too. */
function axisWith(rows: readonly Drawn[], scale: Axis["scale"], alike: 0 | 1): Axis {
  const bounds = rows
    .map(({ bound }) => ({ value: bound.value }))
    .filter(({ value }) => scale === "linear" || value > 0);
  return axisOf([...rows.map(({ measured }) => measured), ...bounds], scale, alike);
}

function markOf(row: Drawn): ForestMark | undefined {
  const standing = standingFor(row.verdict);
  if (standing === undefined) return undefined;
  const { measured, bound, verdict } = row;
  return {
    estimate: measured,
    text: `${measuredText(row)}, ${verdict}`,
    standing,
    claimed: { bound: bound.value, side: bound.direction === "at most" ? "below" : "above" },
  };
}

function standingFor(verdict: Verdict): Standing | undefined {
  switch (verdict) {
    case "supported":
      return "first";
    case "refuted":
      return "other";
    case "inconclusive":
      return "tie";
    case "not comparable":
      return undefined;
  }
}

function labelOf(row: JudgedExpectation, judged: JudgedClaim): string[] {
  const of = whoseText(row, judged);
  return [quantityText(row.expectation), boundText(row.bound), ...(of === "" ? [] : [of])];
}

/** Of which pair and tasks a row is, where a claim has several. */
export function whoseText({ pair, tasks }: JudgedExpectation, { claim }: JudgedClaim): string {
  const parts = [
    ...(claim.pairs.length > 1 ? [pairText(pair)] : []),
    ...(claim.across === "each" && claim.tasks.length > 1 && tasks.length > 0 ? [tasks.join(" ")] : []),
  ];
  return parts.join(", ");
}

/** A verdict in words, after the mark that its expectations have in the plots. */
export function verdictMark(verdict: Verdict): Html {
  const standing = standingFor(verdict);
  return markup`<span class="verdict">${standing === undefined ? NO_MARK : keyOf(standing)}${verdict}</span>`;
}

const NO_MARK = markup`<svg viewBox="0 0 26 14" aria-hidden="true"><g class="tie"><path class="interval" d="M9 3l8 8M17 3l-8 8"/></g></svg>`;

/** What bracket and shade of the plots mean. */
export function claimedKey(): Html {
  const place = { x: (value: number) => value, y: 7, left: 1, right: 37 };
  const drawing = drawClaimed({ bound: 4, side: "above" }, place, 12);
  return markup`<span><svg class="claim" viewBox="0 0 38 14" aria-hidden="true">${drawing}</svg>what was claimed, margin included</span>`;
}
