/** Small random models whose logits were computed by an independent implementation: the judge of graph and reference alike. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { buildModel } from "./build.ts";
import { temporaryFolder } from "./checkpoint.support.ts";
import { openModel } from "./model.ts";
import { loadReference } from "./reference.ts";
import { largestDifference, openGraph } from "./session.support.ts";

const golden = fileURLToPath(new URL("../golden/", import.meta.url));
const names = readdirSync(golden).filter((name) => existsSync(join(golden, name, "logits.json")));
const cacheDir = temporaryFolder();

/** How far logits may be apart: the largest difference of any of them. */
const tolerance = 1e-4;

interface Golden {
  tokens: number[];
  /** [position][vocab] */
  logits: number[][];
}

describe.each(names)("golden logits of %s", (name) => {
  const folder = join(golden, name);
  const { tokens, logits } = JSON.parse(readFileSync(join(folder, "logits.json"), "utf8")) as Golden;
  const half = Math.floor(tokens.length / 2);

  function distance(found: readonly ArrayLike<number>[]): number {
    expect(found).toHaveLength(logits.length);
    return Math.max(...found.map((each, position) => largestDifference(each, logits[position]!)));
  }

  it("reference", async () => {
    const { architecture, checkpoint } = await openModel(folder);
    const reading = (await loadReference(architecture, checkpoint))();
    await checkpoint.close();
    expect(distance(tokens.map((token) => reading.next(token)))).toBeLessThan(tolerance);
  });

  it.each([
    { way: "the whole prompt at once", parts: [tokens] },
    { way: "token by token", parts: tokens.map((token) => [token]) },
    { way: "in two parts", parts: [tokens.slice(0, half), tokens.slice(half)] },
  ])("graph, $way", async ({ parts }) => {
    const graph = await openGraph((await buildModel(folder, { cacheDir })).onnxPath);
    const found: Float32Array[] = [];
    for (const part of parts) found.push(...(await graph.next([part]))[0]!);
    await graph.close();
    expect(distance(found)).toBeLessThan(tolerance);
  });
});
