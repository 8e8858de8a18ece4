import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { requireOwnFolder, writeFiles } from "./outfolder.ts";

const FILES = ["a.csv", "a.html"];
let folder: string;
beforeEach(() => void (folder = mkdtempSync(path.join(os.tmpdir(), "perjoule-out-"))));
afterEach(() => rmSync(folder, { recursive: true }));

describe("requireOwnFolder", () => {
  test("takes a folder that is new, empty, or holds some of the files, and creates nothing", () => {
    const fresh = path.join(folder, "new", "deep");
    requireOwnFolder(fresh, FILES);
    expect(existsSync(path.dirname(fresh))).toBe(false);
    requireOwnFolder(folder, FILES);
    writeFileSync(path.join(folder, "a.csv"), "");
    requireOwnFolder(folder, FILES);
    expect(readdirSync(folder)).toEqual(["a.csv"]);
  });

  test("refuses one that holds anything else, by name", () => {
    writeFileSync(path.join(folder, "a.csv"), "");
    writeFileSync(path.join(folder, "run.json"), "");
    expect(() => requireOwnFolder(folder, FILES)).toThrow(
      `cannot write a.csv and a.html into "${folder}": it also holds "run.json"; name a folder with --out`,
    );
  });

  test("refuses a file, and what lies in one", () => {
    const file = path.join(folder, "file");
    writeFileSync(file, "");
    expect(() => requireOwnFolder(file, FILES)).toThrow(`"${file}"`);
    expect(() => requireOwnFolder(path.join(file, "deep"), FILES)).toThrow("is a file");
  });
});

describe("writeFiles", () => {
  test("makes the folder, replaces what is there and leaves nothing beside", () => {
    const out = path.join(folder, "new", "deep");
    expect(writeFiles(out, { "a.csv": "1", "a.html": "2" })).toEqual(FILES.map((name) => path.join(out, name)));
    writeFiles(out, { "a.csv": "3" });
    expect(readdirSync(out)).toEqual(FILES);
    expect(readFileSync(path.join(out, "a.csv"), "utf8")).toBe("3");
  });

  test("says which folder could not be written to", () => {
    mkdirSync(path.join(folder, "a.csv", "inside"), { recursive: true });
    expect(() => writeFiles(folder, { "a.csv": "1" })).toThrow(`cannot write into "${folder}": `);
    expect(() => writeFiles(path.join("/proc", "nowhere"), { "a.csv": "1" })).toThrow(
      'cannot write into "/proc/nowhere"',
    );
  });
});
