import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { startRunner } from "./runnerprocess.ts";

const root = mkdtempSync(path.join(tmpdir(), "perjoule-runner-"));
afterAll(() => rmSync(root, { recursive: true }));

/** A module that does this with every message. */
function runner(body: string): URL {
  const file = path.join(mkdtempSync(path.join(root, "module-")), "runner.mjs");
  const lines = [
    `process.on("message", (message) => { ${body} });`,
    `process.on("disconnect", () => process.exit(0));`,
  ];
  writeFileSync(file, lines.join("\n"));
  return pathToFileURL(file);
}

const replies = (run: string): URL =>
  runner(`if (message.type === "open") { globalThis.opening = message.opening; process.send({ type: "opened" }); }
    if (message.type === "run") { ${run} }
    if (message.type === "close") process.send({ type: "closed" }, () => process.exit(0));`);

describe("startRunner", () => {
  test("opens with what it is given, and passes rates on", async () => {
    const rates = "{ decode: globalThis.opening.n, prefill: 2 }";
    const process = await startRunner({
      runner: replies(`process.send({ type: "result", result: ${rates} })`),
      opening: { n: 7 },
    });
    expect(await process.run()).toEqual({ decode: 7, prefill: 2 });
    await process.close();
  });

  test("tells a run its work, in an environment with the variables asked for", async () => {
    const told = "[message.work, process.env.ONE_OF_OURS, process.env.PATH !== undefined]";
    const process = await startRunner<string, unknown>({
      runner: replies(`process.send({ type: "result", result: ${told} })`),
      opening: {},
      environment: { ONE_OF_OURS: "0" },
    });
    expect(await process.run("batch 4")).toEqual(["batch 4", "0", true]);
    await process.close();
  });

  test("rejects with the reason of an error", async () => {
    const failing = runner(`process.send({ type: "error", reason: "no such graph" })`);
    await expect(startRunner({ runner: failing, opening: {} })).rejects.toThrow("no such graph");
  });

  test("makes a death the failure of the run under way and of those after it; closing stays possible", async () => {
    const process = await startRunner({ runner: replies("process.exit(3)"), opening: {} });
    await expect(process.run()).rejects.toThrow("its process ended with exit code 3");
    await expect(process.run()).rejects.toThrow("its process ended with exit code 3");
    await process.close();
  });
});
