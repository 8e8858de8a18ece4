import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  randomTensors,
  safetensorsBytes,
  temporaryFolder,
  writeCheckpoint,
  type TensorContent,
} from "./checkpoint.support.ts";
import { CheckpointError } from "./checkpointerror.ts";
import { openModel } from "./model.ts";
import { tensorsOf } from "./tensors.ts";
import { whole } from "./weights.ts";

const config = {
  model_type: "llama",
  vocab_size: 40,
  hidden_size: 32,
  num_hidden_layers: 1,
  num_attention_heads: 4,
  max_position_embeddings: 64,
  rms_norm_eps: 1e-5,
  intermediate_size: 48,
  tie_word_embeddings: true,
};
const tensors = randomTensors(config);
const queryName = "model.layers.0.self_attn.q_proj.weight";

async function refusal(folder: string): Promise<string> {
  const error = await openModel(folder).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(CheckpointError);
  expect((error as Error).message).toContain(folder);
  return (error as Error).message;
}

/** Splits a checkpoint in two shards with an index of the given weight map, by default the true one. */
function shard(folder: string, map?: Record<string, string>): void {
  rmSync(join(folder, "model.safetensors"));
  const halves: Record<string, TensorContent>[] = [{}, {}];
  Object.entries(tensors).forEach(([name, tensor], i) => (halves[i % 2]![name] = tensor));
  const files = halves.map((half, i) => [`model-0000${i + 1}-of-00002.safetensors`, half] as const);
  for (const [file, half] of files) writeFileSync(join(folder, file), safetensorsBytes(half));
  const trueMap = Object.fromEntries(files.flatMap(([file, half]) => Object.keys(half).map((name) => [name, file])));
  writeFileSync(join(folder, "model.safetensors.index.json"), JSON.stringify({ weight_map: map ?? trueMap }));
}

