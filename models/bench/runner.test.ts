import { describe, expect, test } from "vitest";
import { type Runner, type RunnerReply, type RunnerRequest, serveRunner } from "./runner.ts";

/** Asks a served runner and waits for its reply. */
function served<Work, Result>(
  open: (opening: never) => Promise<Runner<Work, Result>>,
): (request: RunnerRequest) => Promise<RunnerReply> {
  let request: (request: RunnerRequest) => void = () => {};
  let reply: (reply: RunnerReply) => void = () => {};
  serveRunner(open, {
    listen: (listener) => {
      request = listener;
    },
    send: (sent) => reply(sent),
  });
  return (asked) =>
    new Promise((resolve) => {
      reply = resolve;
      request(asked);
    });
}

const rates = { decode: 1, prefill: 2 };

describe("serveRunner", () => {
  test("opens what it is told to, runs it and closes it", async () => {
    const log: unknown[] = [];
    const ask = served(async (opening) => {
      log.push(opening);
      return { run: async () => rates, close: async () => void log.push("closed") };
    });
    expect(await ask({ type: "open", opening: { graph: "x" } })).toEqual({ type: "opened" });
    expect(await ask({ type: "run" })).toEqual({ type: "result", result: rates });
    expect(await ask({ type: "close" })).toEqual({ type: "closed" });
    expect(log).toEqual([{ graph: "x" }, "closed"]);
  });

  test("hands on what a run is told", async () => {
    const ask = served(async () => ({ run: async (work: number) => work + 1, close: async () => {} }));
    await ask({ type: "open", opening: {} });
    expect(await ask({ type: "run", work: 41 })).toEqual({ type: "result", result: 42 });
  });

  test("replies with the reason of a failure", async () => {
    const ask = served(async () => {
      throw new Error("no such graph");
    });
    expect(await ask({ type: "open", opening: {} })).toEqual({ type: "error", reason: "no such graph" });
    expect(await ask({ type: "run" })).toEqual({ type: "error", reason: "asked to run before a model was opened" });
  });

  test("closes without ever having opened anything", async () => {
    const ask = served(async () => ({ run: async () => rates, close: async () => {} }));
    expect(await ask({ type: "close" })).toEqual({ type: "closed" });
  });
});
