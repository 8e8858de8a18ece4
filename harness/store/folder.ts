import {
  accessSync,
  appendFileSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { z } from "zod";
import { Observation } from "../observation.ts";
import { Run } from "../run.ts";

const RUN_FILE = "run.json";
const OBSERVATIONS_FILE = "observations.jsonl";

/** `20261123T034500Z`: sorts by time and is a legal file name everywhere. */
export function timestamp(at: Date): string {
  return at
    .toISOString()
    .replace(/\.\d+Z$/, "Z")
    .replaceAll(/[-:]/g, "");
}

/** Refuses an output folder that holds something or cannot be written to. Creates nothing. */
export function requireFreshFolder(folder: string): void {
  if (existsSync(folder)) {
    const content = listing(folder);
    if (content.length > 0) {
      throw new Error(
        `the output folder "${folder}" is not empty (it holds ${content.slice(0, 3).join(", ")}${content.length > 3 ? ", ..." : ""}); name a new one with --out`,
      );
    }
  }
  const parent = firstExisting(path.resolve(folder));
  if (!statSync(parent).isDirectory()) throw unwritable(folder, `"${parent}" is a file`);
  try {
    accessSync(parent, constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw unwritable(folder, `no permission to write in "${parent}"`, cause);
  }
}

function unwritable(folder: string, why: string, cause?: unknown): Error {
  return new Error(`cannot write the output folder "${folder}": ${why}; name another with --out`, { cause });
}

/** Level by level: Node 20's own recursive mkdir never returns where a file system refuses with ENOENT, as /proc does. */
export function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(path.dirname(folder));
  mkdirSync(folder);
}

function listing(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (cause) {
    throw new Error(
      `cannot use "${folder}" as the output folder: ${(cause as Error).message}; name another with --out`,
      { cause },
    );
  }
}

function firstExisting(folder: string): string {
  return existsSync(folder) ? folder : firstExisting(path.dirname(folder));
}

/** A run's folder while it is being written. */
export interface RunFolder {
  readonly path: string;
  /** Replaces `run.json` in one step: a reader sees the old one or the new one. */
  save(run: Run): void;
  append(observations: readonly Observation[]): void;
}

export function createRunFolder(folder: string): RunFolder {
  requireFreshFolder(folder);
  try {
    makeFolder(path.resolve(folder));
  } catch (cause) {
    throw unwritable(folder, (cause as Error).message, cause);
  }
  const file = path.join(folder, OBSERVATIONS_FILE);
  writeFileSync(file, "");
  return {
    path: folder,
    save(run) {
      const temporary = path.join(folder, `${RUN_FILE}.tmp`);
      writeFileSync(temporary, `${JSON.stringify(Run.parse(run), null, 2)}\n`);
      renameSync(temporary, path.join(folder, RUN_FILE));
    },
    append(observations) {
      appendFileSync(file, observations.map((observation) => `${JSON.stringify(observation)}\n`).join(""));
    },
  };
}

/** What a run left behind: all that a report is derived from. */
export interface RecordedRun {
  readonly run: Run;
  readonly observations: readonly Observation[];
}

export function readRunFolder(folder: string): RecordedRun {
  const run = readRun(path.join(folder, RUN_FILE), folder);
  const file = path.join(folder, OBSERVATIONS_FILE);
  return { run, observations: parseObservations(readText(file, folder), file) };
}

function readText(file: string, folder: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new Error(
      `"${folder}" is not a run folder: cannot read ${path.basename(file)} (${(cause as NodeJS.ErrnoException).code})`,
      { cause },
    );
  }
}

function readRun(file: string, folder: string): Run {
  const text = readText(file, folder);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new Error(`${file}: not valid JSON: ${(cause as Error).message}`, { cause });
  }
  return parseAs(Run, json, file);
}

/** Reads observations. A last line without its newline is what a crash leaves of a write; it is passed over. */
export function parseObservations(text: string, file: string): Observation[] {
  const lines = text.split("\n");
  lines.pop();
  return lines.map((line, index) => {
    const at = `${file}:${index + 1}`;
    let json: unknown;
    try {
      json = JSON.parse(line);
    } catch (cause) {
      throw new Error(`${at}: not valid JSON: ${(cause as Error).message}`, { cause });
    }
    return parseAs(Observation, json, at);
  });
}

function parseAs<T>(schema: z.ZodType<T>, json: unknown, at: string): T {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  throw new Error(`${at}: ${z.prettifyError(result.error).replaceAll("\n", " ")}`);
}
