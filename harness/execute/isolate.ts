import { type ChildProcess, fork } from "node:child_process";
import { prettifyError } from "zod";
import { computingVariables } from "../engine/runtime.ts";
import { Reply, type ReplyTo, type Request } from "./messages.ts";

/** A cell's own process, seen from outside. One request at a time. */
export interface Isolate {
  request<T extends Request["type"]>(request: Extract<Request, { type: T }>): Promise<ReplyTo<T>>;
  /** Ends the process at once; a request under way fails. */
  kill(): void;
}

const STDERR_KEPT = 2_000;

/** Starts a fresh process for one cell. A death, whatever killed it, is the failure of the request under way. */
export function isolate(worker: URL = new URL("worker.js", import.meta.url)): Isolate {
  const child = fork(worker, {
    env: { ...process.env, ...computingVariables() },
    serialization: "advanced",
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  let stderr = "";
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
    stderr = (stderr + chunk).slice(-STDERR_KEPT);
  });
  return {
    request: (request) => exchange(child, request, () => stderr),
    kill: () => void child.kill("SIGKILL"),
  };
}

function exchange<T extends Request["type"]>(
  child: ChildProcess,
  request: Extract<Request, { type: T }>,
  stderr: () => string,
): Promise<ReplyTo<T>> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      child.off("message", onMessage).off("exit", onExit).off("error", onError);
      act();
    };
    const onMessage = (message: unknown): void => {
      const { data: reply, error } = Reply.safeParse(message);
      if (reply === undefined)
        return settle(() => reject(new Error(`the cell's process gave an unreadable reply: ${prettifyError(error)}`)));
      if (reply.type === "error") settle(() => reject(new Error(reply.reason)));
      else settle(() => resolve(reply as ReplyTo<T>));
    };
    const onExit = (code: number | null, signal: NodeJS.Signals | null): void =>
      settle(() => reject(new Error(`the cell's process ${describeEnd(code, signal)}${lastLine(stderr())}`)));
    const onError = (error: Error): void => settle(() => reject(error));
    child.on("message", onMessage).on("exit", onExit).on("error", onError);
    if (child.exitCode !== null || child.signalCode !== null) onExit(child.exitCode, child.signalCode);
    else child.send(request, (error) => error && onError(error));
  });
}

function describeEnd(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal === "SIGKILL") return "was killed (SIGKILL); out of memory is the usual cause";
  return signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;
}

function lastLine(stderr: string): string {
  const line = stderr.trim().split("\n").at(-1);
  return line === undefined || line === "" ? "" : `: ${line}`;
}
