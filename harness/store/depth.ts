import { type Depth, layersAt, type Model } from "../model.ts";
import { layersOf } from "./prepare.ts";

/** How many layers of each model are at that depth, by its id. None where there is no depth, nor of a graph built elsewhere or a script. */
export async function layersByModel(
  models: readonly Model[],
  depth: Depth | undefined,
): Promise<ReadonlyMap<string, number>> {
  const cut = new Map<string, number>();
  if (depth === undefined) return cut;
  const wholes: { readonly id: string; readonly whole: number }[] = [];
  for (const model of models) {
    const whole = await layersOf(model);
    if (whole !== undefined) wholes.push({ id: model.id, whole });
  }
  for (const { id, whole } of wholes) {
    const layers = layersAt(depth, whole);
    if (layers === undefined) {
      const depths = depthsOfAll(wholes.map((one) => one.whole)).join(", ");
      throw new Error(
        `depth "${depth}" of "${id}" is no whole number of its ${whole} layers; what every model of the plan can have: ${depths}`,
      );
    }
    cut.set(id, layers);
  }
  return cut;
}

/** 1, 1/2, ...: one through every number that divides them all. */
function depthsOfAll(wholes: readonly number[]): string[] {
  const least = Math.min(...wholes);
  const divisors = Array.from({ length: least }, (_, i) => i + 1).filter((by) => wholes.every((one) => one % by === 0));
  return divisors.map((by) => (by === 1 ? "1" : `1/${by}`));
}
