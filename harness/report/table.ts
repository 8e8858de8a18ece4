import Table from "cli-table3";
import { isModelled, type Caveat, type CellSummary, type EnergySummary } from "../report.ts";
import { factsOf } from "../metric.ts";
import { multiple, plain, quantity, share } from "./format.ts";
import { groupBy } from "./group.ts";
import { creditMetricOf } from "../task.ts";
import type { MetricRow } from "./metrics.ts";
import { namesAmong, oneLine, withoutAccuracy } from "./naming.ts";

const HEAD = ["model", "accuracy", "median latency", "J per answer", "J per correct", "to the cheapest", "energy"];
const ABSENT = "";

/**
 * The table of a run: one block a task, models by accuracy, dearer ones after cheaper ones of equal accuracy.
 * Below it, what the numbers mean, and every caveat once with its remedy.
 */
export function runTable(cells: readonly CellSummary[], metrics: readonly MetricRow[] = []): string {
  const of = metricsAmong(metrics);
  const figure = (cell: CellSummary): MetricRow | undefined => of(cell)[0];
  const table = new Table({ head: HEAD, style: { head: [], border: [], compact: true } });
  const name = namesAmong(cells);
  for (const [task, rows] of groupBy(cells, (cell) => cell.cell.task)) {
    table.push([
      { colSpan: HEAD.length, content: oneLine(taskLabel(task, rows[0] as CellSummary, of(rows[0] as CellSummary))) },
    ]);
    for (const cell of [...rows].sort((a, b) => bestFirst(a, b) || byFigure(figure(a), figure(b)))) {
      table.push([
        `  ${name(cell)}`,
        accuracyText(cell, figure(cell)),
        latencyText(cell),
        answerEnergy(cell.energy),
        correctEnergy(cell.energy),
        ratioText(cell, rows),
        cell.energy === undefined ? ABSENT : `${cell.energy.grade} ${cell.energy.boundary}`,
      ]);
    }
  }
  return [table.toString(), ...legend(cells), ...caveatLines(cells)].join("\n");
}

/** Of a task with several figures also which of them is shown; all stand in `metrics.csv`. */
function taskLabel(task: string, { chance, accuracy }: CellSummary, metrics: readonly MetricRow[]): string {
  const facts = [
    ...(metrics.length > 1 || accuracy === undefined ? shownFigure(metrics) : []),
    ...(chance === undefined || chance === 0 ? [] : [`chance ${chance.toFixed(2)}`]),
  ];
  return facts.length === 0 ? task : `${task} (${facts.join(", ")})`;
}

function shownFigure([first]: readonly MetricRow[]): string[] {
  if (first === undefined) return [];
  const metric = creditMetricOf(first.definition)?.metric ?? first.metric;
  const filter = first.filter === "none" ? [] : [first.filter];
  return [metric, ...filter, ...(factsOf(metric).better === "lower" ? ["lower is better"] : [])];
}

/**
 * Accuracy first; at equal accuracy energy per correct answer, then latency. What is absent comes last. Energies by unlike
 * meters are kept apart, not ranked: rows of one source stand together.
 */
export function bestFirst(a: CellSummary, b: CellSummary): number {
  const by = (pick: (cell: CellSummary) => number | undefined): number => {
    const [x = Infinity, y = Infinity] = [pick(a), pick(b)];
    return x === y ? 0 : x - y;
  };
  return (
    (b.accuracy?.value ?? -1) - (a.accuracy?.value ?? -1) ||
    Number(provenance(a) > provenance(b)) - Number(provenance(a) < provenance(b)) ||
    by((cell) => cell.energy?.grossPerCorrect?.value) ||
    by((cell) => cell.latency.p50?.value)
  );
}

/** Grades come in their order, rows without energy last. */
function provenance({ energy }: CellSummary): string {
  return energy === undefined ? "~" : `${energy.grade} ${energy.boundary} ${energy.source}`;
}

/** Every figure of a cell's own task, in its order. */
function metricsAmong(metrics: readonly MetricRow[]): (cell: CellSummary) => readonly MetricRow[] {
  const byCell = groupBy(
    metrics.filter((row) => row.group === undefined),
    (row) => row.cell,
  );
  return (cell) => byCell.get(cell) ?? [];
}

/** Of two cells that earn no credit, the better figure first. */
function byFigure(a: MetricRow | undefined, b: MetricRow | undefined): number {
  if (a?.estimate === undefined || b?.estimate === undefined) return 0;
  return (a.estimate.value - b.estimate.value) * (a.better === "lower" ? 1 : -1);
}

/** A star marks an accuracy that a blind guess could have. */
function accuracyText(cell: CellSummary, figure: MetricRow | undefined): string {
  if (cell.accuracy === undefined) {
    if (cell.answers.length === 0 || figure === undefined) return withoutAccuracy(cell);
    return figure.estimate === undefined ? ABSENT : plain(figure.estimate);
  }
  return `${share(cell.accuracy)}${cell.caveats.some((caveat) => caveat.id === "at_chance") ? " *" : ""}`;
}

