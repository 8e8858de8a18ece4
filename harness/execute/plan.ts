import type { Model, ModelRecord } from "../model.ts";
import { present } from "../present.ts";
import type { Cell, LoweringChoice, Plan, SolverName } from "../run.ts";
import type { TaskDefinition } from "../task.ts";

/** A cell before anything was built: its lowering is the one asked for. */
export interface PlannedCell extends Omit<Cell, "lowering"> {
  readonly lowering?: LoweringChoice | undefined;
}

/** As much of a model as the grid depends on. */
export type PlannedModel = Pick<Model, "id" | "source"> & Pick<ModelRecord, "experts"> & Pick<Cell, "layers">;

/** As much of a task as the grid depends on. */
export interface PlannedTask {
  readonly id: string;
  readonly definition: Pick<TaskDefinition, "output_type">;
}

type Settings = Pick<Plan, "device" | "threads" | "precision" | "lowering" | "weights" | "depth" | "solver">;

/** What becomes of a model in a cell. */
type Variant = Pick<PlannedCell, "precision" | "lowering" | "weights" | "layers">;

/** The grid of a plan: every model on every task under every setting that applies to it, in the order they were named. */
export function cellsOf(
  settings: Settings,
  models: readonly PlannedModel[],
  tasks: readonly PlannedTask[],
): PlannedCell[] {
  const cells = new Map<string, PlannedCell>();
  for (const task of tasks) {
    for (const device of settings.device) {
      for (const threads of settings.threads) {
        for (const model of models) {
          for (const variant of variantsOf(settings, model)) {
            for (const solver of solversOf(settings, task, variant)) {
              const cell = { model: model.id, task: task.id, device, threads, batch: 1, solver, ...variant } as const;
              const key = keyOf(cell);
              cells.set(key, { key, ...cell });
            }
          }
        }
      }
    }
  }
  return [...cells.values()];
}

/** A graph that was built elsewhere keeps its precision and its experts as they are, and a script has none of either. */
function variantsOf({ precision, lowering, weights }: Settings, { source, experts, layers }: PlannedModel): Variant[] {
  switch (source) {
    case "onnx":
      return [{ precision: "exported", weights: "stored" }];
    case "script":
      return [{ precision: "none", weights: "stored" }];
    case "checkpoint":
    case "shape": {
      const choices = experts === undefined ? [undefined] : lowering;
      return precision.flatMap((each) =>
        choices.map((one) => present({ precision: each, lowering: one, weights, layers })),
      );
    }
  }
}

/** Choices and whole texts are scored and not written, and random weights write no answer. */
function solversOf({ solver }: Settings, task: PlannedTask, { weights }: Variant): readonly SolverName[] {
  return isWritten(task) && weights === "stored" ? solver : solver.filter(isDirect);
}

const isWritten = ({ definition }: PlannedTask): boolean => definition.output_type === "generate_until";
const isDirect = (solver: SolverName): boolean => solver === "direct";

/** What was asked in vain, a sentence a model or a task. */
export function ignoredOf(
  settings: Settings,
  models: readonly PlannedModel[],
  tasks: readonly PlannedTask[] = [],
): string[] {
  return [...ignoredByModels(settings, models), ...ignoredSolvers(settings, tasks)];
}

function ignoredSolvers({ solver, weights }: Settings, tasks: readonly PlannedTask[]): string[] {
  const others = solver.filter((one) => !isDirect(one));
  if (others.length === 0) return [];
  const what = `--solver ${others.join(",")} not applied`;
  return [
    ...tasks
      .filter((task) => !isWritten(task))
      .map(({ id }) => `"${id}" is scored by likelihood, not written: ${what}`),
    ...(weights === "random" ? [`answers of random weights are not judged: ${what} to them`] : []),
  ];
}

function ignoredByModels({ precision, lowering, weights, depth }: Settings, models: readonly PlannedModel[]): string[] {
  const asked = [
    ...(precision.some((one) => one !== "fp32") ? ["--precision"] : []),
    ...(lowering.some((one) => one !== "auto") ? ["--lowering"] : []),
    ...(weights === "random" ? ["--weights"] : []),
    ...(depth === undefined ? [] : ["--depth"]),
  ];
  const isTaken = ({ source }: PlannedModel): boolean => source === "onnx" || source === "script";
  if (asked.length === 0) return [];
  return models.filter(isTaken).map(({ id, source }) => {
    const what = source === "onnx" ? "brings its own graph, which runs as it is" : "is a script, which has no graph";
    return `"${id}" ${what}: ${asked.join(", ")} not applied`;
  });
}

/** What was asked, and of that only what applies: a dense model's key says nothing of lowerings, nor that weights are stored. */
function keyOf(cell: Omit<PlannedCell, "key">): string {
  const { model, task, device, precision, lowering, weights, layers, threads, solver } = cell;
  const variant = [
    precision,
    ...(lowering === undefined ? [] : [`lowering-${lowering}`]),
    ...(weights === "random" ? ["weights-random"] : []),
    ...(layers === undefined ? [] : [`layers-${layers}`]),
  ];
  return [model, task, device, ...variant, `threads-${threads}`, "batch-1", solver].join("/");
}
