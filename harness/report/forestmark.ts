import type { Estimate } from "../stats/interval.ts";
import { type Html, markup } from "./html.ts";
import { isTie } from "./ratio.ts";

export interface ForestMark {
  readonly estimate: Estimate;
  /** The figure as the table has it. */
  readonly text: string;
  readonly standing: Standing;
  /** Where it was said to lie. */
  readonly claimed?: ClaimedSide;
}

export interface ClaimedSide {
  readonly bound: number;
  readonly side: "below" | "above";
}

/** What a figure is held against, where two are compared. */
interface Standard {
  /** The value that says nothing: 0 of a difference, 1 of a ratio. */
  readonly alike: 0 | 1;
  /** The side of it on which the one named first does better. */
  readonly better: "below" | "above";
}

/** Which of two does better; of a claim, whether it does as claimed, does not, or leaves it open. */
export type Standing = "first" | "other" | "tie";

/** What the marks mean, for a line above the plots. */
export function standingKey(first: string, other: string): Html[] {
  const texts: [Standing, string][] = [
    ["first", first],
    ["other", other],
    ["tie", "tie: the interval holds the line of no difference"],
  ];
  return texts.map(([standing, text]) => markup`<span>${keyOf(standing)}${text}</span>`);
}

/** A mark by itself, to stand in a line of text. */
export function keyOf(standing: Standing): Html {
  const interval = markup`<line class="interval" x1="1" x2="25" y1="7" y2="7"/>`;
  const drawing = markup`<g class="${standing}">${interval}${shape(standing, 13, 7)}</g>`;
  return markup`<svg viewBox="0 0 26 14" aria-hidden="true">${drawing}</svg>`;
}

export function standingOf({ alike, better }: Standard, estimate: Estimate): Standing {
  if (isTie(estimate, alike)) return "tie";
  return estimate.value > alike === (better === "above") ? "first" : "other";
}

/** Where a mark is drawn: the height of its row, and where values lie along the axis, between the ends that an interval may reach. */
interface MarkPlace {
  readonly y: number;
  readonly x: (value: number) => number;
  readonly left: number;
  readonly right: number;
}

export function drawMark({ estimate, standing }: ForestMark, { y, x, left, right }: MarkPlace): Html[] {
  const at = x(estimate.value);
  // A ratio of 0 lies beyond any axis.
  const parts = at < left || at > right ? [] : [shape(standing, at, y)];
  if (estimate.interval === undefined) return parts;
  const [low, high] = [x(estimate.interval.low), x(estimate.interval.high)];
  if (low < left) parts.unshift(arrow(left, y, 1));
  if (high > right) parts.unshift(arrow(right, y, -1));
  const [from, to] = [px(Math.max(low, left)), px(Math.min(high, right))];
  return [markup`<line class="interval" x1="${from}" x2="${to}" y1="${px(y)}" y2="${px(y)}"/>`, ...parts];
}

/** A bracket at the bound that opens to the claimed side, which is shaded. A bound of 0 or less has no place on a logarithmic axis, nor a bracket. */
export function drawClaimed({ bound, side }: ClaimedSide, { y, x, left, right }: MarkPlace, height: number): Html[] {
  const found = x(bound);
  const at = Number.isNaN(found) ? left : Math.min(Math.max(found, left), right);
  const [from, to] = side === "below" ? [left, at] : [at, right];
  const top = px(y - height / 2);
  const inwards = side === "below" ? -4 : 4;
  const bracket = `M${px(at + inwards)} ${top}h${-inwards}v${px(height)}h${inwards}`;
  return [
    markup`<rect class="claimed" x="${px(from)}" y="${top}" width="${px(to - from)}" height="${px(height)}"/>`,
    ...(at > left && at < right ? [markup`<path class="bound" d="${bracket}"/>`] : []),
  ];
}

/** Standings differ in shape as well as in colour. */
function shape(standing: Standing, x: number, y: number): Html {
  switch (standing) {
    case "first":
      return markup`<circle class="disc" cx="${px(x)}" cy="${px(y)}" r="4"/>`;
    case "other":
      return markup`<path class="disc" d="M${px(x)} ${px(y - 5)}l5 5l-5 5l-5 -5z"/>`;
    case "tie":
      return markup`<circle class="ring" cx="${px(x)}" cy="${px(y)}" r="3.5"/>`;
  }
}

/** Points outwards: 1 at the left end, -1 at the right. */
function arrow(x: number, y: number, inwards: 1 | -1): Html {
  return markup`<path class="arrow" d="M${px(x - 3 * inwards)} ${px(y)}l${7 * inwards} -4v8z"/>`;
}

/** To a tenth of a px, which nobody sees. */
export const px = (length: number): number => Math.round(length * 10) / 10;
