import type { Model, ModelRecord } from "../model.ts";
import { present } from "../present.ts";
import type { Cell, LoweringChoice, Plan } from "../run.ts";

/** A cell before anything was built: its lowering is the one asked for. */
export interface PlannedCell extends Omit<Cell, "lowering"> {
  readonly lowering?: LoweringChoice | undefined;
}

/** As much of a model as the grid depends on. */
export type PlannedModel = Pick<Model, "id" | "source"> & Pick<ModelRecord, "experts">;

type Settings = Pick<Plan, "device" | "threads" | "precision" | "lowering" | "weights">;

/** What becomes of a model in a cell. */
type Variant = Pick<PlannedCell, "precision" | "lowering" | "weights">;

/** The grid of a plan: every model on every task under every setting that applies to it, in the order they were named. */
export function cellsOf(settings: Settings, models: readonly PlannedModel[], tasks: readonly string[]): PlannedCell[] {
  const cells = new Map<string, PlannedCell>();
  for (const task of tasks) {
    for (const device of settings.device) {
      for (const threads of settings.threads) {
        for (const model of models) {
          for (const variant of variantsOf(settings, model)) {
            const cell = { model: model.id, task, device, threads, batch: 1, solver: "direct", ...variant } as const;
            const key = keyOf(cell);
            cells.set(key, { key, ...cell });
          }
        }
      }
    }
  }
  return [...cells.values()];
}

/** A graph that was built elsewhere keeps its precision and its experts as they are, and a script has none of either. */
function variantsOf({ precision, lowering, weights }: Settings, { source, experts }: PlannedModel): Variant[] {
  switch (source) {
    case "onnx":
      return [{ precision: "exported", weights: "stored" }];
    case "script":
      return [{ precision: "none", weights: "stored" }];
    case "checkpoint":
    case "shape": {
      const choices = experts === undefined ? [undefined] : lowering;
      return precision.flatMap((each) => choices.map((one) => present({ precision: each, lowering: one, weights })));
    }
  }
}

/** What was asked in vain, a sentence a model. */
export function ignoredOf({ precision, lowering, weights }: Settings, models: readonly PlannedModel[]): string[] {
  const asked = [
    ...(precision.some((one) => one !== "fp32") ? ["--precision"] : []),
    ...(lowering.some((one) => one !== "auto") ? ["--lowering"] : []),
    ...(weights === "random" ? ["--weights"] : []),
  ];
  const isTaken = ({ source }: PlannedModel): boolean => source === "onnx" || source === "script";
  if (asked.length === 0) return [];
  return models.filter(isTaken).map(({ id, source }) => {
    const what = source === "onnx" ? "brings its own graph, which runs as it is" : "is a script, which has no graph";
    return `"${id}" ${what}: ${asked.join(", ")} not applied`;
  });
}

/** What was asked, and of that only what applies: a dense model's key says nothing of lowerings, nor that weights are stored. */
function keyOf({ model, task, device, precision, lowering, weights, threads }: Omit<PlannedCell, "key">): string {
  const variant = [
    precision,
    ...(lowering === undefined ? [] : [`lowering-${lowering}`]),
    ...(weights === "random" ? ["weights-random"] : []),
  ];
  return [model, task, device, ...variant, `threads-${threads}`, "batch-1", "direct"].join("/");
}
