import { mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { chooseLowering, describeTimes, fastestLowering } from "./fastestlowering.ts";
import type { Lowering, Model } from "../model.ts";

const before = process.env["PERJOULE_CACHE"];
let cache = "";
beforeEach(
  () => void (process.env["PERJOULE_CACHE"] = cache = mkdtempSync(path.join(os.tmpdir(), "perjoule-lowering-"))),
);
afterEach(() => {
  if (before === undefined) delete process.env["PERJOULE_CACHE"];
  else process.env["PERJOULE_CACHE"] = before;
});

function mixtral(shape: object): Model {
  const folder = mkdtempSync(path.join(os.tmpdir(), "perjoule-lowering-"));
  const config = {
    model_type: "mixtral",
    vocab_size: 64,
    hidden_size: 32,
    intermediate_size: 32,
    num_hidden_layers: 2,
    num_attention_heads: 2,
    num_key_value_heads: 1,
    num_local_experts: 4,
    num_experts_per_tok: 2,
    max_position_embeddings: 64,
    rms_norm_eps: 1e-5,
    ...shape,
  };
  writeFileSync(path.join(folder, "config.json"), JSON.stringify(config));
  return { id: "tiny", folder, source: "shape" };
}

async function found(
  model: Model,
  precision: "fp32" | "int4" = "fp32",
  device: "cpu" | "cuda" = "cpu",
  part: { layers?: number } = {},
) {
  const notes: string[] = [];
  const lowering = await fastestLowering(model, { precision, device, threads: 1, ...part }, (note) => notes.push(note));
  return { lowering, notes };
}

describe("fastestLowering", () => {
  test("measures once, and remembers", async () => {
    const model = mixtral({});
    const first = await found(model);
    expect(first.notes[0]).toBe("timing the lowerings of tiny in fp32 on cpu with 1 thread");
    expect(first.notes[1]).toMatch(
      /^lowering of tiny .*: (fused|rows|branch) \(its experts, .*: fused .* ms, rows .* ms, branch .* ms\)$/,
    );
    expect((await found(model)).notes).toEqual([first.notes[1]]);
    expect((await found(model, "int4")).notes).toHaveLength(2);
  });

  test("measures part of the layers apart from all of them", async () => {
    const model = mixtral({});
    await found(model);
    expect((await found(model, "fp32", "cpu", { layers: 1 })).notes).toHaveLength(2);
    expect((await found(model, "fp32", "cpu", { layers: 1 })).notes).toHaveLength(1);
    expect(readdirSync(path.join(cache, "lowering"))).toHaveLength(2);
  });

  test("keeps the times and none of the graphs", async () => {
    await found(mixtral({}));
    const [key = ""] = readdirSync(path.join(cache, "lowering"));
    expect(readdirSync(path.join(cache, "lowering", key))).toEqual([".sizes.json", "times.json"]);
  });

  test.each(["garbage", "{}", '{"fused":3}', '{"rows":{"decode":-1,"prefill":1}}'])(
    "times again where the cache holds %j",
    async (text) => {
      const model = mixtral({});
      await found(model);
      const [key = ""] = readdirSync(path.join(cache, "lowering"));
      const folder = path.join(cache, "lowering", key);
      writeFileSync(path.join(folder, "times.json"), text);
      writeFileSync(path.join(folder, ".sizes.json"), JSON.stringify({ "times.json": text.length }));
      expect((await found(model)).notes[0]).toMatch(/^timing the lowerings/);
    },
  );

  test("leaves out a lowering that the shape does not allow", async () => {
    const { notes } = await found(mixtral({ intermediate_size: 24 }), "int4");
    expect(notes[1]).not.toContain("fused");
    expect(notes[1]).toMatch(/rows .*branch/);
  });

  test("does not measure layers that would fill the memory", async () => {
    const { lowering, notes } = await found(mixtral({ hidden_size: 4096, intermediate_size: 14_336, head_dim: 64 }));
    expect(lowering).toBe("branch");
    expect(notes).toEqual([
      "lowering of tiny in fp32 on cpu with 1 thread: branch, unmeasured, as a layer of experts takes 2.8 GB",
    ]);
  });

  test("leaves a device that does not start to the cells that run on it", async () => {
    const { lowering, notes } = await found(mixtral({}), "fp32", "cuda");
    expect(lowering).toBe("branch");
    expect(notes.at(-1)).toMatch(/branch, as timing them failed: /);
    expect(readdirSync(path.join(cache, "lowering"))).toEqual([]);
  });
});

describe("chooseLowering", () => {
  const time = (decode: number, prefill: number) => ({ decode, prefill });

  test.each<[Lowering, Parameters<typeof chooseLowering>[0]]>([
    ["fused", { fused: time(1, 12), rows: time(3, 10), branch: time(2, 10) }],
    // Reading a prompt ten times as fast outweighs writing a tenth slower.
    ["rows", { fused: time(1, 100), rows: time(1.1, 10), branch: time(2, 50) }],
    // However much faster it writes: a task may be all prompt.
    ["rows", { fused: time(1, 30), rows: time(2, 10), branch: time(2.5, 10) }],
    // 3 % is what a second measurement would differ by.
    ["branch", { rows: time(0.97, 9.7), branch: time(1, 10) }],
    ["rows", { rows: time(0.9, 9), branch: time(1, 10) }],
    ["branch", {}],
  ])("%s", (expected, times) => {
    expect(chooseLowering(times)).toBe(expected);
  });

  test("is told with what it was chosen by", () => {
    expect(describeTimes({ rows: time(0.001, 0.02), branch: time(0.000_51, 0.0123) })).toBe(
      "its experts, of a token and of a prompt of 64: rows 1.00 and 20.0 ms, branch 0.510 and 12.3 ms",
    );
  });
});
