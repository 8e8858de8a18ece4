import path from "node:path";
import type { BuildOptions, BuiltModel } from "../../models/build/build.ts";
import type { Lowering, Model } from "../model.ts";
import { present } from "../present.ts";
import { quantity } from "../report/format.ts";
import type { fastestLowering } from "../store/fastestlowering.ts";
import { expertsOf, requireWeights } from "../store/prepare.ts";
import { buildProgressOn } from "./buildprogress.ts";
import type { BuildFlags, GraphFlags } from "./modelsflags.ts";
import { listing } from "./list.ts";
import type { Screen } from "./progress.ts";

/** What building needs from outside. */
export interface BuildContext {
  readonly findModel: (name: string) => Model;
  /** What `auto` stands for. */
  readonly fastest: typeof fastestLowering;
  readonly build: (folder: string, options: BuildOptions) => Promise<BuiltModel>;
  readonly stdout: (text: string) => void;
  readonly stderr: Screen;
  /** Aborted when the user goes away while somebody listens for it. */
  readonly signal: AbortSignal;
  /** Begins to listen, when there is something that must not be left behind half; what it returns ends that. */
  readonly listen: () => () => void;
}

/** Builds a model's graph, or finds it built, and prints where it is. */
export async function buildCommand(name: string, flags: BuildFlags, context: BuildContext): Promise<number> {
  const built = await buildGraph(context.findModel(name), flags, context);
  context.stdout(flags.json ? `${JSON.stringify(buildDocument(built), null, 2)}\n` : buildText(built));
  return 0;
}

/** The graph that the flags ask for, with progress on the screen while it is written. */
export async function buildGraph(model: Model, flags: GraphFlags, context: BuildContext): Promise<BuiltModel> {
  refuseMade(model);
  const weights = flags.weights ?? (model.source === "shape" ? "random" : "stored");
  requireWeights(model, weights);
  const { stderr, signal } = context;
  const progress = buildProgressOn(stderr);
  let unlisten: (() => void) | undefined;
  try {
    return await context.build(
      model.folder,
      present({
        precision: flags.precision,
        lowering: await loweringOf(model, flags, context),
        weights,
        onProgress(note: string) {
          unlisten ??= context.listen();
          progress.note(note);
        },
        onWritten(bytes: number, total: number) {
          // Thrown inside the builder, which then removes what it has written.
          signal.throwIfAborted();
          progress.written(bytes, total);
        },
      }),
    );
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new Error("interrupted while the graph was built; nothing of it was kept", { cause: error });
  } finally {
    unlisten?.();
    progress.end();
  }
}

/** What a run on one thread of the processor would take. */
async function loweringOf(
  model: Model,
  { precision = "fp32", lowering = "auto" }: GraphFlags,
  { fastest, stderr }: BuildContext,
): Promise<Lowering | undefined> {
  if (lowering !== "auto") return lowering;
  if ((await expertsOf(model)) === undefined) return undefined;
  return fastest(model, { precision, device: "cpu", threads: 1 }, (note) => stderr.write(`${note}\n`));
}

function refuseMade({ id, folder, source }: Model): void {
  switch (source) {
    case "checkpoint":
    case "shape":
      return;
    case "onnx":
      throw new Error(
        `cannot build "${id}": "${folder}" brings a graph of its own, and no safetensors to build another from`,
      );
    case "script":
      throw new Error(`cannot build "${id}": it is a script ("${path.join(folder, "script.json")}") and has no graph`);
  }
}

function buildDocument(built: BuiltModel): object {
  const { onnxPath, sha256, precision, lowering, weights, weightBytes, description } = built;
  return present({
    path: onnxPath,
    precision,
    lowering,
    weights,
    weight_bytes: weightBytes,
    sha256,
    architecture: description.modelType,
    parameters_total: description.parametersTotal,
    parameters_active: description.parametersActive,
  });
}

function buildText({ onnxPath, sha256, precision, lowering, weights, weightBytes }: BuiltModel): string {
  const experts = lowering === undefined ? [] : [["lowering", lowering]];
  return listing(
    [],
    [
      ["graph", onnxPath],
      ["weights", `${quantity({ value: weightBytes }, "B")}, ${weights}`],
      ["precision", precision],
      ...experts,
      ["sha256", sha256],
    ],
  );
}
