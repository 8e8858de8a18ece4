/**
 * llama.cpp as node-llama-cpp's binary packages hold it: `llama-addon.node` beside llama.cpp's own libraries. It is loaded without
 * node-llama-cpp, which can download and compile and adds queues and samplers of its own; what is used of the addon's interface is
 * declared here as `dist/bindings/AddonTypes.d.ts` of node-llama-cpp 3.21.1 has it. It is not public: the version is pinned.
 */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { ROOT } from "../../harness/store/root.ts";

export interface Addon {
  AddonModel: new (file: string, options: { gpuLayers: number; useMmap: boolean }) => AddonModel;
  AddonContext: new (model: AddonModel, options: AddonContextOptions) => AddonContext;
  /** Levels: 2 errors, 3 warnings, 4 information. */
  setLogger(logger: (level: number, message: string) => void): void;
  setLoggerLogLevel(level: number): void;
  loadBackends(folder: string): void;
  init(): Promise<void>;
}

export interface AddonModel {
  init(): Promise<boolean>;
  dispose(): Promise<void>;
}

export interface AddonContextOptions {
  contextSize: number;
  /** Most tokens of one `decodeBatch`. */
  batchSize: number;
  sequences: number;
  flashAttention: boolean | "auto";
  threads: number;
  performanceTracking: boolean;
}

export interface AddonContext {
  init(): Promise<boolean>;
  dispose(): Promise<void>;
  /** Begins a batch of at most `size` tokens. */
  initBatch(size: number): void;
  /** Logits are computed for the tokens at `logitIndexes`. */
  addToBatch(sequence: number, firstPosition: number, tokens: Uint32Array, logitIndexes: Uint32Array): Uint32Array;
  /** `llama_decode` and `llama_synchronize` on a thread of Node's pool. */
  decodeBatch(): Promise<void>;
  /** Empties a sequence's cache. */
  disposeSequence(sequence: number): void;
  /** Logs what `llama_perf_context_print` says and sets its counters to zero. */
  printTimings(): void;
}

/** The folder whose package.json pins the binaries. */
export const PEER = path.join(ROOT, "models", "bench", "peer");

/** The name that node-llama-cpp has for this platform's CPU binaries; there is but one build for Apple silicon. */
export function platformName(platform: NodeJS.Platform = process.platform, arch: string = process.arch): string {
  const system = { darwin: "mac", win32: "win" }[platform as string] ?? platform;
  return system === "mac" && arch === "arm64" ? "mac-arm64-metal" : `${system}-${arch}`;
}

/** The version of the binaries that are installed; absent when none are. */
export function installedVersion(peer: string = PEER): string | undefined {
  const file = path.join(peer, "node_modules", "@node-llama-cpp", platformName(), "package.json");
  if (!existsSync(file)) return undefined;
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}

/** Loads llama.cpp with the CPU library that suits this machine best, by its own judgement. */
export async function loadAddon(): Promise<Addon> {
  const name = platformName();
  const folder = path.join(PEER, "node_modules", "@node-llama-cpp", name, "bins", name);
  const file = path.join(folder, "llama-addon.node");
  if (!existsSync(file))
    throw new Error(
      `cannot load llama.cpp: "${file}" does not exist; \`npm run bench:decode\` installs it where it is prebuilt`,
    );
  const addon = createRequire(import.meta.url)(file) as Addon;
  addon.setLoggerLogLevel(2);
  addon.loadBackends(folder);
  await addon.init();
  return addon;
}
