import { type ChildProcess, fork } from "node:child_process";
import { computingVariables } from "../../harness/engine/runtime.ts";
import type { RunnerReply, RunnerRequest } from "./runner.ts";
import type { Contestant, Rates } from "./contestant.ts";

/** A contestant's own process, seen from outside. One request at a time. */
export interface RunnerProcess<Work = void, Result = Rates> {
  run(work: Work): Promise<Result>;
  /** Ends the process, whatever state it is in. */
  close(): Promise<void>;
}

/** Starts a contestant's process and opens its model there. */
export async function startRunner<Work = void, Result = Rates>({
  runner,
  opening,
  environment,
}: Pick<Contestant, "runner" | "opening" | "environment">): Promise<RunnerProcess<Work, Result>> {
  const child = fork(runner, {
    serialization: "advanced",
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    env: { ...process.env, ...computingVariables(), ...environment },
  });
  const close = async (): Promise<void> => {
    // A runtime that fails while it ends has nothing left to say about its rates.
    await exchange(child, { type: "close" }).catch(() => {});
    child.kill("SIGKILL");
  };
  await exchange(child, { type: "open", opening }).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  return {
    async run(work) {
      const reply = await exchange(child, { type: "run", work });
      if (reply.type !== "result") throw new TypeError(`asked for a result, its process replied "${reply.type}"`);
      return reply.result as Result;
    },
    close,
  };
}

/** Sends a request; the reply, or a rejection if it is an error or if the process ends first. */
function exchange(child: ChildProcess, request: RunnerRequest): Promise<RunnerReply> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      child.off("message", onMessage).off("exit", onExit).off("error", onError);
      act();
    };
    const onMessage = (message: unknown): void => {
      const reply = message as RunnerReply;
      settle(() => (reply.type === "error" ? reject(new Error(reply.reason)) : resolve(reply)));
    };
    const onExit = (code: number | null, signal: NodeJS.Signals | null): void =>
      settle(() =>
        reject(
          new Error(
            signal === null ? `its process ended with exit code ${code}` : `its process was ended by ${signal}`,
          ),
        ),
      );
    const onError = (error: Error): void => settle(() => reject(error));
    child.on("message", onMessage).on("exit", onExit).on("error", onError);
    if (child.exitCode !== null || child.signalCode !== null) onExit(child.exitCode, child.signalCode);
    else child.send(request, (error) => error && onError(error));
  });
}
