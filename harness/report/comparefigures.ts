import { type CellSummary, isJudged, isModelled } from "../report.ts";
import { isEnergyPriced } from "../cost/scenario.ts";
import type { Estimate } from "../stats/interval.ts";
import type { Scale } from "./axis.ts";
import type { Comparison } from "./compare.ts";
import type { PairedQuality } from "./comparequality.ts";
import { difference, digits, multiple, share } from "./format.ts";
import { withoutAccuracy } from "./naming.ts";
import { isTie } from "./ratio.ts";

/** A figure of a pair: a column of the table and of the page, left out where no row has any. */
export interface Figure {
  readonly head: string;
  readonly of: (row: Comparison) => string;
  /** Of a figure with an interval, which can be drawn. */
  readonly plot?: FigurePlot;
}

interface FigurePlot {
  readonly title: string;
  readonly estimate: (row: Comparison) => Estimate | undefined;
  readonly isModelled?: (row: Comparison) => boolean;
  /** Of a row whose estimate says that it is none, but another test says that nobody can tell. */
  readonly isTie?: (row: Comparison) => boolean;
  readonly scale: Scale;
  /** The value that says nothing. */
  readonly alike: 0 | 1;
  readonly below: string;
  readonly above: string;
  readonly better: "below" | "above";
}

/** Effects first, p-values last. */
const FIGURES: readonly Figure[] = [
  {
    head: "accuracy, a - b",
    of: differenceText,
    plot: {
      title: "accuracy, a - b",
      estimate: ({ quality }) => quality?.difference,
      isTie: ({ quality }) => quality !== undefined && isTieOf(quality),
      scale: "linear",
      alike: 0,
      below: "b is better",
      above: "a is better",
      better: "above",
    },
  },
  { head: "only a : b", of: ({ quality }) => (quality ? `${quality.onlyFirst} : ${quality.onlySecond}` : "") },
  { head: "changed", of: ({ quality }) => (quality ? share({ value: quality.flipRate.value }) : "") },
  ratioFigure("latency", ({ latency }) => latency),
  ratioFigure("J per answer", ({ energy }) => energy?.perAnswer, hasModelledJoules),
  ratioFigure(
    "USD per correct",
    ({ paid }) => paid?.usdPerCorrect,
    (row) => row.paid !== undefined && isEnergyPriced(row.paid.scenario) && hasModelledJoules(row),
  ),
  { head: "p", of: ({ quality }) => pText(quality?.mcnemar) },
  { head: "Holm p", of: ({ holm }) => pText(holm) },
];

/** Those that some row has. */
export function figuresOf(rows: readonly Comparison[]): readonly Figure[] {
  return FIGURES.filter(({ of }) => rows.some((row) => of(row) !== ""));
}

function ratioFigure(
  head: string,
  estimate: (row: Comparison) => Estimate | undefined,
  modelled?: (row: Comparison) => boolean,
): Figure {
  const sides = { below: "a takes less", above: "b takes less", better: "below" } as const;
  return {
    head,
    of: (row) => ratioText(estimate(row)),
    plot: {
      title: `${head}, a / b`,
      estimate,
      ...(modelled && { isModelled: modelled }),
      scale: "log",
      alike: 1,
      ...sides,
    },
  };
}

function differenceText({ a, b, quality }: Comparison): string {
  if (quality === undefined) return absenceText(a.accuracy === undefined ? a : b);
  return `${difference(quality.difference)}${isTieOf(quality) ? " tie" : ""}`;
}

/** The interval is of a score test; where McNemar's exact one does not agree, nobody can say either. */
function isTieOf({ difference: found, mcnemar }: PairedQuality): boolean {
  return isTie(found, 0) || mcnemar > 0.05;
}

/** A perplexity is no share of right answers. */
function absenceText(cell: CellSummary): string {
  return isJudged(cell.cell) && cell.answers.length > 0 ? "earns no credit" : withoutAccuracy(cell);
}

function ratioText(ratio: Estimate | undefined): string {
  return ratio === undefined ? "" : `${multiple(ratio)}${isTie(ratio) ? " tie" : ""}`;
}

function hasModelledJoules({ a: { energy } }: Comparison): boolean {
  return energy !== undefined && isModelled(energy);
}

/** Two digits; what is less than a thousandth is said to be. */
function pText(p: number | undefined): string {
  if (p === undefined) return "";
  return p < 0.001 ? "< 0.001" : digits(p, 2);
}
