import { existsSync } from "node:fs";
import path from "node:path";
import type { Lowering, Model, ModelRecord } from "../model.ts";
import { present } from "../present.ts";
import type { Plan, Run } from "../run.ts";
import { catalogModels } from "../store/catalog.ts";
import { embeddedModels, findModel } from "../store/models.ts";
import { ROOT } from "../store/root.ts";

/** Where a recorded model lies here, and the name by which a plan finds it. */
export function modelHere({ id, folder }: ModelRecord): { readonly name: string; readonly model: Model } {
  const isOurs = !path.isAbsolute(folder) && [...embeddedModels(), ...catalogModels()].some((model) => model.id === id);
  const name = isOurs ? id : path.resolve(ROOT, folder);
  if (!isOurs && !existsSync(name)) {
    throw new Error(
      `cannot verify: the run's model "${id}" was in "${folder}", and here is no such folder; ` +
        "put the same model there, or a link to it, and verify again",
    );
  }
  return { name, model: findModel(name) };
}

/** Of the machine of the run: its plug, its owner's watts, its owner's prices. */
const OF_THE_MACHINE = ["wall", "cpu_watts", "prices"] as const;

/** A recorded plan as it is asked here: the lowerings that ran, this machine's meters, and not more questions than were put. */
export function planHere({ plan, cells }: Run, limit: number | undefined, tell: (note: string) => void): Plan {
  if (limit !== undefined && plan.limit !== undefined && limit > plan.limit) {
    throw new RangeError(
      `cannot verify ${limit} questions of each task: the run was asked ${plan.limit} (--limit); give that or fewer`,
    );
  }
  const { wall, cpu_watts: watts, prices, ...rest } = plan;
  const left = OF_THE_MACHINE.filter((key) => ({ wall, cpu_watts: watts, prices })[key] !== undefined);
  if (left.length > 0) {
    const flags = left.map((key) => `--${key.replace("_", "-")}`).join(", ");
    tell(`the run had ${flags}, which is of its own machine: left out here`);
  }
  const lowerings = new Set(cells.flatMap(({ lowering }): Lowering[] => (lowering === undefined ? [] : [lowering])));
  return present({
    ...rest,
    lowering: lowerings.size === 0 ? plan.lowering : [...lowerings],
    meter: plan.meter === "none" ? ("none" as const) : ("auto" as const),
    limit: limit ?? plan.limit,
  });
}
