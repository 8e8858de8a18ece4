import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildModel } from "../../models/build/build.ts";
import { ROOT } from "../store/root.ts";
import type { LoadedModel } from "./engine.ts";
import { openOnnx } from "./onnx.ts";
import { openTokenizer } from "./tokenizer.ts";

const SHARED = path.join(ROOT, "..", "shared", "data");
const STORIES = path.join(SHARED, "models", "stories260K");

describe.skipIf(!existsSync(STORIES))("openOnnx on stories260K", () => {
  let cacheDir = "";
  let model: LoadedModel;
  beforeAll(async () => {
    cacheDir = mkdtempSync(path.join(os.tmpdir(), "perjoule-onnx-"));
    const { onnxPath } = await buildModel(STORIES, { cacheDir });
    const engine = await openOnnx(onnxPath, STORIES, { device: "cpu", threads: 1 });
    model = { engine, tokenizer: await openTokenizer(STORIES) };
  });
  afterAll(async () => {
    await model.engine.close();
    rmSync(cacheDir, { recursive: true, force: true });
  });

  test("generate writes the published text", async () => {
    const published = readFileSync(path.join(SHARED, "reference", "llama2c", "stories260K.md"), "utf8");
    const { tokenizer, engine } = model;
    const { tokens, finish } = await engine.generate(tokenizer.encode(""), { maxTokens: 200 }, () => "continue");
    expect(finish).toBe("length");
    const written = tokenizer.decode(tokens).replaceAll(/\s+/g, " ").trim();
    expect(published.replaceAll(/\s+/g, " ")).toContain(written);
  });

  test("generate tells of each token and stops when told", async () => {
    const { tokenizer, engine } = model;
    const told: number[] = [];
    const { tokens, finish } = await engine.generate(tokenizer.encode("Once"), { maxTokens: 50 }, (token) =>
      told.push(token) === 3 ? "stop" : "continue",
    );
    expect([tokens, finish]).toEqual([told, "stop"]);
    expect(told).toHaveLength(3);
  });

  test("score of continuations after a shared context equals scoring each token after a context of its own", async () => {
    const { tokenizer, engine } = model;
    const context = tokenizer.encode("Once upon a time, there was a little");
    const continuations = [" girl named Lily.", " boy", " big red ball in the park"].map((text) =>
      tokenizer.encode(text).slice(1),
    );
    const together = await engine.score(context, continuations);
    for (const [i, continuation] of continuations.entries()) {
      let sum = 0;
      for (const [j, token] of continuation.entries()) {
        const [one] = await engine.score([...context, ...continuation.slice(0, j)], [[token]]);
        sum += one?.sum ?? Number.NaN;
      }
      expect(together[i]?.sum).toBeCloseTo(sum, 3);
    }
  });

  test("score calls greedy exactly what generate writes", async () => {
    const { tokenizer, engine } = model;
    const context = tokenizer.encode("Once upon a");
    const { tokens } = await engine.generate(context, { maxTokens: 8 }, () => "continue");
    const [written, other] = await engine.score(context, [tokens, tokens.toReversed()]);
    expect([written?.greedy, other?.greedy]).toEqual([true, false]);
  });
});
