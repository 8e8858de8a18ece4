import { type ChildProcessByStdio, execFile, spawn } from "node:child_process";
import type { Socket } from "node:net";
import { readFileSync, readdirSync, realpathSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Readable } from "node:stream";
import { setTimeout } from "node:timers/promises";
import type { Seconds } from "../units.ts";
import { type Clock, monotonic } from "./stopwatch.ts";

/** The machine as meters see it: files, programs, clocks. Tests give a fake tree, fake programs and a clock of their own. */
export interface Host {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** Seconds since boot, suspension included: what `clock` misses of it tells a suspended machine. */
  uptime(): Seconds;
  sleep(seconds: Seconds): Promise<void>;
  /** Text of a file below the root, without surrounding white space. Errors are Node's: `code` says why. */
  read(file: string): string;
  /** Names in a folder, sorted so that 10 comes after 9; none if it cannot be read. */
  list(folder: string): string[];
  /** Where a link leads, so that one device reached by two paths is counted once. */
  real(file: string): string;
  /** Output of a program that ends by itself. Rejects when it is missing, fails or takes longer than `timeout`. */
  run(program: string, args: readonly string[], timeout?: Seconds): Promise<string>;
  /** A program that reports until it is stopped, line by line. */
  stream(program: string, args: readonly string[], onLine: (line: string) => void): Stream;
  /** Keeps one processor thread busy, so that a meter has something to see. */
  work(seconds: Seconds): Promise<void>;
}

export interface Stream {
  /** Why it ended by itself, with the last line of its error output; undefined while it runs. */
  ended(): string | undefined;
  stop(): void;
}

/** A program that has not ended so long after it was asked to is killed. */
const GRACE: Seconds = 1;

const natural = new Intl.Collator("en", { numeric: true }).compare;

/** This machine. `root` stands in for `/` where a container mounts the host's tree elsewhere, and in tests. */
export function thisHost(root = "/"): Host {
  const at = (file: string): string => path.join(root, file);
  return {
    platform: process.platform,
    env: process.env,
    clock: monotonic,
    uptime: os.uptime,
    sleep: (seconds) => setTimeout(seconds * 1_000),
    read: (file) => readFileSync(at(file), "utf8").trim(),
    list(folder) {
      try {
        return readdirSync(at(folder)).sort(natural);
      } catch {
        return [];
      }
    },
    real: (file) => realpathSync(at(file)),
    run: (program, args, timeout = 10) =>
      new Promise((resolve, reject) => {
        const child = execFile(program, [...args], { encoding: "utf8" }, (error, stdout, stderr) => {
          clearTimeout(timer);
          if (error === null) resolve(stdout);
          else reject(new Error(whyItFailed(program, error, stderr.trim() || stdout), { cause: error }));
        });
        // A program stuck in a driver ends by no signal: it is not waited for.
        const timer = globalThis.setTimeout(() => {
          child.kill("SIGKILL");
          child.unref();
          for (const pipe of [child.stdout, child.stderr]) pipe?.destroy();
          reject(new Error(`${program} did not answer within ${timeout} s`));
        }, timeout * 1_000);
      }),
    stream,
    work(seconds) {
      const end = monotonic() + seconds * 1e9;
      while (monotonic() < end);
      return Promise.resolve();
    },
  };
}

function whyItFailed(program: string, error: Error & { code?: unknown }, output: string): string {
  if (error.code === "ENOENT") return `${program} is not installed`;
  return `${program} failed: ${lastLine(output) || error.message}`;
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}

function stream(program: string, args: readonly string[], onLine: (line: string) => void): Stream {
  const child: ChildProcessByStdio<null, Readable, Readable> = spawn(program, [...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let rest = "";
  let stderr = "";
  let end: string | undefined;
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) onLine(line.replace(/\r$/, ""));
  });
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (stderr = (stderr + chunk).slice(-2_000)));
  child.on("error", (error: NodeJS.ErrnoException) => {
    end ??= error.code === "ENOENT" ? `${program} is not installed` : error.message;
  });
  child.on("exit", (code, signal) => {
    end ??= `${program} ended (${signal ?? `exit code ${code}`})${stderr === "" ? "" : `: ${lastLine(stderr)}`}`;
  });
  // A meter must not keep the harness alive.
  child.unref();
  for (const pipe of [child.stdout, child.stderr]) (pipe as Socket).unref();
  return {
    ended: () => end,
    stop() {
      child.kill();
      globalThis.setTimeout(() => child.kill("SIGKILL"), GRACE * 1_000).unref();
      // What runs as another user cannot be signalled; with nobody to write to it ends by itself.
      child.stdout.destroy();
      child.stderr.destroy();
    },
  };
}
