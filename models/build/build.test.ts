import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { AutoTokenizer } from "@huggingface/transformers";
import { InferenceSession } from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import { buildModel } from "./build.ts";
import { randomTensors, temporaryFolder, writeCheckpoint } from "./checkpoint.support.ts";
import { describeCheckpoint } from "./describe.ts";
import { openModel } from "./model.ts";
import { loadReference } from "./reference.ts";
import { greedy, largestDifference, openGraph } from "./session.support.ts";

const data = fileURLToPath(new URL("../../../shared/data/", import.meta.url));
const models = `${data}models/`;
const cacheDir = temporaryFolder();
const tolerance = 1e-4;

/** Feeds both graphs the tokens that the first one prefers, and returns what was written and how far logits were apart. */
async function decodeSideBySide(paths: [string, string], prompt: number[], tokens: number) {
  const readings = await Promise.all(paths.map(openGraph));
  const written: number[][] = [[], []];
  let apart = 0;
  let next = prompt;
  for (let count = 0; count < tokens; count++) {
    const [ours, theirs] = await Promise.all(readings.map(async (reading) => (await reading.next([next]))[0]!));
    for (const [position, logits] of ours!.entries())
      apart = Math.max(apart, largestDifference(logits, theirs![position]!));
    const choices = [ours, theirs].map((logits) => greedy(logits!.at(-1)!));
    choices.forEach((choice, which) => written[which]!.push(choice));
    next = [choices[0]!];
  }
  await Promise.all(readings.map((reading) => reading.close()));
  return { written, apart };
}

