import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ModelRecord } from "../model.ts";
import { embeddedModels, exportedGraph, findModel, sourceOf } from "./models.ts";
import { describeModel, prepareModel } from "./prepare.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), "perjoule-models-"));
});
afterEach(() => rmSync(root, { recursive: true }));

function model(id: string, ...files: string[]): string {
  const folder = path.join(root, id);
  for (const file of files.length > 0 ? files : ["readme.txt"]) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), "{}");
  }
  return folder;
}

describe("sourceOf", () => {
  test("tells the kinds of model folder apart, checkpoints first", () => {
    expect(sourceOf(model("a", "model.safetensors", "onnx/model.onnx"))).toBe("checkpoint");
    expect(sourceOf(model("b", "model.safetensors.index.json"))).toBe("checkpoint");
    expect(sourceOf(model("c", "onnx/model.onnx", "script.json"))).toBe("onnx");
    expect(sourceOf(model("d", "model.onnx"))).toBe("onnx");
    expect(sourceOf(model("e", "script.json"))).toBe("script");
    expect(sourceOf(model("f"))).toBeUndefined();
    expect(sourceOf(path.join(root, "absent"))).toBeUndefined();
  });

  test("calls a config without weights a shape, unless there are weights that cannot be read", () => {
    expect(sourceOf(model("a", "config.json", "tokenizer.json"))).toBe("shape");
    expect(sourceOf(model("b", "config.json", "model.safetensors"))).toBe("checkpoint");
    for (const file of ["pytorch_model.bin", "model-q4.gguf", "model-00001-of-00002.safetensors", "model_q4.onnx"]) {
      expect(sourceOf(model(`with ${file}`, "config.json", file))).toBeUndefined();
    }
  });
});

describe("exportedGraph", () => {
  test("prefers the onnx folder of an exported model", () => {
    const folder = model("a", "model.onnx", "onnx/model.onnx");
    expect(exportedGraph(folder)).toBe(path.join(folder, "onnx/model.onnx"));
    expect(() => exportedGraph(model("b", "script.json"))).toThrow("no ONNX graph");
  });
});

describe("embeddedModels", () => {
  test("lists model folders by name and passes over everything else", () => {
    model("b", "script.json");
    model("a", "model.safetensors");
    model("notes");
    writeFileSync(path.join(root, "recipe.py"), "");
    expect(embeddedModels(root).map(({ id, source }) => `${id} ${source}`)).toEqual(["a checkpoint", "b script"]);
    expect(embeddedModels(path.join(root, "absent"))).toEqual([]);
  });
});

describe("findModel", () => {
  test("takes the path of a folder and calls it by its name", () => {
    const folder = model("toy", "script.json");
    expect(findModel(folder)).toEqual({ id: "toy", folder, source: "script" });
    expect(findModel(`${folder}/`)).toEqual({ id: "toy", folder, source: "script" });
  });

  test("says what it looked for in a folder without a model", () => {
    expect(() => findModel(model("notes"))).toThrow(/holds no model: looked for .*model\.safetensors.*script\.json/);
  });

  test("takes the id of a model of the catalog, and suggests one", () => {
    const found = findModel("Qwen3-0.6B");
    expect(found).toMatchObject({ id: "Qwen3-0.6B", source: "shape" });
    expect(path.basename(path.dirname(found.folder))).toBe("catalog");
    expect(() => findModel("qwen3-0.6")).toThrow('unknown model "qwen3-0.6"; did you mean Qwen3-0.6B');
  });

  test("says what a folder or a file has that is no model", () => {
    expect(() => findModel(model("torch", "config.json", "pytorch_model.bin"))).toThrow(
      /holds its weights as "pytorch_model\.bin", which is not read/,
    );
    const file = path.join(model("toy", "script.json"), "script.json");
    expect(() => findModel(file)).toThrow(`"${file}" is a file; a model is a folder`);
  });

  test("refuses an unknown name and says how to name one", () => {
    expect(() => findModel("pocket-dense-xs")).toThrow(/unknown model "pocket-dense-xs"; .*perjoule models ls/);
  });
});

describe("prepareModel", () => {
  test("of a script has a hash of it and no graph, and leaves unknown facts out", async () => {
    const prepared = await prepareModel({ id: "toy", folder: model("toy", "script.json"), source: "script" }, () => {});
    expect(prepared.graph).toBeUndefined();
    expect(ModelRecord.parse(prepared.record)).toEqual(prepared.record);
    expect(prepared.record).not.toHaveProperty("weight_bytes");
    // SHA-256 of "{}".
    expect(prepared.record.sha256).toBe("44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");
  });

  test("of a folder with its own graph points to it", async () => {
    const folder = model("foreign", "onnx/model.onnx");
    for (const name of ["config.json", "tokenizer.json", "tokenizer_config.json"])
      writeFileSync(path.join(folder, name), "{}");
    const prepared = await prepareModel({ id: "foreign", folder, source: "onnx" }, () => {});
    expect(prepared.graph).toBe(path.join(folder, "onnx/model.onnx"));
  });
});

describe("describeModel", () => {
  test("says no more of a script than what it is", async () => {
    const toy = { id: "toy", folder: root, source: "script" } as const;
    expect(await describeModel(toy)).toEqual(toy);
  });
});
