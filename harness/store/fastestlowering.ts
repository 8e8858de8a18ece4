import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { z } from "zod";
import type { Architecture } from "../../models/build/architecture.ts";
import { computingVariables } from "../engine/runtime.ts";
import { PROMPT, type StepTimes, stepTimes } from "../engine/steptimes.ts";
import { Lowering, type Model, type Precision } from "../model.ts";
import type { Device } from "../run.ts";
import type { Bytes } from "../units.ts";
import { sha256 } from "./hash.ts";
import { versions } from "./root.ts";

export interface Setting {
  readonly precision: Precision;
  readonly device: Device;
  readonly threads: number;
  /** Only the first so many. Absent: all. */
  readonly layers?: number;
}

/** How long the experts of a model take in each lowering; those that its shape does not allow are missing. */
export type LoweringTimes = Readonly<Partial<Record<Lowering, StepTimes>>>;

/** What is taken where nothing is measured. */
const USUAL: Lowering = "branch";
/** Another is taken only where it saves more than repeating the measurement would change. */
const MARGIN = 0.05;
/** Layers that are larger are not measured: all lowerings of one would have to be in memory beside each other. */
const LARGEST: Bytes = 2 ** 30;

/**
 * The lowering that suits this machine best: by the model's experts alone, with random weights, timed side by side the first
 * time and then remembered for this processor, runtime, shape and setting. See `stepTimes` for what is timed.
 */
export async function fastestLowering(
  { id, folder }: Model,
  setting: Setting,
  onNote: (note: string) => void,
): Promise<Lowering> {
  const [
    { readJson },
    { readArchitecture },
    { expertsGraph },
    { storedBytes },
    { cacheFolder, cachedFolder },
    { builderHash },
    { firstLayers },
  ] = await Promise.all([
    import("../../models/build/checkpoint.ts"),
    import("../../models/build/families.ts"),
    import("../../models/build/expertsgraph.ts"),
    import("../../models/build/graph.ts"),
    import("../../models/build/cache.ts"),
    import("../../models/build/hash.ts"),
    import("../../models/build/depth.ts"),
  ]);
  const config = path.join(folder, "config.json");
  const stated = await readJson(config);
  const { precision, device, threads, layers } = setting;
  const architecture = firstLayers(readArchitecture(stated, config), layers);
  const where = `${id} in ${precision} on ${device} with ${threads} thread${threads === 1 ? "" : "s"}`;
  const bytes = storedBytes(expertsGraph(architecture, { precision, lowering: USUAL }));
  if (bytes > LARGEST) {
    onNote(`lowering of ${where}: ${USUAL}, unmeasured, as a layer of experts takes ${(bytes / 1e9).toFixed(1)} GB`);
    return USUAL;
  }
  const key = sha256(
    JSON.stringify([
      setting,
      stated,
      os.cpus()[0]?.model,
      versions().onnxruntime,
      computingVariables(),
      await builderHash(),
    ]),
  ).slice(0, 32);
  const root = path.join(cacheFolder(), "lowering");
  const times = async (): Promise<LoweringTimes> => {
    const kept = await cachedFolder(root, key, async (draft) => {
      onNote(`timing the lowerings of ${where}`);
      await writeFile(path.join(draft, FILE), JSON.stringify(await measure(architecture, setting, draft)));
    });
    const read = readTimes(await readFile(path.join(kept, FILE), "utf8"));
    if (read !== undefined) return read;
    await rm(kept, { recursive: true });
    return times();
  };
  try {
    const found = await times();
    const chosen = chooseLowering(found);
    onNote(`lowering of ${where}: ${chosen} (${describeTimes(found)})`);
    return chosen;
  } catch (cause) {
    // A device that does not start is the failure of its cells, not of the others'.
    onNote(`lowering of ${where}: ${USUAL}, as timing them failed: ${(cause as Error).message}`);
    return USUAL;
  }
}

/** Undefined where somebody else has written into the cache. */
function readTimes(text: string): LoweringTimes | undefined {
  try {
    return Times.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

const FILE = "times.json";
const Times = z
  .partialRecord(Lowering, z.object({ decode: z.number().positive(), prefill: z.number().positive() }))
  .refine((times) => Object.keys(times).length > 0);

/**
 * The one that is least far behind the fastest in the phase that suits it worse: some tasks are all prompt, others all writing, and a
 * model has one graph for both. The usual one where that saves next to nothing.
 */
export function chooseLowering(times: LoweringTimes): Lowering {
  const measured = Lowering.options.flatMap((lowering) => {
    const time = times[lowering];
    return time === undefined ? [] : [{ lowering, ...time }];
  });
  const decode = Math.min(...measured.map((one) => one.decode));
  const prefill = Math.min(...measured.map((one) => one.prefill));
  const behind = measured
    .map((one) => ({ lowering: one.lowering, by: Math.max(one.decode / decode, one.prefill / prefill) }))
    .toSorted((a, b) => a.by - b.by);
  const [least] = behind;
  const usual = behind.find(({ lowering }) => lowering === USUAL);
  if (least === undefined || (usual !== undefined && usual.by * (1 - MARGIN) <= least.by)) return USUAL;
  return least.lowering;
}

export function describeTimes(times: LoweringTimes): string {
  const milliseconds = (seconds: number): string => (seconds * 1000).toPrecision(3);
  const each = Object.entries(times).map(
    ([lowering, { decode, prefill }]) => `${lowering} ${milliseconds(decode)} and ${milliseconds(prefill)} ms`,
  );
  return `its experts, of a token and of a prompt of ${PROMPT}: ${each.join(", ")}`;
}

async function measure(
  architecture: Architecture,
  { precision, device, threads }: Setting,
  draft: string,
): Promise<LoweringTimes> {
  const [{ writeExperts }, { CheckpointError }] = await Promise.all([
    import("../../models/build/expertsgraph.ts"),
    import("../../models/build/checkpointerror.ts"),
  ]);
  const written: { readonly lowering: Lowering; readonly graph: string }[] = [];
  for (const lowering of Lowering.options) {
    const folder = path.join(draft, lowering);
    await mkdir(folder);
    try {
      written.push({
        lowering,
        graph: await writeExperts(architecture, { precision, lowering }, folder),
      });
    } catch (error) {
      if (!(error instanceof CheckpointError)) throw error;
    }
  }
  const graphs = written.map(({ graph }) => graph);
  const times = await stepTimes(graphs, { device, threads, width: architecture.hidden });
  for (const graph of graphs) await rm(path.dirname(graph), { recursive: true });
  return Object.fromEntries(written.map(({ lowering }, at) => [lowering, times[at]]));
}
