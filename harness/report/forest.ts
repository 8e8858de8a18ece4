import { type Axis, placeOf, tickText } from "./axis.ts";
import { drawClaimed, drawMark, type ForestMark, px, type Standing } from "./forestmark.ts";
import { type Html, markup } from "./html.ts";

/** One plot of a figure: a mark a row, in the figure's order. */
export interface ForestPlot {
  readonly title: string;
  /** What a reader must know of all its marks: that they were modelled. */
  readonly note?: string;
  readonly axis: Axis;
  /** The value that says nothing: 0 of a difference, 1 of a ratio. */
  readonly alike: 0 | 1;
  /** What lies on either side of no difference. */
  readonly below: string;
  readonly above: string;
  /** What each standing says, in words for who cannot see the marks. */
  readonly says: Readonly<Record<Standing, string>>;
  /** Nothing where a row has no such figure. */
  readonly marks: readonly (ForestMark | undefined)[];
}

interface ForestFigure {
  readonly heading: string;
  /** A row's name, in one line or several: as many in every row. */
  readonly labels: readonly (readonly string[])[];
  readonly plots: readonly ForestPlot[];
}

const LINE = 13;
const GLYPH = 6.1;
const LONGEST = 40;
const WIDTH = 224;
/** Between a plot's edge and the ends of its axis. */
const SIDE = 16;
const FOOT = 36;

/**
 * Forest plots side by side: names at the left, then an inline SVG a plot, rows in line with each other. A disc is where the one
 * named first does better, a diamond where the other does, a ring a tie; an arrow is where an interval goes on beyond the axis. Where a
 * row has a bound of its own, the claimed side of it is shaded.
 * Lengths are in px of the drawing, which is scaled as a whole. Classes are those of the page's style.
 */
export function forest({ heading, labels, plots }: ForestFigure): Html {
  const lines = Math.max(1, ...labels.map((label) => label.length));
  const top = plots.some(({ note }) => note !== undefined) ? 34 : 22;
  const frame = { top, row: lines * LINE + 6, rows: labels.length };
  const longest = Math.max(heading.length, ...labels.flat().map((line) => shortened(line).length));
  const width = Math.ceil(longest * GLYPH) + 16;
  const columns = [width, ...plots.map(() => WIDTH)];
  const total = columns.reduce((sum, column) => sum + column, 0);
  const style = `grid-template-columns:${columns.map((column) => `${column}fr`).join(" ")};min-width:${Math.round(total * 0.9)}px;max-width:${Math.round(total * 1.2)}px`;
  return markup`<div class="forest" style="${style}">
${labelColumn(heading, labels, width, frame)}
${plots.map((plot) => plotColumn(plot, labels, frame))}
</div>`;
}

interface Frame {
  readonly top: number;
  readonly row: number;
  readonly rows: number;
}

const heightOf = ({ top, row, rows }: Frame): number => top + rows * row + FOOT;

function bands({ top, row, rows }: Frame, width: number): Html[] {
  return Array.from({ length: Math.ceil(rows / 2) }, (_, i) => {
    return markup`<rect class="band" y="${top + 2 * i * row}" width="${width}" height="${row}"/>`;
  });
}

/** Names stand in the table as well, so that they are not read out twice. */
function labelColumn(heading: string, labels: ForestFigure["labels"], width: number, frame: Frame): Html {
  const rows = labels.map((lines, i) => {
    const middle = frame.top + (i + 0.5) * frame.row;
    const first = middle - ((lines.length - 1) * LINE) / 2 + 4;
    const texts = lines.map((line, k) => {
      return markup`<text class="${k === 0 ? "name" : "sub"}" x="4" y="${px(first + k * LINE)}">${shortened(line)}</text>`;
    });
    return markup`<g><title>${lines.join(" ")}</title>${texts}</g>`;
  });
  return markup`<svg class="names" viewBox="0 0 ${width} ${heightOf(frame)}" aria-hidden="true">
${bands(frame, width)}
<text class="head" x="4" y="14">${heading}</text>
${rows}
</svg>`;
}

function plotColumn(plot: ForestPlot, labels: ForestFigure["labels"], frame: Frame): Html {
  const { title, note, axis, alike, below, above } = plot;
  const x = (value: number): number => SIDE + placeOf(axis, value) * (WIDTH - 2 * SIDE);
  const bottom = frame.top + frame.rows * frame.row;
  const ticks = axis.ticks.map((tick) => {
    const at = px(x(tick));
    return markup`<line class="grid" x1="${at}" x2="${at}" y1="${frame.top}" y2="${bottom + 3}"/>
<text class="tick" x="${at}" y="${bottom + 14}">${tickText(tick)}</text>`;
  });
  const none = px(x(alike));
  const marks = plot.marks.flatMap((mark, i) => {
    if (mark === undefined) return [];
    const place = { x, y: frame.top + (i + 0.5) * frame.row, left: SIDE / 2, right: WIDTH - SIDE / 2 };
    const claimed = mark.claimed === undefined ? [] : drawClaimed(mark.claimed, place, frame.row - 4);
    return markup`<g class="${mark.standing}"><title>${(labels[i] ?? []).join(" ")}: ${mark.text}</title>
${[...claimed, ...drawMark(mark, place)]}</g>`;
  });
  return markup`<svg viewBox="0 0 ${WIDTH} ${heightOf(frame)}" role="img">
<title>${note === undefined ? title : `${title} (${note})`}</title>
<desc>${describe(plot)}</desc>
${bands(frame, WIDTH)}
${ticks}
<line class="alike" x1="${none}" x2="${none}" y1="${frame.top - 3}" y2="${bottom + 3}"/>
${marks}
<text class="head" x="${SIDE}" y="14">${title}</text>
<text class="note" x="${SIDE}" y="27">${note ?? ""}</text>
<text class="note" x="${SIDE / 2}" y="${bottom + 29}">← ${below}</text>
<text class="note end" x="${WIDTH - SIDE / 2}" y="${bottom + 29}">${above} →</text>
</svg>`;
}

function describe(plot: ForestPlot): string {
  const standings = plot.marks.flatMap((mark) => mark?.standing ?? []);
  const counts = (["first", "other", "tie"] as const).map(
    (standing) => `${plot.says[standing]} in ${standings.filter((one) => one === standing).length}`,
  );
  return `Of ${standings.length} rows: ${counts.join(", ")}. The figures stand in the table below.`;
}

/** Rows that stand on a printed page together, and near enough to their axis on a screen. */
const MOST_ROWS = 24;

/** Rows in figures of alike size, in their order. */
export function inFigures<T>(rows: readonly T[]): (readonly T[])[] {
  const size = Math.ceil(rows.length / Math.ceil(rows.length / MOST_ROWS));
  return Array.from({ length: Math.ceil(rows.length / MOST_ROWS) }, (_, i) => rows.slice(i * size, (i + 1) * size));
}

const SIGNS = new Intl.Segmenter("en");

/** Of a long name both ends, which are what tells it from others. */
function shortened(name: string): string {
  const signs = Array.from(SIGNS.segment(name), ({ segment }) => segment);
  if (signs.length <= LONGEST) return name;
  const half = (LONGEST - 1) / 2;
  return `${signs.slice(0, Math.ceil(half)).join("")}…${signs.slice(-Math.floor(half)).join("")}`;
}
