import { readFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { isAbsolute, join, normalize } from "node:path";
import { z } from "zod";
import { CheckpointError } from "./checkpointerror.ts";
import { openSafetensors, type SafetensorsFile } from "./safetensors.ts";

/** Where weights come from: a checkpoint's files, or whatever else can produce elements for a name. */
export interface Weights {
  /** Row-major float32 elements of the named tensor. */
  read(name: string): Promise<Float32Array>;
}

/** An open model folder in Hugging Face layout. Holds file handles until closed. */
export interface Checkpoint extends Weights {
  folder: string;
  /** Shape by name of every stored tensor. */
  shapes: ReadonlyMap<string, readonly number[]>;
  close(): Promise<void>;
}

const singleFile = "model.safetensors";
const indexFile = "model.safetensors.index.json";
const indexSchema = z.object({ weight_map: z.record(z.string(), z.string()) });

/** Opens `model.safetensors`, or the shards that `model.safetensors.index.json` lists, and reads their headers only. */
export async function openCheckpoint(folder: string): Promise<Checkpoint> {
  const { files, tensors } = await weightFiles(folder);
  const opened: SafetensorsFile[] = [];
  const closeAll = async () => void (await Promise.all(opened.map((file) => file.close())));
  try {
    for (const file of files) opened.push(await openSafetensors(join(folder, file)));
    const holder = new Map(opened.flatMap((file) => [...file.tensors.keys()].map((name) => [name, file] as const)));
    const absent = tensors.filter((name) => !holder.has(name));
    if (absent.length > 0) {
      throw new CheckpointError(
        `${join(folder, indexFile)} lists tensors that no shard holds: ${absent.join(", ")}; fetch the shards again`,
      );
    }
    return {
      folder,
      shapes: new Map([...holder].map(([name, file]) => [name, file.tensors.get(name)!.shape])),
      async read(name) {
        const file = holder.get(name);
        if (!file) throw new CheckpointError(`there is no tensor "${name}" in ${folder}`);
        return file.read(name);
      },
      close: closeAll,
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

/** The weight files of a folder, by name within it and sorted, and the tensors its index promises (none without an index). */
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
  const text = await readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) => {
    throw new CheckpointError(`cannot read ${path} (${cause.code ?? cause.message})`, { cause });
  });
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CheckpointError(`${path} is not JSON (${(cause as Error).message})`, { cause });
  }
}
