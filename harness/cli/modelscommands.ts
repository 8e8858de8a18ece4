import type { Argv } from "yargs";
import { JSON_OPTION } from "./flags.ts";
import {
  buildFlags,
  type BuildFlags,
  buildOptions,
  inspectFlags,
  type InspectFlags,
  inspectOptions,
  modelOption,
} from "./modelsflags.ts";

/** What each command of `models` does. Each returns an exit code. */
export interface ModelsCommands {
  modelsList(flags: { json: boolean }): Promise<number>;
  modelsShow(model: string, flags: { json: boolean }): Promise<number>;
  modelsBuild(model: string, flags: BuildFlags): Promise<number>;
  modelsInspect(model: string, flags: InspectFlags): Promise<number>;
}

/** The commands below `models`; `set` takes the exit code of the one that was called. */
export function modelsCommands(
  argv: Argv,
  commands: ModelsCommands,
  set: (running: Promise<number>) => Promise<void>,
): Argv {
  return argv
    .command(
      "ls",
      "list them with their sizes",
      (ls) => ls.option("json", JSON_OPTION),
      (ls) => set(commands.modelsList({ json: ls.json })),
    )
    .command(
      "show <model>",
      "what is known of one from its headers: sizes, licence, what it can be built as; builds nothing",
      (show) => modelOption(show).option("json", JSON_OPTION),
      (show) => set(commands.modelsShow(show.model, { json: show.json })),
    )
    .command(
      "build <model>",
      "build its graph into the cache, or find it there",
      (build) => buildOptions(modelOption(build)),
      (build) => set(commands.modelsBuild(build.model, buildFlags(build))),
    )
    .command(
      "inspect <model>",
      "what a graph stores, reads and computes, experts included; also of a foreign FILE.onnx",
      (inspect) => inspectOptions(modelOption(inspect)),
      (inspect) => set(commands.modelsInspect(inspect.model, inspectFlags(inspect))),
    )
    .demandCommand(1, "models: say what to do, for example `perjoule models ls`");
}
