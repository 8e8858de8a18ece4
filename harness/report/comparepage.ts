import type { Run } from "../run.ts";
import { axisOf } from "./axis.ts";
import type { Comparison } from "./compare.ts";
import { type Figure, figuresOf } from "./comparefigures.ts";
import type { ComparedRuns } from "./compareruns.ts";
import { legend, namesOfRows, NOTHING_TO_COMPARE, runMarks } from "./comparetable.ts";
import type { Report } from "./derive.ts";
import { forest, type ForestPlot, inFigures } from "./forest.ts";
import { standingKey, standingOf } from "./forestmark.ts";
import { groupBy } from "./group.ts";
import { type Html, markup } from "./html.ts";
import { oneLine } from "./naming.ts";
import { list, page, type PageCell, scrolling, section, table } from "./page.ts";
import { caveatItems } from "./pagecaveats.ts";
import { provenance } from "./pageruns.ts";
import { isTie } from "./ratio.ts";

interface ComparePage {
  readonly reports: readonly Pick<Report, "run" | "cells">[];
  readonly compared: ComparedRuns;
}

/** The comparisons of runs as a page in one file: where they come from, a section a task, and what a reader must know. */
export function comparePage({ reports, compared: { rows, refused } }: ComparePage): string {
  const marks = runMarks(rows);
  const runs = reports.map(({ run }) => run);
  const named = reports.map(({ run, cells }) => {
    return { name: [oneLine(run.id), marks.get(run.id) ?? ""].join(" ").trimEnd(), run, cells };
  });
  const tasks = [...groupBy(rows, ({ a }) => a.cell.task).values()];
  const context = { runs, name: namesOfRows(rows), figures: figuresOf(rows), drawn: drawnFigures(rows) };
  const caveats = caveatItems([...new Set(rows.flatMap(({ a, b }) => [a, b]))]);
  const notCompared = refused.map(({ what, why }) => `${what}: ${why}.`);
  return page({
    title: `Comparisons of ${runs.map(({ id }) => oneLine(id)).join(", ")}`,
    lead: rows.length === 0 ? markup`<p>${NOTHING_TO_COMPARE}</p>` : lead(rows, tasks),
    sections: [
      section("provenance", "Where the figures come from", ...provenance(named), MADE_BY),
      ...tasks.map((ofTask, i) => taskSection(anchor(i), ofTask, context)),
      ...listSection("refused", "Not compared", notCompared),
      ...listSection("caveats", "Before believing a row", caveats),
      ...listSection("meaning", "What the figures mean", rows.length === 0 ? [] : legend(rows)),
    ],
  });
}

const anchor = (task: number): string => `task-${task + 1}`;

const MADE_BY = markup`<p class="muted">This page is made of what those runs recorded and of dated prices alone: <code>perjoule compare RUN.. -o DIR</code> makes it again, and <code>comparisons.csv</code> beside it with every figure in full.</p>`;

function listSection(id: string, heading: string, items: readonly (string | Html)[]): Html[] {
  return items.length === 0 ? [] : [section(id, heading, list(items))];
}

function lead(rows: readonly Comparison[], tasks: readonly (readonly Comparison[])[]): Html {
  const tests = rows.filter(({ holm }) => holm !== undefined).length;
  const p = `Effects come first; p-values come last, adjusted by Holm's method over ${tests === 1 ? "the one row" : `all ${tests} rows`} of this page that ${tests === 1 ? "has" : "have"} one.`;
  const links = tasks.map(([row], i) => markup`<a href="#${anchor(i)}">${row === undefined ? "" : taskOf(row)}</a>`);
  return markup`<p>Two cells at a time, <b>a</b> beside <b>b</b>, on the same questions of a task: accuracy is <b>a - b</b>; latency, energy and dollars are <b>a / b</b>, so that below 1 x a takes less. [low, high] is a 95 % interval. A row whose interval holds 0, or 1 x, is a <b>tie</b>: nobody can say who is ahead; of accuracies also where the exact test does not agree with the interval. ${tests === 0 ? "" : p}</p>
<p class="key">${standingKey("a does better", "b does better")}</p>
<nav aria-label="Tasks">${links}</nav>`;
}