function latencyText(cell: CellSummary): string {
  return cell.latency.p50 === undefined ? ABSENT : quantity(cell.latency.p50, "s");
}

/** Modelled energy is shown with two digits and `≈`: more would promise what it cannot hold. */
function answerEnergy(energy: EnergySummary | undefined): string {
  return energy === undefined
    ? ABSENT
    : `${approximately(energy)}${quantity(energy.grossPerAnswer, "J", energyDigits(energy))}`;
}

function correctEnergy(energy: EnergySummary | undefined): string {
  if (energy?.grossPerCorrect !== undefined)
    return `${approximately(energy)}${quantity(energy.grossPerCorrect, "J", energyDigits(energy))}`;
  if (energy?.grossPerCorrectBound !== undefined)
    return `none correct; > ${quantity({ value: energy.grossPerCorrectBound }, "J", 2)}`;
  return ABSENT;
}

/** Energy per correct answer beside the cheapest row's, `tie` where nobody can say which is cheaper. */
function ratioText({ energyRatio, cell, energy }: CellSummary, ofTask: readonly CellSummary[]): string {
  if (energyRatio === undefined || energy === undefined) return ABSENT;
  if (energyRatio.to.key === cell.key) {
    // Each meter has a cheapest row of its own, and they are not compared.
    const meters = new Set(ofTask.flatMap((row) => row.energy?.source ?? []));
    return meters.size > 1 ? `cheapest of ${energy.grade} ${energy.boundary}` : "cheapest";
  }
  if (energyRatio.perCorrect === undefined) return ABSENT;
  const shown = multiple(energyRatio.perCorrect);
  return energyRatio.tie ? `${shown} tie` : shown;
}

const approximately = (energy: EnergySummary): string => (isModelled(energy) ? "≈ " : "");
const energyDigits = (energy: EnergySummary): number => (isModelled(energy) ? 2 : 3);

function legend(cells: readonly CellSummary[]): string[] {
  const intervals =
    "[low, high] are 95 % intervals over the questions of this run; another run on a shared machine may differ by more. " +
    "Latency is submission to complete answer, one at a time.";
  const energies = [
    ...new Map(cells.flatMap(({ energy }) => (energy ? [[energy.source, energy] as const] : []))).values(),
  ];
  if (energies.length === 0) return [intervals, "No energy was recorded."];
  const sources = energies.map((energy) => `grade ${energy.grade}, boundary ${energy.boundary}, from ${energy.source}`);
  return [intervals, `J are gross (idle share inside): ${sources.join("; ")}.`, ...modelLegend(energies)];
}

/** What energy that was not read is, and what its intervals and ratios hold; once for each kind of it. */
function modelLegend(energies: readonly EnergySummary[]): string[] {
  return [...new Set(energies.filter(isModelled).map(modelText))];
}

function modelText({ grade, boundary, workload, source }: EnergySummary): string {
  const ratio =
    workload === undefined
      ? "the ratio to the cheapest row holds sampling error"
      : "the ratio to the cheapest row holds sampling error and what two programs at equal utilisation may differ by (0.75 to 1.33)";
  if (grade === "D") {
    return `Stated energy is time times the watts that were stated, at the process's utilisation. Its interval knows no error of those watts; ${ratio}.`;
  }
  if (boundary === "wall") {
    return `Modelled energy is time times a power fitted to a wall meter, at the process's utilisation. Its interval is mostly that of the fit, which all rows share and which cancels in ratios; ${ratio}.`;
  }
  const memory = source.includes("+memory:") ? " (+memory: of what this machine shows beyond 2 GiB a thread)" : "";
  return `Modelled energy is time times an assumed power at the process's utilisation${memory}. Its interval is mostly the model's own error (about 90 %), which all rows share and which cancels in ratios; ${ratio}.`;
}

const DETAILS_SHOWN = 3;

/** Each caveat once, with the number of rows it is about and the first few of their details. */
function caveatLines(cells: readonly CellSummary[]): string[] {
  const all = cells.flatMap((cell) => cell.caveats);
  return [...groupBy(all, (caveat) => caveat.id).values()].flatMap((same) => {
    const [{ id, text, remedy }] = same as [Caveat];
    const rows = same.length === cells.length ? "all rows" : `${same.length} of ${cells.length} rows`;
    const details = [...new Set(same.flatMap((caveat) => caveat.detail ?? []))];
    const more = details.length > DETAILS_SHOWN ? [`    and ${details.length - DETAILS_SHOWN} more`] : [];
    const head = `${id === "at_chance" ? "*" : "!"} ${text} (${rows}); ${remedy}.`;
    return [head].concat(
      details.slice(0, DETAILS_SHOWN).map((detail) => `    ${detail}`),
      more,
    );
  });
}
