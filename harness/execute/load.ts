import { type ChildProcess, fork } from "node:child_process";
import os from "node:os";
import type { Nanoseconds, Share } from "../units.ts";

/** Work that keeps a machine busy in other processes until it is stopped. */
export interface Load {
  /** Processor time that it has taken so far, all threads. Rejects when it has ended by itself. */
  cpu(): Promise<Nanoseconds>;
  stop(): Promise<void>;
}

export interface SpinOptions {
  /** Hardware threads to keep busy; by default all. */
  readonly threads?: number;
  /** What each process runs. */
  readonly program?: URL;
}

/** Keeps every hardware thread busy for so much of the time, one process for each. */
export async function spinning(duty: Share, options: SpinOptions = {}): Promise<Load> {
  const { threads = os.cpus().length, program = new URL("spin.js", import.meta.url) } = options;
  const children = Array.from({ length: Math.max(1, threads) }, () =>
    fork(program, [String(duty)], { stdio: ["ignore", "ignore", "ignore", "ipc"] }),
  );
  const load: Load = {
    async cpu() {
      const used = await Promise.all(children.map(processorTime));
      return used.reduce((sum, one) => sum + one, 0);
    },
    stop: async () => {
      await Promise.all(children.map(ended));
    },
  };
  try {
    // All of them are up once all have answered.
    await load.cpu();
  } catch (error) {
    await load.stop();
    throw error;
  }
  return load;
}

function processorTime(child: ChildProcess): Promise<Nanoseconds> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      child.off("message", onMessage).off("exit", onExit).off("error", onError);
      act();
    };
    const onMessage = (message: unknown): void => settle(() => resolve(Number(message)));
    const onError = (error: Error): void => settle(() => reject(error));
    const onExit = (): void =>
      onError(new Error(`a process that made the load ended (${child.signalCode ?? `exit code ${child.exitCode}`})`));
    child.on("message", onMessage).on("exit", onExit).on("error", onError);
    if (hasEnded(child)) onExit();
    else child.send("cpu", (error) => error && onError(error));
  });
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (hasEnded(child)) return resolve();
    child.once("exit", () => resolve());
    child.kill("SIGKILL");
  });
}

const hasEnded = (child: ChildProcess): boolean =>
  child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
