/** The side of a contestant's own process: it opens a model when asked, then runs once per request. */
import process from "node:process";
import type { Rates } from "./contestant.ts";

/** Without anything to be told, a run reads the prompt and then the tokens, beginning with an empty cache. */
export interface Runner<Work = void, Result = Rates> {
  run(work: Work): Promise<Result>;
  close(): Promise<void>;
}

export type RunnerRequest =
  | { readonly type: "open"; readonly opening: unknown }
  | { readonly type: "run"; readonly work?: unknown }
  | { readonly type: "close" };
export type RunnerReply =
  | { readonly type: "opened" | "closed" }
  | { readonly type: "result"; readonly result: unknown }
  | { readonly type: "error"; readonly reason: string };

/** What a runner listens to and speaks through. */
export interface Port {
  listen(listener: (request: RunnerRequest) => void): void;
  send(reply: RunnerReply): void;
}

/** Answers requests, one at a time; an error is the answer to the request that met it. */
export function serveRunner<Work, Result>(
  open: (opening: never) => Promise<Runner<Work, Result>>,
  port: Port = parentPort(),
): void {
  let runner: Runner<Work, Result> | undefined;
  const answer = async (request: RunnerRequest): Promise<RunnerReply> => {
    switch (request.type) {
      case "open":
        runner = await open(request.opening as never);
        return { type: "opened" };
      case "run":
        if (runner === undefined) throw new Error("asked to run before a model was opened");
        return { type: "result", result: await runner.run(request.work as Work) };
      case "close":
        await runner?.close();
        return { type: "closed" };
    }
  };
  port.listen((request) => {
    void answer(request)
      .catch((error: unknown): RunnerReply => ({ type: "error", reason: reasonOf(error) }))
      .then((reply) => port.send(reply));
  });
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function parentPort(): Port {
  // The parent is gone: nobody is left to measure for.
  process.on("disconnect", () => process.exit(0));
  return {
    listen: (listener) => void process.on("message", (message) => listener(message as RunnerRequest)),
    send: (reply) =>
      void process.send?.(reply, () => {
        if (reply.type === "closed") process.exit(0);
      }),
  };
}
