import type { CellSummary } from "../report.ts";
import type { Estimate } from "../stats/interval.ts";

export type Value = string | number | boolean | undefined;

/** One column of a table: its name with the unit in it, what it says, and where it comes from. CSV and documentation walk the same list. */
export interface Column<Row> {
  readonly name: string;
  readonly about: string;
  value(row: Row): Value;
}

export const column = <Row>(name: string, about: string, value: (row: Row) => Value): Column<Row> => ({
  name,
  about,
  value,
});

/** A row as a JSON object: absent values left out, and numbers that are not finite, which JSON cannot say. */
export function recordOf<Row>(columns: readonly Column<Row>[], row: Row): Record<string, Value> {
  return Object.fromEntries(
    columns
      .map((one) => [one.name, one.value(row)] as const)
      .filter(([, value]) => value !== undefined && !(typeof value === "number" && !Number.isFinite(value))),
  );
}

/** Questions, windows and metered gains are taken at 95 %; the factor that the power model leaves open holds in about 90 % of cases. */
export const SAMPLING = "95 % over questions";
export const WITH_METER =
  "95 % over questions and windows joined with the meter's own error (95 %; of the power model about 90 %)";

/** Of energies by one meter beside each other: its factor is cancelled. */
export const BESIDE = `${SAMPLING} and windows; for modelled energy joined with what two programs at equal utilisation may differ by (0.75 to 1.33)`;

/** Of times beside each other: resampled questions alone hold nothing of what befalls one of the two for a while. */
export const SIDE_BY_SIDE =
  "95 % over questions, and over the windows asked side by side where these lie further apart";

/** A value and the bounds of its interval, as three columns. */
export function interval<Row>(
  name: string,
  about: string,
  estimate: (row: Row) => Estimate | undefined,
  confidence = SAMPLING,
): Column<Row>[] {
  return [column(name, about, (row) => estimate(row)?.value), ...bounds(name, about, estimate, confidence)];
}

export function bounds<Row>(
  name: string,
  about: string,
  estimate: (row: Row) => Estimate | undefined,
  confidence = SAMPLING,
): Column<Row>[] {
  return [
    column(`${name}_low`, `${about}: lower bound, ${confidence}`, (row) => estimate(row)?.interval?.low),
    column(`${name}_high`, `${about}: upper bound, ${confidence}`, (row) => estimate(row)?.interval?.high),
  ];
}

/** The columns that say which cell a row is of, in this order. */
export function identity<Row>(
  of: (row: Row) => CellSummary,
  ...names: readonly (keyof typeof IDENTITY)[]
): Column<Row>[] {
  return names.map((name) => {
    const [about, value] = IDENTITY[name];
    return column(name, about, (row) => value(of(row)));
  });
}

const IDENTITY = {
  run: ["name of the run folder", (cell) => cell.run],
  model: ["model id", ({ cell }) => cell.model],
  task: ["task id", ({ cell }) => cell.task],
  device: ["ONNX Runtime execution provider", ({ cell }) => cell.device],
  precision: ["precision of the weights in the graph", ({ cell }) => cell.precision],
  threads: ["threads inside one operator", ({ cell }) => cell.threads],
  batch: ["questions in one forward pass", ({ cell }) => cell.batch],
  solver: ["how a question is asked", ({ cell }) => cell.solver],
  lowering: [
    "what experts became in the graph: fused, rows or branch; absent without experts",
    ({ cell }) => cell.lowering,
  ],
  weights: ["stored, or random: then nothing is said of quality", ({ cell }) => cell.weights],
} as const satisfies Record<string, readonly [about: string, of: (cell: CellSummary) => Value]>;

/** An amount per correct answer, as three columns; where nothing was correct the lower bound stands alone. */
export function perCorrectColumns<Row>(
  name: string,
  about: string,
  confidence: string,
  of: (row: Row) => { readonly estimate?: Estimate | undefined; readonly least?: number | undefined },
): Column<Row>[] {
  return [
    column(name, `${about}; absent when nothing was correct`, (row) => of(row).estimate?.value),
    column(
      `${name}_low`,
      `its lower bound, ${confidence}; when nothing was correct, what one costs at least (one-sided)`,
      (row) => of(row).estimate?.interval?.low ?? of(row).least,
    ),
    column(
      `${name}_high`,
      `its upper bound, ${confidence}; absent when unbounded`,
      (row) => of(row).estimate?.interval?.high,
    ),
  ];
}
