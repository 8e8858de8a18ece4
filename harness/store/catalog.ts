import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import type { Model } from "../model.ts";
import { ROOT } from "./root.ts";

/** Open models of which perjoule knows the shape: a config.json each, and no weights. */
const CATALOG = path.join(ROOT, "models", "catalog");

/** What is known of a model besides its config.json. */
export const Manifest = z.strictObject({
  /** Name on https://huggingface.co; absent for a shape of our own. */
  hub: z.string().optional(),
  licence: z.string().min(1),
  /** Where the config was published. */
  config: z.url().optional(),
  published: z
    .strictObject({
      parameters_total: z.number().int().positive(),
      /** Absent for dense models. */
      parameters_active: z.number().int().positive().optional(),
      source: z.string().min(1),
      /** Why the active parameters differ by more than 3 % from what perjoule counts. */
      active_differs: z.string().min(1).optional(),
    })
    .optional(),
  note: z.string().min(1).optional(),
});
export type Manifest = z.infer<typeof Manifest>;

/** Every model of the catalog, by name. */
export function catalogModels(folder: string = CATALOG): Model[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .filter((id) => existsSync(path.join(folder, id, "config.json")))
    .map((id) => ({ id, folder: path.join(folder, id), source: "shape" }));
}

/** The manifest beside a model's config.json; undefined where there is none. */
export function manifestOf({ folder }: Pick<Model, "folder">): Manifest | undefined {
  const file = path.join(folder, "manifest.json");
  if (!existsSync(file)) return undefined;
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, "utf8"));
  } catch (cause) {
    throw new Error(`${file}: not valid JSON: ${(cause as Error).message}`, { cause });
  }
  const parsed = Manifest.safeParse(content);
  if (parsed.success) return parsed.data;
  throw new Error(`${file} is no manifest: ${z.prettifyError(parsed.error).replaceAll("\n", " ")}`);
}
