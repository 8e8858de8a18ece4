import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { sha256, sha256File } from "./hash.ts";

test("sha256 minds where one part ends and the next begins", () => {
  expect(sha256("ab", "c")).not.toBe(sha256("a", "bc"));
  expect(sha256("ab", "c")).not.toBe(sha256("abc"));
  expect(sha256("ab", "c")).toBe(sha256(Buffer.from("ab"), "c"));
});

test("sha256File is the plain SHA-256 of a file's bytes (FIPS 180-2, 'abc')", async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "perjoule-hash-"));
  try {
    const file = path.join(folder, "abc");
    writeFileSync(file, "abc");
    expect(await sha256File(file)).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  } finally {
    rmSync(folder, { recursive: true });
  }
});
