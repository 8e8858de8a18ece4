import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isolate } from "./isolate.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), "perjoule-isolate-"));
});
afterEach(() => rmSync(root, { recursive: true }));

/** A worker that does this with every message. */
function worker(body: string): URL {
  const file = path.join(root, "worker.mjs");
  writeFileSync(
    file,
    `process.on("message", (message) => { ${body} });\nprocess.on("disconnect", () => process.exit(0));\n`,
  );
  return pathToFileURL(file);
}

describe("isolate", () => {
  test("gives back what the process replies", async () => {
    const process = isolate(worker("process.send({ type: 'close', peak_memory_bytes: 7 })"));
    expect(await process.request({ type: "close" })).toEqual({ type: "close", peak_memory_bytes: 7 });
    process.kill();
  });

  test("makes an error reply a rejection with its reason", async () => {
    const process = isolate(worker("process.send({ type: 'error', reason: 'no such graph' })"));
    await expect(process.request({ type: "close" })).rejects.toThrow("no such graph");
    process.kill();
  });

  test("makes a death the failure of the request under way, with the last line on stderr", async () => {
    const process = isolate(worker("console.error('one\\ntwo'); process.exit(70)"));
    await expect(process.request({ type: "close" })).rejects.toThrow("the cell's process ended with exit code 70: two");
  });

  test("names the signal of a kill, and fails what is asked afterwards too", async () => {
    const process = isolate(worker(""));
    const waiting = process.request({ type: "close" });
    process.kill();
    await expect(waiting).rejects.toThrow("was killed (SIGKILL); out of memory is the usual cause");
    await expect(process.request({ type: "close" })).rejects.toThrow("SIGKILL");
  });

  test("makes a reply that it cannot read the failure of the request", async () => {
    const process = isolate(worker("process.send({ type: 'dream' }); setTimeout(() => process.exit(3), 50)"));
    const failure = await process.request({ type: "close" }).catch((error: unknown) => String(error));
    expect(failure).not.toMatch(/ended with exit code 3/);
    expect(failure).toMatch(/type|reply|Invalid/);
  });
});
