import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { installedVersion, PEER, platformName } from "./addon.ts";

describe("platformName", () => {
  test.each([
    ["linux", "x64", "linux-x64"],
    ["linux", "arm64", "linux-arm64"],
    ["darwin", "x64", "mac-x64"],
    ["darwin", "arm64", "mac-arm64-metal"],
    ["win32", "x64", "win-x64"],
    ["win32", "arm64", "win-arm64"],
  ] as const)("of %s on %s is a package that is pinned", (platform, arch, name) => {
    expect(platformName(platform, arch)).toBe(name);
    const pinned = JSON.parse(readFileSync(path.join(PEER, "package.json"), "utf8")) as {
      optionalDependencies: Record<string, string>;
    };
    expect(pinned.optionalDependencies[`@node-llama-cpp/${name}`]).toMatch(/^\d+\.\d+\.\d+$/);
  });
});

test("installedVersion is absent where nothing is installed", () => {
  expect(installedVersion(path.join(tmpdir(), "no-such-folder"))).toBeUndefined();
});
