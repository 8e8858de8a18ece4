import { execFileSync } from "node:child_process";
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { tail } from "./tail.ts";

function file(content: string): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), "perjoule-tail-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(path.join(folder, "wall.csv"), content);
  return path.join(folder, "wall.csv");
}

describe("tail", () => {
  test("does not wait for the writer of a pipe", () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "perjoule-tail-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const pipe = path.join(folder, "pipe");
    execFileSync("mkfifo", [pipe]);
    expect(() => tail(pipe).grown()).toThrow("it is no regular file");
  });

  test("gives the lines that were added since", () => {
    const name = file("one\ntwo\r\n");
    const end = tail(name);
    expect(end.grown()).toEqual({
      lines: [
        { number: 1, text: "one" },
        { number: 2, text: "two" },
      ],
      isNew: false,
    });
    expect(end.grown()).toEqual({ lines: [], isNew: false });
    appendFileSync(name, "three\n");
    expect(end.grown().lines).toEqual([{ number: 3, text: "three" }]);
  });

  test("keeps a line without its end for later", () => {
    const name = file("one\ntw");
    const end = tail(name);
    expect(end.grown().lines).toEqual([{ number: 1, text: "one" }]);
    appendFileSync(name, "o\n");
    expect(end.grown().lines).toEqual([{ number: 2, text: "two" }]);
  });

  test("begins again with a file that was begun anew", () => {
    const name = file("one\ntwo\nthr");
    const end = tail(name);
    end.grown();
    writeFileSync(name, "new\n");
    expect(end.grown()).toEqual({ lines: [{ number: 1, text: "new" }], isNew: true });
  });

  test("throws when there is no such file", () => {
    expect(() => tail("/nowhere/wall.csv").grown()).toThrow("ENOENT");
  });
});
