import Table from "cli-table3";
import type { Caveat, CellSummary, EnergySummary } from "../report.ts";
import { multiple, quantity, share } from "./format.ts";
import { groupBy } from "./group.ts";

const HEAD = ["model", "accuracy", "median latency", "J per answer", "J per correct", "to the cheapest", "energy"];
const ABSENT = "";

/**
 * The table of a run: one block a task, models by accuracy, dearer ones after cheaper ones of equal accuracy.
 * Below it, what the numbers mean, and every caveat once with its remedy.
 */
export function runTable(cells: readonly CellSummary[]): string {
  const table = new Table({ head: HEAD, style: { head: [], border: [], compact: true } });
  const settings = new Set(cells.map(settingOf)).size > 1;
  for (const [task, rows] of groupBy(cells, (cell) => cell.cell.task)) {
    table.push([{ colSpan: HEAD.length, content: oneLine(taskLabel(task, rows[0] as CellSummary)) }]);
    for (const cell of [...rows].sort(bestFirst)) {
      const name = settings ? `${cell.cell.model} ${settingOf(cell)}` : cell.cell.model;
      table.push([
        `  ${oneLine(name)}`,
        accuracyText(cell),
        latencyText(cell),
        answerEnergy(cell.energy),
        correctEnergy(cell.energy),
        ratioText(cell),
        cell.energy === undefined ? ABSENT : `${cell.energy.grade} ${cell.energy.boundary}`,
      ]);
    }
  }
  return [table.toString(), ...legend(cells), ...caveatLines(cells)].join("\n");
}

/** A folder may be called anything; a row has one line. */
function oneLine(name: string): string {
  return name.replaceAll(/\s+/g, " ");
}

function settingOf({ cell }: CellSummary): string {
  return `${cell.device} ${cell.threads}t`;
}

function taskLabel(task: string, { chance }: CellSummary): string {
  return chance === undefined || chance === 0 ? task : `${task} (chance ${chance.toFixed(2)})`;
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

/** A star marks an accuracy that a blind guess could have. */
function accuracyText(cell: CellSummary): string {
  if (cell.accuracy === undefined) return "failed";
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
function ratioText({ energyRatio, cell }: CellSummary): string {
  if (energyRatio === undefined) return ABSENT;
  if (energyRatio.to.key === cell.key) return "cheapest";
  if (energyRatio.perCorrect === undefined) return ABSENT;
  const shown = multiple(energyRatio.perCorrect);
  return energyRatio.tie ? `${shown} tie` : shown;
}

const isModelled = ({ grade }: EnergySummary): boolean => grade === "C" || grade === "D";
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

/** What modelled energy is, and what its intervals and ratios hold. */
function modelLegend(energies: readonly EnergySummary[]): string[] {
  const modelled = energies.filter(isModelled);
  if (modelled.length === 0) return [];
  const atTheWall = modelled.some(({ boundary }) => boundary === "wall");
  const power = atTheWall ? "a power fitted to a wall meter" : "an assumed power";
  const shared =
    "Its interval is mostly the model's own error (about 90 %), which all rows share: it cancels in the ratio to the cheapest row";
  const between = modelled.some(({ workload }) => workload !== undefined)
    ? ", which holds sampling error and what two programs at equal utilisation may differ by (0.75 to 1.33)"
    : "";
  return [`Modelled energy is time times ${power} at the process's utilisation. ${shared}${between}.`];
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
