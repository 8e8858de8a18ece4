import { existsSync, statSync } from "node:fs";
import path from "node:path";
import type { BuiltModel } from "../../models/build/build.ts";
import { inspectGraph } from "../../models/inspect/describegraph.ts";
import { type RoutingTrace, traceRouting } from "../../models/inspect/trace.ts";
import { graphError } from "../engine/logiterror.ts";
import { onnxRuntime } from "../engine/runtime.ts";
import { present } from "../present.ts";
import { exportedGraph } from "../store/models.ts";
import { UsageError } from "./flags.ts";
import { type BuildContext, buildGraph } from "./modelsbuild.ts";
import type { InspectFlags } from "./modelsflags.ts";
import { type Compared, type Inspected, inspectedDocument, type Traced } from "./modelsinspected.ts";
import { inspectedText } from "./modelsinspecttext.ts";
import { rowsOf, textOf, tokensOf, type Vocabulary } from "./modelstexts.ts";

const CONTEXT = 512;
/** Tokens of a row that are traced, one a step. */
const TRACED_MOST = 64;

/** Reads a model's graph, built first if need be, or a foreign one, and prints what it stores, reads and computes. */
export async function inspectCommand(name: string, flags: InspectFlags, context: BuildContext): Promise<number> {
  const target = await targetOf(name, flags, context);
  const { batch = 1, context: past = Math.min(CONTEXT, (target.vocabulary.context ?? Infinity) - 1) } = flags;
  const graph = await inspectGraph(target.path);
  const inspected: Inspected = present({
    name,
    graph,
    built: target.built,
    past,
    batch,
    trace: flags.trace && (await trace(target, flags.trace, flags)),
    error: flags.error ? await compare(target, flags) : undefined,
  });
  context.stdout(flags.json ? `${JSON.stringify(inspectedDocument(inspected), null, 2)}\n` : inspectedText(inspected));
  return 0;
}

/** A graph and where its tokens come from. */
interface Target {
  readonly path: string;
  readonly vocabulary: Vocabulary;
  /** With what it was built of; absent of a graph built elsewhere. */
  readonly built?: BuiltModel;
  readonly rebuild?: (precision: "fp32") => Promise<BuiltModel>;
}

async function targetOf(name: string, flags: InspectFlags, context: BuildContext): Promise<Target> {
  if (isGraphFile(name)) return foreign(name, flags);
  const model = context.findModel(name);
  if (model.source === "onnx") return foreign(exportedGraph(model.folder), flags);
  refuseAsReference(flags);
  const built = await buildGraph(model, flags, context);
  return {
    path: built.onnxPath,
    vocabulary: { folder: model.folder, size: built.description.vocab, context: built.description.context },
    built,
    rebuild: (precision) =>
      buildGraph(model, present({ precision, lowering: built.lowering, weights: built.weights }), context),
  };
}

/** A missing file should be called missing, not an unknown model. */
function isGraphFile(name: string): boolean {
  return existsSync(name) ? statSync(name).isFile() : name.endsWith(".onnx");
}

function foreign(graph: string, { precision, lowering, weights, error }: InspectFlags): Target {
  const asked = Object.entries({ precision, lowering, weights }).find(([, value]) => value !== undefined);
  if (asked !== undefined) throw new UsageError(`--${asked[0]}: "${graph}" was built elsewhere and is as it is`);
  if (error) throw new UsageError(`--error: "${graph}" was built elsewhere; there is no fp32 graph to compare with`);
  return { path: graph, vocabulary: { folder: path.dirname(path.resolve(graph)) } };
}

function refuseAsReference({ error, precision = "fp32" }: InspectFlags): void {
  if (error && precision === "fp32")
    throw new UsageError("--error: compares a precision with fp32; say which by --precision fp16, int8 or int4");
}

async function trace(
  { path: graph, vocabulary }: Target,
  given: readonly string[],
  flags: InspectFlags,
): Promise<Traced> {
  const texts = await tokensOf(vocabulary, given);
  const rows = rowsOf(texts, flags.batch ?? 1, TRACED_MOST);
  const options = { intraOpNumThreads: flags.threads ?? 1, interOpNumThreads: 1 };
  const routing: RoutingTrace = await traceRouting(await onnxRuntime(), graph, rows, options);
  return { routing, steps: rows[0]?.length ?? 0, of: texts.of };
}

async function compare(
  { path: graph, vocabulary, rebuild }: Target,
  { text: file, threads = 1 }: InspectFlags,
): Promise<Compared | undefined> {
  if (rebuild === undefined) return undefined;
  const texts = await tokensOf(vocabulary, file === undefined ? [] : [textOf(file)], file && `"${file}"`);
  const reference = await rebuild("fp32");
  return { ...(await graphError(reference.onnxPath, graph, { texts: texts.texts, threads })), of: texts.of };
}
