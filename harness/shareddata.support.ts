import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { seeded } from "./stats/random.ts";
import { ROOT } from "./store/root.ts";

/** Real checkpoints and task sets beside the repository, where there are any. */
export const SHARED = path.join(ROOT, "..", "shared", "data");

/** A checkpoint of the same shape that learnt nothing: normal weights of deviation 0.02, norms of 1. */
export function untrainedTwin(model: string, folder: string): string {
  mkdirSync(folder, { recursive: true });
  for (const name of ["config.json", "tokenizer.json", "tokenizer_config.json"]) {
    cpSync(path.join(model, name), path.join(folder, name));
  }
  const file = readFileSync(path.join(model, "model.safetensors"));
  const start = 8 + Number(file.readBigUInt64LE(0));
  const header = JSON.parse(file.toString("utf8", 8, start)) as Record<
    string,
    { dtype: string; data_offsets: [number, number] }
  >;
  const random = seeded(1);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  for (const [name, tensor] of Object.entries(header)) {
    if (name === "__metadata__") continue;
    if (tensor.dtype !== "F32") throw new Error(`"${name}" is ${tensor.dtype}, not F32`);
    const [from, to] = tensor.data_offsets;
    for (let at = start + from; at < start + to; at += 4) {
      file.writeFloatLE(name.endsWith("norm.weight") ? 1 : 0.02 * normal(), at);
    }
  }
  writeFileSync(path.join(folder, "model.safetensors"), file);
  return folder;
}

/** The model as somebody exported it, without the checkpoint that perjoule would build its own graph from. */
export function exportedOnly(model: string, folder: string): string {
  for (const name of ["config.json", "tokenizer.json", "tokenizer_config.json", "onnx"]) {
    cpSync(path.join(model, name), path.join(folder, name), { recursive: true });
  }
  return folder;
}
