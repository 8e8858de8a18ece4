import type { CellSummary } from "../report.ts";
import type { Environment, Run } from "../run.ts";
import { duration, quantity } from "./format.ts";
import { groupBy } from "./group.ts";
import { type Html, markup } from "./html.ts";
import { oneLine } from "./naming.ts";
import { type PageCell, shortHash, table, type TableRow } from "./page.ts";

/** A run as a page speaks of it: by its name, and by its mark where there are several. */
interface NamedRun {
  readonly name: string;
  readonly run: Run;
  readonly cells: readonly CellSummary[];
}

/** Where a page's figures come from: runs, models and tasks, as tables. */
export function provenance(runs: readonly NamedRun[]): Html[] {
  return [runTable(runs), modelTable(runs), taskTable(runs)];
}

type Fact = (run: Run, cells: readonly CellSummary[]) => PageCell | undefined;

const FACTS: readonly (readonly [name: string, of: Fact])[] = [
  ["created", createdText],
  ["machine", ({ environment }) => machineText(environment)],
  ["software", ({ environment }) => softwareText(environment)],
  ["environment", ({ environment: { onnxruntime_env: set = {} } }) => assignments(set)],
  ["energy", energyText],
  ["price books", ({ prices_sha256: hash }) => hash && shortHash(hash)],
  ["repeat with", ({ command }) => (command === "" ? undefined : markup`<code>${command}</code>`)],
];

function runTable(runs: readonly NamedRun[]): Html {
  const rows = FACTS.map(([head, of]) => ({ head, found: runs.map(({ run, cells }) => of(run, cells)) }))
    .filter(({ found }) => found.some((one) => one !== undefined))
    .map(({ head, found }): TableRow => ({ head, cells: found.map((one) => one ?? "") }));
  return table({ caption: "Runs", head: ["run", ...runs.map(({ name }) => name)], rows, kind: "facts" });
}

function createdText({ created, finished, state }: Run): string {
  const at = created.replace(/\.\d+Z$/, "Z");
  if (state !== "finished") return `${at}, ${state === "running" ? "not finished" : state}`;
  return finished === undefined ? at : `${at}, took ${duration((Date.parse(finished) - Date.parse(created)) / 1000)}`;
}

function machineText(machine: Environment): string {
  const { cpu_model, instance, cpus, memory_bytes, virtualised, platform, arch, kernel } = machine;
  return [
    ...(cpu_model === undefined ? [] : [cpu_model]),
    ...(instance === undefined ? [] : [instance]),
    `${cpus} hardware threads`,
    quantity({ value: memory_bytes }, "B"),
    ...(virtualised === true ? ["virtual machine"] : []),
    `${platform} ${arch}${kernel === undefined ? "" : ` ${kernel}`}`,
  ].join(", ");
}

function softwareText({ perjoule, onnxruntime, node }: Environment): string {
  const runtime = onnxruntime === undefined ? [] : [`ONNX Runtime ${onnxruntime}`];
  return [`perjoule ${perjoule}`, ...runtime, `Node ${node}`].join(", ");
}

function assignments(variables: Readonly<Record<string, string>>): Html | undefined {
  const all = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  return all.length === 0 ? undefined : markup`<code>${all.join(" ")}</code>`;
}

/** By what the figures are, rather than by what meters there were. */
function energyText({ calibration }: Run, cells: readonly CellSummary[]): string | undefined {
  const used = cells.flatMap(({ energy }) => energy ?? []);
  const parts = used.map(
    ({ meter, grade, boundary, source }) => `${meter}: grade ${grade}, boundary ${boundary}, from ${source}`,
  );
  if (calibration !== undefined) parts.push(`calibrated to ${calibration.wall} on ${calibration.date.slice(0, 10)}`);
  return parts.length === 0 ? undefined : [...new Set(parts)].join("; ");
}

function modelTable(runs: readonly NamedRun[]): Html {
  const all = runs.flatMap(({ name, run }) =>
    Object.values(run.models).map((model) => ({ name, id: model.id, sha256: model.sha256, model })),
  );
  const rows = merged(all).map(({ head, names, one: { model } }) => ({
    head,
    names,
    cells: [
      model.architecture ?? "",
      counted(model.parameters_total),
      counted(model.parameters_active),
      model.source,
      shortHash(model.sha256),
    ],
  }));
  return marked("Models", ["model", "architecture", "parameters", "active", "source", "sha256"], rows, runs);
}

function taskTable(runs: readonly NamedRun[]): Html {
  const all = runs.flatMap(({ name, run }) =>
    Object.entries(run.tasks).map(([id, task]) => ({ name, id, sha256: `${task.sha256} ${task.questions}`, task })),
  );
  const rows = merged(all).map(({ head, names, one: { task } }) => ({
    head,
    names,
    cells: [task.definition.perjoule?.title ?? "", `${task.questions}`, shortHash(task.sha256)],
  }));
  return marked("Tasks", ["task", "asks for", "questions", "sha256"], rows, runs);
}

interface Merged<T> {
  readonly head: string;
  readonly names: readonly string[];
  readonly one: T;
}

/** What several runs have is one row where it is the same to the byte. */
function merged<T extends { readonly name: string; readonly id: string; readonly sha256: string }>(
  all: readonly T[],
): Merged<T>[] {
  return [...groupBy(all, ({ id, sha256 }) => JSON.stringify([id, sha256])).values()].map((same) => {
    const one = same[0] as T;
    return { head: oneLine(one.id), names: same.map(({ name }) => name), one };
  });
}

/** Of several runs each row says whose it is. */
function marked(
  caption: string,
  head: readonly string[],
  rows: readonly (TableRow & { readonly names: readonly string[] })[],
  runs: readonly NamedRun[],
): Html {
  if (runs.length === 1) return table({ caption, head, rows, kind: "facts" });
  const withNames = rows.map(({ head: name, names, cells }) => {
    return { head: name, cells: [...cells, names.length === runs.length ? "all" : names.join(", ")] };
  });
  return table({ caption, head: [...head, "of run"], rows: withNames, kind: "facts" });
}

function counted(parameters: number | undefined): string {
  return parameters === undefined ? "" : quantity({ value: parameters }, "").trimEnd();
}
