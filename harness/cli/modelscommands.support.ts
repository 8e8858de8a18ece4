/** Small models, and what a command needs around it, for the tests of `models`. */
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { buildModel } from "../../models/build/build.ts";
import { temporaryFolder } from "../../models/build/checkpoint.support.ts";
import { findModel } from "../store/models.ts";
import type { BuildContext } from "./modelsbuild.ts";

export const DENSE = {
  model_type: "llama",
  vocab_size: 64,
  hidden_size: 32,
  intermediate_size: 32,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  num_key_value_heads: 1,
  max_position_embeddings: 64,
  rms_norm_eps: 1e-5,
};

export const MIXTURE = { ...DENSE, model_type: "mixtral", num_local_experts: 4, num_experts_per_tok: 2 };

/** A folder with that config.json and nothing else. */
export function shapeFolder(config: object, name = "shape"): string {
  const folder = path.join(temporaryFolder(), name);
  mkdirSync(folder);
  writeFileSync(path.join(folder, "config.json"), JSON.stringify(config));
  return folder;
}

/** A context of its own cache, which keeps what is written; `stop` is the user going away. */
export function contextWith(): BuildContext & {
  readonly out: string[];
  readonly err: string[];
  readonly cacheDir: string;
  readonly stop: () => void;
} {
  const [out, err, cacheDir, stop] = [[] as string[], [] as string[], temporaryFolder(), new AbortController()];
  return {
    out,
    err,
    cacheDir,
    stop: () => stop.abort(),
    findModel,
    fastest: async (_, { precision }) => (precision === "int4" ? "fused" : "rows"),
    build: (folder, options) => buildModel(folder, { ...options, cacheDir }),
    stdout: (text) => void out.push(text),
    stderr: { write: (text) => void err.push(text), isTTY: false },
    signal: stop.signal,
    listen: () => () => {},
  };
}

/** A table's lines with one bar between columns. */
export function squeezed(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim().replaceAll(/ {2,}/g, " | "))
    .filter((line) => line !== "");
}
