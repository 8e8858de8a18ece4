import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";
import type { Nanoseconds, Seconds } from "../units.ts";
import { type Host, type Stream, thisHost } from "./host.ts";

/** A program that reports, in the hands of a test: it prints what and ends when the test says so. */
export interface FakeStream {
  readonly args: readonly string[];
  readonly isStopped: boolean;
  line(text: string): void;
  end(reason: string): void;
}

/** A machine made of a temporary folder, with time that passes only when it is told to. */
export interface FakeHost extends Host {
  /** What stands for `/`. It is removed when the test ends. */
  readonly root: string;
  /** Writes a file below the root, its folders included. */
  write(file: string, content: string | number | bigint): void;
  remove(file: string): void;
  /** A symbolic link below the root; both paths start at the root. */
  link(file: string, target: string): void;
  /** An executable that `run` and `stream` find by its name; it is really run. */
  script(name: string, text: string): void;
  /** Reads of this file fail with this code (tests may run as root, whom `chmod` does not stop); undefined ends that. */
  fail(file: string, code: "EACCES" | "EIO" | "ENODATA" | undefined): void;
  /** Time goes by; `whilePassing` is called for it. */
  pass(seconds: Seconds): void;
  /** The machine sleeps: seconds since boot go on, the monotonic clock does not. */
  suspend(seconds: Seconds): void;
  /** Streams of the programs named in `fakePrograms`, in the order of their start. */
  readonly streams: readonly FakeStream[];
}

export interface FakeHostOptions {
  readonly platform?: NodeJS.Platform;
  readonly env?: Host["env"];
  /** Programs whose streams the test drives by hand. */
  readonly fakePrograms?: readonly string[];
  /** Output of programs that end by themselves; what it throws is their failure. */
  readonly answers?: Readonly<Record<string, (args: readonly string[]) => string>>;
  /** Moves the counters: called with every span that passes by `pass`, `sleep` or `work`. */
  readonly whilePassing?: (seconds: Seconds, why: "pass" | "sleep" | "work") => void;
}

export function fakeHost(options: FakeHostOptions = {}): FakeHost {
  const root = mkdtempSync(path.join(os.tmpdir(), "perjoule-host-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const real = thisHost(root);
  const bin = path.join(root, "bin");
  const below = (file: string): string => path.join(root, file);
  const failing = new Map<string, string>();
  const streams: FakeStream[] = [];
  let now: Nanoseconds = 1e12;
  let boot: Seconds = 5_000;
  const pass = (seconds: Seconds, why: "pass" | "sleep" | "work"): void => {
    now += Math.round(seconds * 1e9);
    boot += seconds;
    options.whilePassing?.(seconds, why);
  };
  /** Moves on once what real programs have sent is delivered. */
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const write = (file: string, content: string | number | bigint): void => {
    mkdirSync(path.dirname(below(file)), { recursive: true });
    writeFileSync(below(file), `${content}\n`);
  };
  return {
    root,
    platform: options.platform ?? "linux",
    env: options.env ?? {},
    clock: () => now,
    uptime: () => boot,
    async sleep(seconds) {
      pass(seconds, "sleep");
      await turn();
    },
    async work(seconds) {
      pass(seconds, "work");
      await turn();
    },
    read(file) {
      const code = failing.get(path.normalize(file));
      if (code !== undefined) throw Object.assign(new Error(`${code}: reading '${file}'`), { code });
      return real.read(file);
    },
    list: (folder) => real.list(folder),
    real: (file) => real.real(file),
    async run(program, args, timeout) {
      const answer = options.answers?.[program];
      if (answer !== undefined) return answer(args);
      try {
        return await real.run(path.join(bin, program), args, timeout);
      } catch (error) {
        throw new Error((error as Error).message.replaceAll(`${bin}/`, ""), { cause: error });
      }
    },
    stream(program, args, onLine) {
      if (options.fakePrograms?.includes(program) !== true) return real.stream(path.join(bin, program), args, onLine);
      let ended: string | undefined;
      let isStopped = false;
      streams.push({
        args,
        get isStopped() {
          return isStopped;
        },
        line: (text) => {
          if (!isStopped && ended === undefined) onLine(text);
        },
        end: (reason) => void (ended ??= reason),
      });
      return { ended: () => ended, stop: () => void (isStopped = true) } satisfies Stream;
    },
    write,
    remove: (file) => rmSync(below(file), { recursive: true, force: true }),
    link(file, target) {
      mkdirSync(path.dirname(below(file)), { recursive: true });
      symlinkSync(path.relative(path.dirname(below(file)), below(target)), below(file));
    },
    script(name, text) {
      write(path.join("bin", name), text);
      chmodSync(path.join(bin, name), 0o755);
    },
    fail(file, code) {
      if (code === undefined) failing.delete(path.normalize(file));
      else failing.set(path.normalize(file), code);
    },
    pass: (seconds) => pass(seconds, "pass"),
    suspend: (seconds) => void (boot += seconds),
    streams,
  };
}
