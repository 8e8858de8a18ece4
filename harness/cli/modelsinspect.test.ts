import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { buildModel } from "../../models/build/build.ts";
import { randomTensors, writeCheckpoint } from "../../models/build/checkpoint.support.ts";
import { UsageError } from "./flags.ts";
import { contextWith, DENSE, MIXTURE, shapeFolder, squeezed } from "./modelscommands.support.ts";
import type { InspectFlags } from "./modelsflags.ts";
import { inspectCommand } from "./modelsinspect.ts";

async function inspected(name: string, flags: Partial<InspectFlags> = {}): Promise<string> {
  const context = contextWith();
  expect(await inspectCommand(name, { json: false, error: false, ...flags }, context)).toBe(0);
  return context.out.join("");
}
const documentOf = async (name: string, flags: Partial<InspectFlags> = {}): Promise<Record<string, unknown>> =>
  JSON.parse(await inspected(name, { ...flags, json: true })) as Record<string, unknown>;

/** Heads of 16, of keys and values one of them: 2 layers x 2 x 16 x 4 bytes. */
const CACHE_BYTES = 256;

describe("inspectCommand", () => {
  test("has the sizes of a dense graph in SI units, and what a token takes at a context", async () => {
    const document = await documentOf(shapeFolder(DENSE), { context: 10 });
    expect(document).toMatchObject({
      precision: "fp32",
      weights: "random",
      kv_bytes_per_token: CACHE_BYTES,
      context: 10,
      batch: 1,
      mixtures: [],
      elements: [{ type: "float32", bits: 32 }],
    });
    expect(document).not.toHaveProperty("lowering");
    expect(document).not.toHaveProperty("trace");
    expect(document).not.toHaveProperty("error");
    const { decoded_token: token, parameters_active: active } = document as {
      decoded_token: Record<string, number>;
      parameters_active: number;
    };
    expect(token["kv_bytes"]).toBe(10 * CACHE_BYTES);
    expect(token["weight_bytes"]).toBe(4 * active);
    // Two for each weight of a matrix and a little attention; the embedding's one row is looked up.
    expect(token["flops"]).toBeGreaterThan(1.9 * (active - 64));
  });

  test("reads fewer weights a token where a batch shares them", async () => {
    const folder = shapeFolder(MIXTURE);
    const [one, four] = [await documentOf(folder), await documentOf(folder, { batch: 4 })];
    const read = (document: Record<string, unknown>): number =>
      (document["decoded_token"] as { weight_bytes: number }).weight_bytes;
    expect(read(four)).toBeLessThan(read(one) / 2);
    expect(read(four)).toBeGreaterThan(read(one) / 4);
  });

  test.each([
    ["branch", "int8", "one If an expert"],
    ["fused", "fp32", "one MoE node"],
    ["fused", "int4", "one QMoE node"],
  ] as const)("says what %s makes of experts in %s", async (lowering, precision, how) => {
    const lines = squeezed(await inspected(shapeFolder(MIXTURE), { lowering, precision }));
    expect(lines).toContain(`made by | perjoule: ${precision}, ${lowering}`);
    expect(lines.find((line) => line.includes("experts a token"))).toMatch(
      new RegExp(`^2 of 4 experts a token declared, 2 executed: ${how} .*\\(2 layers\\)$`),
    );
  });

  test("reads a foreign graph, by its file or by its folder", async () => {
    const { onnxPath } = await buildModel(shapeFolder(DENSE), { weights: "random", cacheDir: shapeFolder({}) });
    const document = await documentOf(onnxPath);
    expect(document).toMatchObject({ model: onnxPath, path: onnxPath, kv_bytes_per_token: CACHE_BYTES });
    expect(document).not.toHaveProperty("precision");
    const folder = path.dirname(onnxPath);
    expect(await documentOf(folder)).toMatchObject({ model: folder, path: onnxPath });
    expect(squeezed(await inspected(onnxPath))).toContainEqual(
      expect.stringMatching(/^made by \| perjoule [0-9a-f]+$/),
    );
  });

  test("traces routing in a run of its own, and tells distinct experts beside even routing", async () => {
    const document = await documentOf(shapeFolder(MIXTURE), { trace: ["words ".repeat(40)], batch: 3 });
    const { trace } = document as { trace: { layers: Record<string, number | number[]>[] } };
    expect(trace).toMatchObject({ batch: 3, steps: 20 });
    expect(trace.layers).toHaveLength(2);
    for (const layer of trace.layers) {
      expect(layer).toMatchObject({ experts: 4, per_token: 2, distinct_uniform: 4 * (1 - 0.5 ** 3) });
      const distinct = layer["distinct"] as number[];
      expect(distinct).toHaveLength(20);
      expect(distinct.every((count) => count >= 2 && count <= 4)).toBe(true);
    }
    const text = await inspected(shapeFolder(MIXTURE), { trace: ["a few words"] });
    expect(text).toMatch(/routing of the given text \(in made-up tokens.*: 3 steps of one row, .* nothing is timed/);
  });

  test("has the error of a precision against fp32, smaller for eight bits than for four", async () => {
    const folder = writeCheckpoint(DENSE, randomTensors(DENSE));
    const file = path.join(folder, "text.txt");
    writeFileSync(file, "some words of a text, of which the made-up tokens are made. ".repeat(4));
    const errorIn = async (precision: "fp16" | "int8" | "int4"): Promise<Record<string, number>> =>
      (await documentOf(folder, { precision, error: true, text: file }))["error"] as Record<string, number>;
    const [half, eight, four] = [await errorIn("fp16"), await errorIn("int8"), await errorIn("int4")];
    for (const key of ["logit_error_relative", "kl_divergence_nats_mean", "kl_divergence_nats_p99"] as const) {
      expect(half?.[key]).toBeGreaterThan(0);
      expect(eight?.[key]).toBeGreaterThan(half?.[key] as number);
      expect(four?.[key]).toBeGreaterThan(eight?.[key] as number);
    }
    expect(half).toMatchObject({ tokens: 60, of: `"${file}" (in made-up tokens, for want of a tokenizer)` });
    expect(half?.["top1_agreement"]).toBeGreaterThan(0.95);
    expect(await inspected(folder, { precision: "int4", error: true, text: file })).toContain(
      "int4 against fp32 over 60 tokens",
    );
  });

  test("refuses flags that say nothing of the graph", async () => {
    const folder = shapeFolder(DENSE);
    await expect(inspected(folder, { error: true })).rejects.toThrow(UsageError);
    writeFileSync(path.join(folder, "model.onnx"), "");
    await expect(inspected(folder, { precision: "int8" })).rejects.toThrow(/--precision: .* was built elsewhere/);
    await expect(inspected(folder, { error: true })).rejects.toThrow(UsageError);
  });

  test("has one clear error for a file that is no graph or is not there, and for a dense graph to be traced", async () => {
    const folder = shapeFolder(DENSE);
    const file = path.join(folder, "config.json");
    await expect(inspected(file)).rejects.toThrow(/config\.json .*it is no ONNX model/);
    await expect(inspected("absent.onnx")).rejects.toThrow(/cannot open absent\.onnx \(ENOENT\)/);
    await expect(inspected("pocket-dense-q")).rejects.toThrow(/did you mean pocket-dense-/);
    await expect(inspected(folder, { trace: [] })).rejects.toThrow("it has no mixture of experts");
    const empty = path.join(folder, "empty");
    mkdirSync(empty);
    await expect(inspected(empty)).rejects.toThrow("holds no model");
    rmSync(empty, { recursive: true });
  });
});
