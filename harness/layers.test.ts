import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "./store/root.ts";

const HARNESS = path.join(ROOT, "harness");

/** Lowest first. A file imports from its own layer and from those before it. */
const LAYERS = [
  ["units", "present"],
  ["stats"],
  ["model", "metric", "task", "observation", "run", "claim", "report"],
  ["meter"],
  ["engine"],
  ["solver"],
  ["execute"],
  ["score"],
  ["store"],
  ["cost"],
  ["report/"],
  ["api"],
  ["cli"],
  ["main"],
] as const;

/** `report.ts` is a noun, `report/` a verb: the slash tells them apart. */
function layerOf(file: string): number {
  const relative = path.relative(HARNESS, file);
  const [first = ""] = relative.split(path.sep);
  const isFolder = relative.includes(path.sep);
  const name = first.replace(/\.ts$/, "");
  const key = isFolder && name === "report" ? "report/" : name;
  return LAYERS.findIndex((names) => (names as readonly string[]).includes(key));
}

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !/\.(test|support)\.ts$/.test(name))
    .map((name) => path.join(folder, name));
}

/** Relative imports of a file, types included, as absolute paths. */
function imports(file: string): string[] {
  const text = readFileSync(file, "utf8");
  return [...text.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)].map((match) =>
    path.resolve(path.dirname(file), match[1] as string),
  );
}

test("every source of the harness belongs to a layer", () => {
  expect(sources(HARNESS).filter((file) => layerOf(file) < 0)).toEqual([]);
});

test("imports of the harness go one way", () => {
  const wrong = sources(HARNESS).flatMap((file) =>
    imports(file)
      .filter((target) => target.startsWith(HARNESS) && layerOf(target) > layerOf(file))
      .map((target) => `${path.relative(HARNESS, file)} -> ${path.relative(HARNESS, target)}`),
  );
  expect(wrong).toEqual([]);
});

const NOUNS = ["units", "model", "metric", "task", "observation", "run", "claim", "report"].map(
  (noun) => `harness/${noun}.ts`,
);

/** Folders beside the harness, and what each may import but for itself: folders end with a slash. */
const BESIDE = [
  ["models/build", NOUNS],
  ["models/inspect", [...NOUNS, "models/build/"]],
  // A benchmark of kernels has the harness's statistics, tables and runtime, and none of what runs a plan.
  [
    "models/bench",
    [
      ...NOUNS,
      "models/build/",
      "models/inspect/",
      "harness/stats/",
      "harness/engine/",
      "harness/store/",
      "harness/report/",
    ],
  ],
  ["harness", ["models/build/", "models/inspect/"]],
] as const;

test.each(BESIDE)("%s imports from no folder that it should not know", (folder, allowed) => {
  const wrong = sources(path.join(ROOT, folder)).flatMap((file) =>
    imports(file)
      .map((target) => path.relative(ROOT, target).replaceAll(path.sep, "/"))
      .filter((target) => /^(harness|models|tasks)\//.test(target) && !target.startsWith(`${folder}/`))
      .filter((target) => !allowed.some((one) => (one.endsWith("/") ? target.startsWith(one) : target === one)))
      .map((target) => `${path.relative(ROOT, file)} -> ${target}`),
  );
  expect(wrong).toEqual([]);
});
