import { writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { fakeHost } from "../meter/host.support.ts";
import { ROOT } from "../store/root.ts";
import { spinning } from "./load.ts";

/** The built program, as a user runs it: `npm test` builds first. */
const SPIN = pathToFileURL(path.join(ROOT, "dist", "harness", "execute", "spin.js"));

/** A program that does this with every question. */
function program(body: string): URL {
  const file = path.join(fakeHost().root, "spin.mjs");
  writeFileSync(file, `process.on("message", () => { ${body} });\nprocess.on("disconnect", () => process.exit(0));\n`);
  return pathToFileURL(file);
}

describe("spinning", () => {
  test("sums the processor time of its processes", async () => {
    const load = await spinning(1, { threads: 3, program: program("process.send(7e9)") });
    expect(await load.cpu()).toBe(21e9);
    await load.stop();
  });

  test("hands its duty to every process", async () => {
    const load = await spinning(0.5, { threads: 2, program: program("process.send(Number(process.argv[2]))") });
    expect(await load.cpu()).toBe(1);
    await load.stop();
  });

  test("takes processor time until it is stopped", async () => {
    const load = await spinning(1, { threads: 1, program: SPIN });
    const before = await load.cpu();
    let after = before;
    while (after === before) after = await load.cpu();
    expect(after).toBeGreaterThan(before);
    await load.stop();
    await expect(load.cpu()).rejects.toThrow("a process that made the load ended (SIGKILL)");
  });

  test("says that a process ended by itself", async () => {
    await expect(spinning(1, { threads: 1, program: program("process.exit(3)") })).rejects.toThrow(
      "a process that made the load ended (exit code 3)",
    );
  });
});
