import { existsSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { ROOT, versions } from "./root.ts";

test("ROOT holds what comes with perjoule", () => {
  for (const name of ["package.json", "models", "tasks"]) expect(existsSync(path.join(ROOT, name))).toBe(true);
});

test("versions are those of the packages", () => {
  expect(versions().perjoule).toMatch(/^\d+\.\d+\.\d+/);
  expect(versions().onnxruntime).toMatch(/^\d+\.\d+\.\d+/);
});
