import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cachedFolder, cacheFolder } from "./cache.ts";
import { temporaryFolder } from "./checkpoint.support.ts";

const writing = (text: string) => async (folder: string) => writeFileSync(join(folder, "content"), text);

describe("cachedFolder", () => {
  it("fills a folder once", async () => {
    const root = temporaryFolder();
    const first = await cachedFolder(root, "key", writing("first"));
    expect(await cachedFolder(root, "key", writing("second"))).toBe(first);
    expect(readFileSync(join(first, "content"), "utf8")).toBe("first");
  });

  it.each([
    ["shorter", (folder: string) => writeFileSync(join(folder, "content"), "sec")],
    ["gone", (folder: string) => rmSync(join(folder, "content"))],
    ["of unknown length", (folder: string) => rmSync(join(folder, ".sizes.json"))],
  ])("is filled again where a file is %s", async (_, damage) => {
    const root = temporaryFolder();
    damage(await cachedFolder(root, "key", writing("second")));
    const again = await cachedFolder(root, "key", writing("second"));
    expect(readFileSync(join(again, "content"), "utf8")).toBe("second");
    expect(readdirSync(root)).toEqual(["key"]);
  });

  it("says what it could not write, and what to do", async () => {
    const root = temporaryFolder();
    writeFileSync(join(root, "file"), "");
    const expected = /cannot write to the cache ".*": ENOTDIR.*; set PERJOULE_CACHE to another folder/;
    await expect(cachedFolder(join(root, "file", "onnx"), "key", writing("x"))).rejects.toThrow(expected);
    await expect(cachedFolder("/proc/nope/onnx", "key", writing("x"))).rejects.toThrow(/cannot write to the cache/);
  });

  it("leaves nothing of a failed attempt", async () => {
    const root = temporaryFolder();
    const failing = cachedFolder(root, "key", async (folder) => {
      writeFileSync(join(folder, "content"), "half");
      throw new Error("disk full");
    });
    await expect(failing).rejects.toThrow("disk full");
    expect(readdirSync(root)).toEqual([]);
  });

  it("shows nothing under the name until it is whole", async () => {
    const root = temporaryFolder();
    await cachedFolder(root, "key", async () => expect(existsSync(join(root, "key"))).toBe(false));
  });

  it("takes the work of whoever is first", async () => {
    const root = temporaryFolder();
    const folders = await Promise.all(["a", "b", "c"].map((text) => cachedFolder(root, "key", writing(text))));
    expect(new Set(folders)).toEqual(new Set([join(root, "key")]));
    expect(readdirSync(root)).toEqual(["key"]);
  });

  it("removes what a killed process left a day ago, and nothing younger", async () => {
    const root = temporaryFolder();
    for (const name of [".unfinished-old", ".unfinished-young"]) mkdirSync(join(root, name));
    const longAgo = new Date(Date.now() - 2 * 86_400_000);
    utimesSync(join(root, ".unfinished-old"), longAgo, longAgo);
    await cachedFolder(root, "key", writing(""));
    expect(readdirSync(root).sort()).toEqual([".unfinished-young", "key"]);
  });
});

describe("cacheFolder", () => {
  it("prefers PERJOULE_CACHE, then XDG_CACHE_HOME, then the home folder", () => {
    expect(cacheFolder({ PERJOULE_CACHE: "/p", XDG_CACHE_HOME: "/x" })).toBe("/p");
    expect(cacheFolder({ PERJOULE_CACHE: "", XDG_CACHE_HOME: "/x" })).toBe("/x/perjoule");
    expect(cacheFolder({})).toMatch(/\.cache\/perjoule$/);
  });
});