describe("openModel", () => {
  it("reads shards as it reads one file", async () => {
    const folder = writeCheckpoint(config, tensors);
    shard(folder);
    const { architecture, checkpoint } = await openModel(folder);
    for (const tensor of tensorsOf(architecture)) {
      const elements = await checkpoint.read(whole(tensor));
      expect(new Uint8Array(elements.buffer)).toEqual(new Uint8Array(tensors[tensor.name]!.bytes));
    }
    await checkpoint.close();
  });

  it("accepts a tied matrix under the name of the head, and under both", async () => {
    const { "model.embed_tokens.weight": embedding, ...others } = tensors;
    const underHead = { ...others, "lm_head.weight": embedding! };
    for (const stored of [underHead, { ...underHead, ...tensors }]) {
      const { architecture, checkpoint } = await openModel(writeCheckpoint(config, stored));
      const elements = await checkpoint.read(architecture.embedding);
      expect(new Uint8Array(elements.buffer)).toEqual(new Uint8Array(embedding!.bytes));
      await checkpoint.close();
    }
  });

  it("accepts names without the first part, and the masks and frequencies of old checkpoints", async () => {
    const gpt2 = { model_type: "gpt2", vocab_size: 40, n_embd: 16, n_layer: 1, n_head: 2, n_positions: 8 };
    const bare = Object.entries(randomTensors(gpt2)).map(([name, tensor]) => [
      name.replace("transformer.", ""),
      tensor,
    ]);
    const mask = { dtype: "F32", shape: [1], bytes: new Uint8Array(4) };
    const extra = { "h.0.attn.bias": mask, "h.0.attn.masked_bias": mask, "h.0.attn.rotary_emb.inv_freq": mask };
    const { architecture, checkpoint } = await openModel(
      writeCheckpoint(gpt2, { ...(Object.fromEntries(bare) as Record<string, TensorContent>), ...extra }),
    );
    expect(architecture.embedding.tensor.name).toBe("transformer.wte.weight");
    expect(await checkpoint.read(architecture.embedding)).toHaveLength(40 * 16);
    await checkpoint.close();
  });

  it("follows links to files elsewhere, as the hub's cache has them", async () => {
    const [folder, blobs] = [writeCheckpoint(config, tensors), temporaryFolder()];
    renameSync(join(folder, "model.safetensors"), join(blobs, "a1b2"));
    symlinkSync(join(blobs, "a1b2"), join(folder, "model.safetensors"));
    const { architecture, checkpoint } = await openModel(folder);
    expect(await checkpoint.read(architecture.embedding)).toHaveLength(40 * 32);
    await checkpoint.close();
  });

  it("names every missing tensor in one error", async () => {
    const { [queryName]: _, "model.norm.weight": __, ...others } = tensors;
    expect(await refusal(writeCheckpoint(config, others))).toMatch(
      /lacks 2 tensors .*: .*q_proj\.weight, model\.norm\.weight/,
    );
  });

  it("names a misshapen tensor, its shape and the one it should have", async () => {
    const folder = writeCheckpoint(config, { ...tensors, [queryName]: { ...tensors[queryName]!, shape: [16, 64] } });
    expect(await refusal(folder)).toContain(`${queryName} should be [32, 32] and is [16, 64]`);
  });

  it("refuses tensors that the graph would silently leave out", async () => {
    const bias = { dtype: "F32", shape: [1], bytes: new Uint8Array(4) };
    expect(await refusal(writeCheckpoint(config, { ...tensors, "model.layers.0.mlp.up_proj.bias": bias }))).toMatch(
      /does not read.*up_proj\.bias/,
    );
  });

  it("refuses weights of a dtype that is none of weights, before anything is read", async () => {
    const bytes = { dtype: "I32", shape: [32, 32], bytes: new Uint8Array(4 * 32 * 32) };
    expect(await refusal(writeCheckpoint(config, { ...tensors, [queryName]: bytes }))).toMatch(
      /stores tensor ".*q_proj\.weight" as I32; weights may be F32, F16, BF16, F64, MXFP4/,
    );
  });

  it("refuses a tensor that two shards hold", async () => {
    const folder = writeCheckpoint(config, tensors);
    shard(folder);
    writeFileSync(join(folder, "model-00002-of-00002.safetensors"), safetensorsBytes(tensors));
    expect(await refusal(folder)).toMatch(/both .*00001-of-00002.* and .*00002-of-00002.* hold tensor "/);
  });

  it("refuses a weight_map that climbs out of the folder", async () => {
    for (const file of ["../../etc/passwd", "/etc/passwd", "a/../../b"]) {
      const folder = writeCheckpoint(config, tensors);
      shard(folder, { [queryName]: file });
      expect(await refusal(folder)).toContain(`names the file "${file}", which lies outside`);
    }
  });

  it("names tensors that the index promises and no shard holds", async () => {
    const folder = writeCheckpoint(config, tensors);
    shard(folder, { [queryName]: "model-00001-of-00002.safetensors", ghost: "model-00002-of-00002.safetensors" });
    expect(await refusal(folder)).toMatch(/no shard holds: ghost;/);
  });

  it("names a shard that is not there", async () => {
    const folder = writeCheckpoint(config, tensors);
    shard(folder, { [queryName]: "model-00003-of-00003.safetensors" });
    expect(await refusal(folder)).toMatch(/cannot open .*model-00003-of-00003/);
  });

  it("refuses a folder in the place of a file", async () => {
    const folder = writeCheckpoint(config, tensors);
    shard(folder, { [queryName]: "a/.." });
    expect(await refusal(folder)).toMatch(/is not a file/);
    rmSync(join(folder, "config.json"));
    mkdirSync(join(folder, "config.json"));
    expect(await refusal(folder)).toMatch(/config\.json: it is not a file/);
  });

  it("refuses a config that is absent or not JSON, an index without a weight_map, a folder without weights", async () => {
    const folder = writeCheckpoint(config, tensors);
    rmSync(join(folder, "model.safetensors"));
    expect(await refusal(folder)).toMatch(/holds neither model\.safetensors nor model\.safetensors\.index\.json/);
    writeFileSync(join(folder, "model.safetensors.index.json"), "{}");
    expect(await refusal(folder)).toMatch(/has no weight_map/);
    writeFileSync(join(folder, "config.json"), '{"model_type": llama}');
    expect(await refusal(folder)).toMatch(/config\.json is not JSON/);
    rmSync(join(folder, "config.json"));
    expect(await refusal(folder)).toMatch(/cannot read .*config\.json \(ENOENT\)/);
  });
});
