import type { Model, ModelSource } from "../model.ts";
import type { Cell, Plan } from "../run.ts";

/** The precision that a model runs in: checkpoints are built in float32, a foreign graph keeps what it came with. */
const PRECISION: Record<ModelSource, string> = { checkpoint: "fp32", onnx: "exported", script: "none" };

/** The grid of a plan: every model on every task under every setting, in the order they were named. */
export function cellsOf(
  settings: Pick<Plan, "device" | "threads">,
  models: readonly Model[],
  tasks: readonly string[],
): Cell[] {
  const cells: Cell[] = [];
  for (const task of tasks) {
    for (const device of settings.device) {
      for (const threads of settings.threads) {
        for (const { id: model, source } of models) {
          const precision = PRECISION[source];
          const key = [model, task, device, precision, `threads-${threads}`, "batch-1", "direct"].join("/");
          cells.push({ key, model, task, device, precision, threads, batch: 1, solver: "direct" });
        }
      }
    }
  }
  return cells;
}
