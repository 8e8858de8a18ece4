import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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

describe("openOnnx on random weights", () => {
  const VOCABULARY = 48;
  let folder = "";
  let graph = "";
  beforeAll(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), "perjoule-random-"));
    const shape = {
      model_type: "llama",
      vocab_size: VOCABULARY,
      hidden_size: 32,
      intermediate_size: 32,
      num_hidden_layers: 2,
      num_attention_heads: 2,
      num_key_value_heads: 1,
      max_position_embeddings: 32,
      rms_norm_eps: 1e-5,
      // Whatever is written first would end the text.
      eos_token_id: Array.from({ length: VOCABULARY }, (_, id) => id),
    };
    writeFileSync(path.join(folder, "config.json"), JSON.stringify(shape));
    graph = (await buildModel(folder, { cacheDir: folder, weights: "random" })).onnxPath;
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each([
    ["stored", 0, "end_of_text"],
    ["random", 9, "length"],
  ] as const)("with weights called %s writes %i of 9 tokens", async (weights, written, finish) => {
    const engine = await openOnnx(graph, folder, { device: "cpu", threads: 1, weights });
    const completion = await engine.generate([1, 2, 3], { maxTokens: 9 }, () => "continue");
    expect([completion.tokens.length, completion.finish]).toEqual([written, finish]);
    await engine.close();
  });

  test("keeps the logits of a continuation alone: scores are those of each token after all before it", async () => {
    const engine = await openOnnx(graph, folder, { device: "cpu", threads: 1 });
    const [context, continuation] = [
      [7, 3, 11, 2],
      [5, 40, 8],
    ];
    const [together] = await engine.score(context, [continuation]);
    let sum = 0;
    for (const [i, token] of continuation.entries()) {
      sum += (await engine.score([...context, ...continuation.slice(0, i)], [[token]]))[0]?.sum ?? Number.NaN;
    }
    expect(together?.sum).toBeCloseTo(sum, 4);
    await engine.close();
  });
});
