import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parametersActive, parametersTotal } from "../../models/build/count.ts";
import { readArchitecture } from "../../models/build/families.ts";
import { catalogModels, manifestOf } from "./catalog.ts";

const entries = catalogModels();

function architectureOf(folder: string): ReturnType<typeof readArchitecture> {
  const file = path.join(folder, "config.json");
  return readArchitecture(JSON.parse(readFileSync(file, "utf8")), file);
}

describe("the catalog", () => {
  test("has dense models and mixtures of small and middling size", () => {
    expect(entries.map(({ id }) => id)).toEqual(
      expect.arrayContaining(["SmolLM2-135M", "Mixtral-8x7B-v0.1", "gpt-oss-20b", "shape-dense-116m"]),
    );
    expect(entries.every(({ source }) => source === "shape")).toBe(true);
  });

  test.each(entries)("$id holds a config and a manifest, and no weights", ({ folder }) => {
    expect(readdirSync(folder).sort()).toEqual(["config.json", "manifest.json"]);
    expect(manifestOf({ folder })?.licence).toMatch(/\w/);
  });

  test.each(entries)("$id has the parameters that were published", ({ folder }) => {
    const architecture = architectureOf(folder);
    const { hub, config, published } = manifestOf({ folder }) ?? {};
    expect(config).toBe(hub && `https://huggingface.co/${hub}/blob/main/config.json`);
    // A shape of our own has nothing to agree with.
    expect(published === undefined).toBe(hub === undefined);
    if (published === undefined) return;
    const off = (counted: number, stated: number): number => Math.abs(counted / stated - 1);
    expect(off(parametersTotal(architecture), published.parameters_total)).toBeLessThan(0.01);
    const active = published.parameters_active;
    expect(active === undefined).toBe(architecture.blocks.every(({ feedForward }) => feedForward.kind !== "sparse"));
    if (active === undefined) return;
    // Whoever differs says why, and nobody excuses what needs no excuse.
    expect(off(parametersActive(architecture), active) > 0.03).toBe(published.active_differs !== undefined);
  });
});

describe("manifestOf", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), "perjoule-catalog-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test("is absent where there is no manifest", () => {
    expect(manifestOf({ folder })).toBeUndefined();
  });

  test("names the file and the key that are wrong", () => {
    const file = path.join(folder, "manifest.json");
    writeFileSync(file, '{"licence": "MIT", "licenze": 1}');
    expect(() => manifestOf({ folder })).toThrow(/manifest\.json is no manifest: .*licenze/);
    writeFileSync(file, "{");
    expect(() => manifestOf({ folder })).toThrow(/manifest\.json: not valid JSON/);
  });

  test("catalogModels passes over what has no config", () => {
    mkdirSync(path.join(folder, "b"));
    mkdirSync(path.join(folder, "a"));
    writeFileSync(path.join(folder, "a", "config.json"), "{}");
    expect(catalogModels(folder)).toEqual([{ id: "a", folder: path.join(folder, "a"), source: "shape" }]);
    expect(catalogModels(path.join(folder, "absent"))).toEqual([]);
  });
});
