import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { thisHost } from "./host.ts";

function script(text: string): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), "perjoule-host-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, "tool");
  writeFileSync(file, `#!/bin/sh\n${text}\n`);
  chmodSync(file, 0o755);
  return file;
}

test("run gives up on a program that ignores signals, as one stuck in a driver does", async () => {
  const tool = script('trap "" TERM; while :; do sleep 0.1; done');
  await expect(thisHost().run(tool, [], 0.3)).rejects.toThrow("did not answer within 0.3 s");
});

test("run tells the reason wherever a program wrote it", async () => {
  await expect(thisHost().run(script("echo no devices were found; exit 9"), [])).rejects.toThrow(
    "no devices were found",
  );
  await expect(thisHost().run(script("echo oops >&2; exit 1"), [])).rejects.toThrow("oops");
  await expect(thisHost().run("no-such-program-anywhere", [])).rejects.toThrow("is not installed");
});

test("a stream stops a program that ignores being asked to", async () => {
  const tool = script('trap "" TERM PIPE; echo up; while :; do sleep 0.1; done');
  const lines: string[] = [];
  const stream = thisHost().stream(tool, [], (line) => lines.push(line));
  const until = async (isSo: () => boolean): Promise<void> => {
    for (let i = 0; i < 200 && !isSo(); i++) await new Promise((resolve) => setTimeout(resolve, 25));
  };
  await until(() => lines.length > 0);
  expect(lines).toEqual(["up"]);
  stream.stop();
  await until(() => stream.ended() !== undefined);
  expect(stream.ended()).toContain("SIGKILL");
});
