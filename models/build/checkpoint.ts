import { existsSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { isAbsolute, join, normalize } from "node:path";
import { z } from "zod";
import { CheckpointError } from "./checkpointerror.ts";
import type { Dtype } from "./dtype.ts";
import { openSafetensors, type SafetensorsFile } from "./safetensors.ts";
import { storedTensors } from "./storedtensors.ts";
import { gather, spanOf, type Weights } from "./weights.ts";

/** A tensor that a checkpoint offers, its elements to be had by ranges. */
export interface CheckpointTensor {
  shape: readonly number[];
  /** As it is stored; MXFP4 takes two stored tensors. */
  dtype: Dtype | "MXFP4";
  /** Elements `begin` up to, not including, `end` in row-major order. */
  read(begin: number, end: number): Promise<Float32Array>;
}

/** An open model folder in Hugging Face layout. Holds file handles until closed. */
export interface Checkpoint extends Weights {
  folder: string;
  tensors: ReadonlyMap<string, CheckpointTensor>;
  close(): Promise<void>;
}

const singleFile = "model.safetensors";
const indexFile = "model.safetensors.index.json";
const indexSchema = z.object({ weight_map: z.record(z.string(), z.string()) });
/** Configs have kilobytes, indices of the largest models some ten megabytes. */
const jsonBytesMax = 2 ** 28;

/** Opens `model.safetensors`, or the shards that `model.safetensors.index.json` lists, and reads their headers only. */
export async function openCheckpoint(folder: string): Promise<Checkpoint> {
  const { files, tensors: promised } = await weightFiles(folder);
  const opened: SafetensorsFile[] = [];
  const close = async () => void (await Promise.all(opened.map((file) => file.close())));
  try {
    for (const file of files) opened.push(await openSafetensors(join(folder, file)));
    refuseTwice(opened);
    const held = new Set(opened.flatMap((file) => [...file.tensors.keys()]));
    const absent = promised.filter((name) => !held.has(name));
    if (absent.length > 0) {
      throw new CheckpointError(
        `${join(folder, indexFile)} lists tensors that no shard holds: ${absent.join(", ")}; fetch the shards again`,
      );
    }
    return { ...offering(folder, storedTensors(opened)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The same checkpoint with its tensors under other names. */
export function renamed(checkpoint: Checkpoint, rename: (name: string) => string): Checkpoint {
  const tensors = new Map([...checkpoint.tensors].map(([name, tensor]) => [rename(name), tensor]));
  return { ...offering(checkpoint.folder, tensors), close: () => checkpoint.close() };
}

function offering(folder: string, tensors: ReadonlyMap<string, CheckpointTensor>): Omit<Checkpoint, "close"> {
  return {
    folder,
    tensors,
    async read(view) {
      const tensor = tensors.get(view.tensor.name);
      if (!tensor) throw new CheckpointError(`there is no tensor "${view.tensor.name}" in ${folder}`);
      const { begin, end } = spanOf(view);
      const elements = await tensor.read(begin, end);
      requireFinite(elements, view.tensor.name, folder);
      return gather(view, elements);
    },
  };
}

/** Integers would hide a weight that is no number: a block of them has a code for everything. */
function requireFinite(elements: Float32Array, name: string, folder: string): void {
  for (const element of elements) {
    if (Number.isFinite(element)) continue;
    throw new CheckpointError(
      `tensor "${name}" in ${folder} holds ${element}: a model with such a weight computes nothing; fetch or export it again`,
    );
  }
}

/** Which of two tensors of one name counts is not said anywhere, so neither does. */
function refuseTwice(files: readonly SafetensorsFile[]): void {
  const holder = new Map<string, string>();
  for (const { path, tensors } of files) {
    for (const name of tensors.keys()) {
      const other = holder.get(name);
      if (other) throw new CheckpointError(`both ${other} and ${path} hold tensor "${name}"; fetch the shards again`);
      holder.set(name, path);
    }
  }
}

/**
 * The weight files of a folder, by name within it and sorted, and the tensors its index promises (none without an index).
 * No name leads out of the folder. A link does where it points to: whoever laid it could read the file anyway, and the hub's cache
 * is made of them.
 */
export async function weightFiles(folder: string): Promise<{ files: string[]; tensors: string[] }> {
  if (existsSync(join(folder, singleFile))) return { files: [singleFile], tensors: [] };
  const path = join(folder, indexFile);
  if (!existsSync(path)) {
    throw new CheckpointError(
      `${folder} holds neither ${singleFile} nor ${indexFile}; only safetensors checkpoints are read`,
    );
  }
  const parsed = indexSchema.safeParse(await readJson(path));
  if (!parsed.success) throw new CheckpointError(`${path} has no weight_map of tensor names to file names`);
  const map = parsed.data.weight_map;
  const outside = Object.values(map).find((file) => isAbsolute(file) || normalize(file).split(/[\\/]/)[0] === "..");
  if (outside !== undefined)
    throw new CheckpointError(`${path} names the file "${outside}", which lies outside ${folder}; it was not opened`);
  return { files: [...new Set(Object.values(map))].sort(), tensors: Object.keys(map) };
}

/** A JSON file's value, or a CheckpointError that says why it could not be read. */
export async function readJson(path: string): Promise<unknown> {
  const unreadable = (cause: NodeJS.ErrnoException) => {
    throw new CheckpointError(`cannot read ${path} (${cause.code ?? cause.message})`, { cause });
  };
  const found = await stat(path).catch(unreadable);
  if (!found.isFile()) throw new CheckpointError(`cannot read ${path}: it is not a file`);
  if (found.size > jsonBytesMax) {
    throw new CheckpointError(`${path} is ${found.size} bytes long, too many for what it should hold`);
  }
  const text = await readFile(path, "utf8").catch(unreadable);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CheckpointError(`${path} is not JSON (${(cause as Error).message})`, { cause });
  }
}
