import path from "node:path";
import type { ModelDescription } from "../../models/build/describe.ts";
import type { Model } from "../model.ts";
import { present } from "../present.ts";
import { type PossibleBuild, possibleBuilds } from "./builds.ts";
import { catalogModels, type Manifest, manifestOf } from "./catalog.ts";

/** What is known of a model without building it. */
export interface KnownModel {
  readonly model: Model;
  /** Absent of a graph that was built elsewhere, and of a script. */
  readonly description?: ModelDescription;
  /** Absent of what is not in the catalog. */
  readonly manifest?: Manifest;
  /** Absent where there is nothing to build from. */
  readonly builds?: readonly PossibleBuild[];
}

/** Reads headers only, and checks them as a build would; weights are read where their hash is needed to look into the cache. */
export async function knownOf(model: Model): Promise<KnownModel> {
  const isOurs = catalogModels().some(({ folder }) => folder === model.folder);
  const description = await descriptionOf(model);
  return present({
    model,
    description,
    manifest: isOurs ? manifestOf(model) : undefined,
    builds: description && (await possibleBuilds(model)),
  });
}

async function descriptionOf({ folder, source }: Model): Promise<ModelDescription | undefined> {
  switch (source) {
    case "checkpoint": {
      const { describeCheckpoint } = await import("../../models/build/describe.ts");
      return describeCheckpoint(folder);
    }
    case "shape": {
      const [{ readJson }, { describe }, { readArchitecture }] = await Promise.all([
        import("../../models/build/checkpoint.ts"),
        import("../../models/build/describe.ts"),
        import("../../models/build/families.ts"),
      ]);
      const file = path.join(folder, "config.json");
      return describe(readArchitecture(await readJson(file), file));
    }
    case "onnx":
    case "script":
      return undefined;
  }
}
