import type { PlannedCell } from "../execute/plan.ts";
import { type GraphRecord, type Lowering, type Model, type ModelRecord, Precision } from "../model.ts";
import { present } from "../present.ts";
import type { Cell } from "../run.ts";
import { fastestLowering } from "./fastestlowering.ts";
import { fileHashes } from "./identity.ts";
import { type PreparedModel, prepareModel } from "./prepare.ts";

/** The cells of a run as they will run, each with its graph. */
export interface PreparedCells {
  readonly cells: readonly Cell[];
  /** By cell key. */
  readonly prepared: ReadonlyMap<string, PreparedModel>;
  /** By model id, each with every graph of it that runs. */
  readonly records: Readonly<Record<string, ModelRecord>>;
}

/**
 * Builds every graph that the cells need, each once, before anything is measured. `fastest` finds what `auto` stands for: once for a
 * model in a precision on a device with so many threads, so that all its tasks run the same graph.
 */
export async function prepareCells(
  models: ReadonlyMap<string, Model>,
  planned: readonly PlannedCell[],
  onNote: (note: string) => void,
  fastest: typeof measured = measured,
): Promise<PreparedCells> {
  const lowerings = new Map<string, Lowering>();
  const graphs = new Map<string, PreparedModel>();
  const files = new Map<string, Readonly<Record<string, string>>>();
  const prepared = new Map<string, PreparedModel>();
  const cells: Cell[] = [];
  for (const { lowering: asked, ...cell } of planned) {
    const model = models.get(cell.model) as Model;
    const lowering =
      asked === "auto"
        ? await once(lowerings, [model.id, cell.precision, cell.device, cell.threads], () =>
            fastest(model, cell, onNote),
          )
        : asked;
    const graph = await once(graphs, [model.id, cell.precision, lowering, cell.weights, cell.layers], () =>
      prepareModel(model, onNote, variantOf(model, cell, lowering)),
    );
    if (!files.has(model.id)) files.set(model.id, await fileHashes(model, cell.weights));
    prepared.set(cell.key, graph);
    cells.push(present({ ...cell, lowering }));
  }
  return { cells, prepared, records: recordsOf([...graphs.values()], files) };
}

/** What a graph from elsewhere has is not for us to choose. */
function variantOf({ source }: Model, cell: Omit<PlannedCell, "lowering">, lowering: Lowering | undefined) {
  if (source === "onnx" || source === "script") return {};
  return present({ precision: Precision.parse(cell.precision), lowering, weights: cell.weights, layers: cell.layers });
}

function measured(
  model: Model,
  cell: Omit<PlannedCell, "lowering">,
  onNote: (note: string) => void,
): Promise<Lowering> {
  const { precision, device, threads, layers } = cell;
  return fastestLowering(model, present({ precision: Precision.parse(precision), device, threads, layers }), onNote);
}

async function once<T>(made: Map<string, T>, of: readonly unknown[], make: () => Promise<T>): Promise<T> {
  const key = JSON.stringify(of);
  const value = made.get(key) ?? (await make());
  made.set(key, value);
  return value;
}

function recordsOf(
  prepared: readonly PreparedModel[],
  filesOf: ReadonlyMap<string, Readonly<Record<string, string>>>,
): Record<string, ModelRecord> {
  const records: Record<string, ModelRecord> = {};
  for (const { record } of prepared) {
    const graphs: GraphRecord[] = [...(records[record.id]?.graphs ?? []), ...(record.graphs ?? [])];
    const files = { ...filesOf.get(record.id) };
    records[record.id] = graphs.length === 0 ? { ...record, files } : { ...record, files, graphs };
  }
  return records;
}