const taskOf = ({ a }: Comparison): string => oneLine(a.cell.task);

/** A figure that is drawn, with the axis that all tasks share: what is longer is more, wherever it stands. */
interface DrawnFigure extends Omit<ForestPlot, "marks"> {
  readonly markOf: (row: Comparison) => ForestPlot["marks"][number];
}

function drawnFigures(rows: readonly Comparison[]): DrawnFigure[] {
  return figuresOf(rows).flatMap(({ of, plot }) => {
    const drawn = plot === undefined ? [] : rows.filter((row) => plot.estimate(row) !== undefined);
    if (plot === undefined || drawn.length === 0) return [];
    const { estimate, isModelled, isTie: _isTie, scale, better, ...texts } = plot;
    const axis = axisOf(
      drawn.flatMap((row) => estimate(row) ?? []),
      scale,
      plot.alike,
    );
    const note = drawn.some((row) => isModelled?.(row) === true) ? { note: "modelled, not measured" } : {};
    const markOf: DrawnFigure["markOf"] = (row) => {
      const found = estimate(row);
      return (
        found && {
          estimate: found,
          text: of(row),
          standing: plot.isTie?.(row) === true ? "tie" : standingOf(plot, found),
        }
      );
    };
    const [first, other] = better === "above" ? [plot.above, plot.below] : [plot.below, plot.above];
    return Object.assign({ axis, markOf, says: { first, other, tie: "tie" } }, texts, note);
  });
}

interface PageContext {
  readonly runs: readonly Run[];
  readonly name: ReturnType<typeof namesOfRows>;
  readonly figures: readonly Figure[];
  readonly drawn: readonly DrawnFigure[];
}

function taskSection(id: string, rows: readonly Comparison[], { runs, name, figures, drawn }: PageContext): Html {
  const { task } = (rows[0] as Comparison).a.cell;
  const title = runs.map((run) => run.tasks[task]?.definition.perjoule?.title).find((one) => one !== undefined);
  return section(
    id,
    oneLine(task),
    markup`<p class="muted">${[title ?? [], askedText(rows)].flat().join("; ")}</p>`,
    ...plotsOf(rows, name, drawn).map((figure, i, { length }) => {
      const which = length === 1 ? "" : ` ${i + 1} of ${length}`;
      return scrolling(`${oneLine(task)}: plots${which}`, figure);
    }),
    table({
      caption: `${oneLine(task)}: figures`,
      head: ["a beside b", ...figures.map(({ head }) => unbroken(head))],
      rows: rows.map((row) => ({
        head: markup`<span class="name">${name(row.a)}</span> <span class="name">beside ${name(row.b)}</span>`,
        cells: figures.map((one) => figureCell(one, row)),
      })),
      kind: "figures",
    }),
  );
}

function plotsOf(rows: readonly Comparison[], name: PageContext["name"], drawn: readonly DrawnFigure[]): Html[] {
  const those = drawn.filter(({ markOf }) => rows.some((row) => markOf(row) !== undefined));
  if (those.length === 0) return [];
  return inFigures(rows).map((block) => {
    const labels = block.map(({ a, b }) => [name(a), `beside ${name(b)}`]);
    const plots = those.map(({ markOf, ...plot }) => Object.assign({ marks: block.map(markOf) }, plot));
    return forest({ heading: "a, beside b", labels, plots });
  });
}

function askedText(rows: readonly Comparison[]): string {
  const counts = rows.map(({ questions }) => questions);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  const pairs = rows.length === 1 ? "1 pair" : `${rows.length} pairs, each`;
  return `${pairs} on ${least === most ? least : `${least} to ${most}`} questions`;
}

function figureCell({ of, plot }: Figure, row: Comparison): PageCell {
  const text = unbroken(of(row));
  const estimate = plot?.estimate(row);
  const tie = estimate !== undefined && (isTie(estimate, plot?.alike) || plot?.isTie?.(row) === true);
  return tie ? { muted: text } : text;
}

/** A line may break before an interval and not inside it, nor inside `1.2 x`, `3 : 5` or `< 0.001`. */
function unbroken(text: string): string {
  return text.replaceAll(/(?<=[,:<]) | (?=[:x])/g, "\u00a0");
}