describe.skipIf(!existsSync(models))("buildModel on trained checkpoints", () => {
  it.each(["TinyStories-656K", "stories260K"])("%s equals its ONNX export over 200 greedy tokens", async (id) => {
    const { onnxPath } = await buildModel(models + id, { cacheDir });
    const { written, apart } = await decodeSideBySide([onnxPath, `${models}${id}/onnx/model.onnx`], [1, 50, 60], 200);
    expect(apart).toBeLessThan(tolerance);
    expect(written[0]).toEqual(written[1]);
  });

  it("a mixture of eight equal experts equals its dense base", async () => {
    const built = await Promise.all(
      ["derived-mixtral-8x2-TinyStories-656K", "TinyStories-656K"].map((id) => buildModel(models + id, { cacheDir })),
    );
    const { written, apart } = await decodeSideBySide([built[0]!.onnxPath, built[1]!.onnxPath], [1], 200);
    expect(apart).toBeLessThan(tolerance);
    expect(written[0]).toEqual(written[1]);
  });

  it("stories260K writes the published greedy text", async () => {
    const published = readFileSync(`${data}reference/llama2c/stories260K.md`, "utf8");
    const text = /-t 0\.0\n([^`]*?)\n```/.exec(published)![1]!;
    const tokenizer = await AutoTokenizer.from_pretrained(`${models}stories260K`, { local_files_only: true });
    const graph = await openGraph((await buildModel(`${models}stories260K`, { cacheDir })).onnxPath);
    const written: number[] = [];
    // run.c starts with the beginning-of-sequence token and stops when it comes again, or after 256 tokens.
    for (let token = 1; written.length < 256; written.push(token)) {
      token = greedy((await graph.next([[token]]))[0]![0]!);
      if (token === 1) break;
    }
    await graph.close();
    expect(tokenizer.decode(written, { skip_special_tokens: true }).trim()).toBe(text);
  });

  it("describes TinyStories-656K and its mixture as their makers do", async () => {
    expect(await describeCheckpoint(`${models}TinyStories-656K`)).toEqual({
      modelType: "llama",
      layers: 2,
      hidden: 128,
      heads: 8,
      kvHeads: 4,
      headDim: 16,
      vocab: 2048,
      context: 512,
      parametersTotal: 656_000,
      parametersActive: 656_000,
    });
    const mixture = await describeCheckpoint(`${models}derived-mixtral-8x2-TinyStories-656K`);
    expect(mixture.experts).toEqual({ count: 8, perToken: 2 });
    expect(mixture.parametersTotal - mixture.parametersActive).toBe(2 * 6 * 3 * 128 * 384);
  });
});

describe("buildModel", () => {
  const config = {
    model_type: "qwen3_moe",
    vocab_size: 40,
    hidden_size: 32,
    num_hidden_layers: 1,
    num_attention_heads: 2,
    num_key_value_heads: 2,
    head_dim: 16,
    max_position_embeddings: 32,
    rms_norm_eps: 1e-6,
    moe_intermediate_size: 16,
    num_experts: 4,
    num_experts_per_tok: 1,
  };

  it("builds once, and again when a byte of the checkpoint differs", async () => {
    const root = temporaryFolder();
    const notes: string[] = [];
    const options = { cacheDir: root, onProgress: (note: string) => notes.push(note) };
    const folder = writeCheckpoint(config, randomTensors(config));
    const first = await buildModel(folder, options);
    expect(await buildModel(folder, options)).toEqual(first);
    expect(await buildModel(writeCheckpoint(config, randomTensors(config)), options)).toEqual(first);
    expect(notes.filter((note) => note.startsWith("building"))).toHaveLength(1);
    const other = await buildModel(writeCheckpoint(config, randomTensors(config, 2)), options);
    expect(other.sha256).not.toBe(first.sha256);
    expect(readdirSync(join(root, "onnx"))).toHaveLength(2);
  });

  it("leaves nothing in the cache when it is stopped half-way", async () => {
    const root = temporaryFolder();
    const folder = writeCheckpoint(config, randomTensors(config));
    const onWritten = (bytes: number, total: number) => {
      if (bytes > total / 2) throw new Error("stopped");
    };
    await expect(buildModel(folder, { cacheDir: root, onWritten })).rejects.toThrow("stopped");
    expect(readdirSync(join(root, "onnx"))).toEqual([]);
  });

  it("refuses a tensor of a type it cannot read, by its name, before it writes", async () => {
    const root = temporaryFolder();
    const tensors = randomTensors(config);
    const name = "model.layers.0.mlp.experts.3.down_proj.weight";
    tensors[name] = { ...tensors[name]!, dtype: "I32" };
    await expect(buildModel(writeCheckpoint(config, tensors), { cacheDir: root })).rejects.toThrow(name);
    expect(readdirSync(root)).toEqual([]);
  });

  it.each(["fp32", "fp16", "int8", "int4"] as const)(
    "refuses a weight that is no number in %s, by its tensor",
    async (precision) => {
      const root = temporaryFolder();
      const tensors = randomTensors(config);
      const name = "model.layers.0.mlp.experts.2.up_proj.weight";
      new Float32Array(tensors[name]!.bytes.buffer)[7] = NaN;
      const building = buildModel(writeCheckpoint(config, tensors), { cacheDir: root, precision });
      await expect(building).rejects.toThrow(new RegExp(`"${name}" in .* holds NaN`));
      expect(readdirSync(join(root, "onnx"))).toEqual([]);
    },
  );

  it("leaves nothing in the cache when the folder is refused", async () => {
    const root = temporaryFolder();
    const folder = writeCheckpoint(config, randomTensors(config));
    writeFileSync(join(folder, "model.safetensors"), "not weights");
    await expect(buildModel(folder, { cacheDir: root })).rejects.toThrow(/model\.safetensors/);
    expect(readdirSync(root)).toEqual([]);
  });

  it.each(["F16", "BF16"] as const)("%s weights give the logits of their exact float32 values", async (dtype) => {
    const tensors = randomTensors(config);
    for (const [name, { shape, bytes }] of Object.entries(tensors)) {
      tensors[name] = { dtype, shape, bytes: shortened(dtype, new Float32Array(bytes.buffer)) };
    }
    const folder = writeCheckpoint(config, tensors);
    const { architecture, checkpoint } = await openModel(folder);
    const reference = (await loadReference(architecture, checkpoint))();
    await checkpoint.close();
    const graph = await openGraph((await buildModel(folder, { cacheDir })).onnxPath);
    for (const token of [3, 1, 4]) {
      expect(largestDifference((await graph.next([[token]]))[0]![0]!, reference.next(token))).toBeLessThan(tolerance);
    }
    await graph.close();
  });

  it("declares the inputs and outputs of its contract", async () => {
    const { onnxPath } = await buildModel(writeCheckpoint(config, randomTensors(config)), { cacheDir });
    const session = await InferenceSession.create(onnxPath);
    const signature = (values: readonly InferenceSession.ValueMetadata[]) =>
      values.map((value) => (value.isTensor ? `${value.name} ${value.type} [${value.shape.join(", ")}]` : value.name));
    expect(signature(session.inputMetadata)).toEqual([
      "input_ids int64 [batch_size, sequence_length]",
      "attention_mask int64 [batch_size, total_sequence_length]",
      "position_ids int64 [batch_size, sequence_length]",
      "num_logits_to_keep int64 []",
      "past_key_values.0.key float32 [batch_size, 2, past_sequence_length, 16]",
      "past_key_values.0.value float32 [batch_size, 2, past_sequence_length, 16]",
    ]);
    expect(signature(session.outputMetadata)).toEqual([
      "logits float32 [batch_size, num_logits, 40]",
      "present.0.key float32 [batch_size, 2, total_sequence_length, 16]",
      "present.0.value float32 [batch_size, 2, total_sequence_length, 16]",
      "appended float32 [batch_size, 4, sequence_length, 16]",
    ]);
    await session.release();
  });
});

/** Elements in two bytes each: the upper half of a float32, or a half float of those small sizes that need no rounding rule. */
function shortened(dtype: "F16" | "BF16", elements: Float32Array): Uint8Array {
  const words = new Uint32Array(elements.buffer, elements.byteOffset, elements.length);
  const halves = Uint16Array.from(words, (word) => {
    if (dtype === "BF16") return word >>> 16;
    const exponent = ((word >>> 23) & 0xff) - 127 + 15;
    return exponent <= 0 ? 0 : ((word >>> 16) & 0x8000) | (exponent << 10) | ((word >>> 13) & 0x3ff);
  });
  return new Uint8Array(halves.buffer);
}
