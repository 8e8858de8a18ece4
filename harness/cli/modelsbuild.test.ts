import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { randomTensors, writeCheckpoint } from "../../models/build/checkpoint.support.ts";
import { CheckpointError } from "../../models/build/checkpointerror.ts";
import { buildCommand } from "./modelsbuild.ts";
import type { BuildFlags } from "./modelsflags.ts";
import { contextWith, DENSE, MIXTURE, shapeFolder, squeezed } from "./modelscommands.support.ts";

const plain = { json: false };

describe("buildCommand", () => {
  test("builds a shape with random weights and says where the graph is and what it is", async () => {
    const context = contextWith();
    expect(await buildCommand(shapeFolder(MIXTURE), { json: true, precision: "int8", lowering: "rows" }, context)).toBe(
      0,
    );
    const document = JSON.parse(context.out.join("")) as { path: string };
    expect(document).toMatchObject({
      precision: "int8",
      lowering: "rows",
      weights: "random",
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      architecture: "mixtral",
    });
    expect(path.dirname(path.dirname(document.path))).toBe(path.join(context.cacheDir, "onnx"));
    expect(existsSync(document.path)).toBe(true);
    expect(context.err[0]).toMatch(/^building the graph of .*: mixtral, \d+ parameters, int8, rows, random\n$/);
  });

  test("takes a checkpoint's own weights in fp32 if nothing is said, and finds what is built without a word", async () => {
    const context = contextWith();
    const folder = writeCheckpoint(DENSE, randomTensors(DENSE));
    await buildCommand(folder, plain, context);
    const lines = squeezed(context.out.join(""));
    expect(lines[0]).toMatch(/^graph \| .*-fp32\/model\.onnx$/);
    expect(lines.slice(1)).toEqual([
      expect.stringMatching(/^weights \| [\d.]+ kB, stored$/),
      "precision | fp32",
      expect.stringMatching(/^sha256 \| /),
    ]);
    const told = context.err.length;
    await buildCommand(folder, plain, context);
    expect(context.err).toHaveLength(told);
    expect(context.out[1]).toBe(context.out[0]);
  });

  test("takes for auto, which is what unsaid means, what is the fastest in the precision", async () => {
    const lowering = async (flags: Partial<BuildFlags>): Promise<unknown> => {
      const context = contextWith();
      await buildCommand(shapeFolder(MIXTURE), { json: true, ...flags }, context);
      return (JSON.parse(context.out.join("")) as { lowering: unknown }).lowering;
    };
    expect(await lowering({})).toBe("rows");
    expect(await lowering({ lowering: "auto", precision: "int4" })).toBe("fused");
    expect(await lowering({ lowering: "branch", precision: "int4" })).toBe("branch");
  });

  test("leaves nothing behind when the user goes away", async () => {
    const context = contextWith();
    const { build } = context;
    const leaving: typeof build = (folder, { onWritten, ...options }) =>
      build(folder, {
        ...options,
        onWritten(bytes, total) {
          if (bytes > total / 2) context.stop();
          onWritten?.(bytes, total);
        },
      });
    const running = buildCommand(shapeFolder(DENSE), plain, { ...context, build: leaving });
    await expect(running).rejects.toThrow("interrupted while the graph was built; nothing of it was kept");
    expect(readdirSync(path.join(context.cacheDir, "onnx"))).toEqual([]);
    expect(context.out).toEqual([]);
  });

  test("listens for the user only while a graph is written", async () => {
    const heard: string[] = [];
    const context = contextWith();
    const listen = (): (() => void) => {
      heard.push("listens");
      return () => void heard.push("stops");
    };
    const folder = shapeFolder(DENSE);
    await buildCommand(folder, plain, { ...context, listen });
    await buildCommand(folder, plain, { ...context, listen });
    expect(heard).toEqual(["listens", "stops"]);
  });

  test("refuses what there is nothing to build from, each with one clear error", async () => {
    const context = contextWith();
    const refused = (name: string, flags: object = {}): Promise<number> =>
      buildCommand(name, { ...plain, ...flags }, context);
    await expect(refused(shapeFolder(DENSE), { weights: "stored" })).rejects.toThrow(
      /has a config\.json and no weights/,
    );
    await expect(refused(shapeFolder({ model_type: "mamba" }))).rejects.toThrow(CheckpointError);
    const exported = shapeFolder(DENSE);
    writeFileSync(path.join(exported, "model.onnx"), "");
    await expect(refused(exported)).rejects.toThrow("brings a graph of its own");
    const script = shapeFolder(DENSE);
    writeFileSync(path.join(script, "script.json"), "{}");
    await expect(refused(script)).rejects.toThrow("it is a script");
    await expect(refused("pocket-dense-z")).rejects.toThrow(
      /unknown model "pocket-dense-z"; did you mean pocket-dense-/,
    );
    expect(existsSync(path.join(context.cacheDir, "onnx"))).toBe(false);
  });

  test("names the config.json that a checkpoint lacks", async () => {
    const folder = shapeFolder(DENSE);
    writeFileSync(path.join(folder, "model.safetensors"), "");
    rmSync(path.join(folder, "config.json"));
    await expect(buildCommand(folder, plain, contextWith())).rejects.toThrow(/cannot read .*config\.json \(ENOENT\)/);
  });
});
