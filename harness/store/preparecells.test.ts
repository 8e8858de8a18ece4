import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { temporaryFolder } from "../../models/build/checkpoint.support.ts";
import { cellsOf } from "../execute/plan.ts";
import type { Lowering, Model } from "../model.ts";
import { present } from "../present.ts";
import { Cell, Plan } from "../run.ts";
import { layersByModel } from "./depth.ts";
import { expertsOf } from "./prepare.ts";
import { type PreparedCells, prepareCells } from "./preparecells.ts";

const before = process.env["PERJOULE_CACHE"];
beforeEach(() => void (process.env["PERJOULE_CACHE"] = temporaryFolder()));
afterEach(() => {
  if (before === undefined) delete process.env["PERJOULE_CACHE"];
  else process.env["PERJOULE_CACHE"] = before;
});

const SHAPE = {
  vocab_size: 64,
  hidden_size: 32,
  intermediate_size: 32,
  num_hidden_layers: 1,
  num_attention_heads: 2,
  num_key_value_heads: 1,
  max_position_embeddings: 64,
  rms_norm_eps: 1e-5,
};
const EXPERTS = { model_type: "mixtral", num_local_experts: 4, num_experts_per_tok: 2 };

function folderOf(id: string, file: string, content: object): string {
  const folder = path.join(temporaryFolder(), id);
  mkdirSync(folder);
  writeFileSync(path.join(folder, file), JSON.stringify(content));
  return folder;
}

const dense = (more: object = {}): Model => ({
  id: "dense",
  folder: folderOf("dense", "config.json", { ...SHAPE, model_type: "llama", ...more }),
  source: "shape",
});
const sparse = (more: object = {}): Model => ({
  id: "sparse",
  folder: folderOf("sparse", "config.json", { ...SHAPE, ...EXPERTS, ...more }),
  source: "shape",
});
const toy = (): Model => ({ id: "toy", folder: folderOf("toy", "script.json", { otherwise: "4" }), source: "script" });

interface Prepared extends PreparedCells {
  readonly built: readonly string[];
  /** What was measured to find what `auto` stands for. */
  readonly measured: readonly string[];
}

/** The cells of a plan on two tasks; `fastest` by precision where it is asked. */
async function prepared(
  models: readonly Model[],
  more: Partial<Plan>,
  fastest: (precision: string) => Lowering = () => "rows",
): Promise<Prepared> {
  const plan = Plan.parse({ models: ["m"], tasks: ["t"], weights: "random", ...more });
  const planned = [];
  const cut = await layersByModel(models, plan.depth);
  for (const model of models) {
    const layers = cut.get(model.id);
    planned.push(present({ ...model, experts: await expertsOf(model, layers), layers }));
  }
  const notes: string[] = [];
  const measured: string[] = [];
  const ready = await prepareCells(
    new Map(models.map((model) => [model.id, model])),
    cellsOf(
      plan,
      planned,
      ["addition", "sort"].map((id) => ({ id, definition: { output_type: "generate_until" as const } })),
    ),
    (note) => void notes.push(note),
    async ({ id }, { precision, device, threads, layers }) => {
      measured.push([id, precision, device, threads, ...(layers === undefined ? [] : [layers])].join(" "));
      return fastest(precision);
    },
  );
  return { ...ready, built: notes.filter((note) => note.startsWith("building the graph")), measured };
}

const graphsOf = ({ records }: PreparedCells, id: string): unknown[] | undefined =>
  records[id]?.graphs?.map(({ precision, lowering, weights }) => [precision, lowering, weights]);

describe("prepareCells", () => {
  test("builds every graph once, for all tasks and threads, and records each", async () => {
    const ready = await prepared([dense(), sparse()], {
      precision: ["fp32", "int8"],
      lowering: ["rows", "branch"],
      threads: [1, 2],
    });
    expect(ready.cells).toHaveLength((2 + 4) * 2 * 2);
    expect(ready.built).toHaveLength(2 + 4);
    expect(graphsOf(ready, "dense")).toEqual([
      ["fp32", undefined, "random"],
      ["int8", undefined, "random"],
    ]);
    expect(graphsOf(ready, "sparse")).toEqual([
      ["fp32", "rows", "random"],
      ["fp32", "branch", "random"],
      ["int8", "rows", "random"],
      ["int8", "branch", "random"],
    ]);
    for (const cell of ready.cells) {
      expect(Cell.parse(cell)).toEqual(cell);
      const variant = ["int8", "rows", "branch"].map((part) => [part, cell.key.includes(part)] as const);
      const graph = ready.prepared.get(cell.key)?.graph;
      for (const [part, isPart] of variant) expect(path.dirname(graph ?? "").includes(`-${part}`)).toBe(isPart);
    }
    const bytes = ready.records["sparse"]?.graphs?.map((graph) => graph.weight_bytes);
    expect(bytes?.[2]).toBeLessThan((bytes?.[0] as number) / 2);
  });

  test("finds what auto stands for once for a model in a precision on a device with so many threads", async () => {
    const ready = await prepared([dense(), sparse()], { precision: ["fp32", "int8"], threads: [1, 2] }, (precision) =>
      precision === "int8" ? "rows" : "branch",
    );
    expect([...ready.measured].sort()).toEqual([
      "sparse fp32 cpu 1",
      "sparse fp32 cpu 2",
      "sparse int8 cpu 1",
      "sparse int8 cpu 2",
    ]);
    expect(ready.built).toHaveLength(2 + 2);
    for (const { key, model, precision, lowering } of ready.cells) {
      expect(lowering).toBe(model === "dense" ? undefined : { fp32: "branch", int8: "rows" }[precision]);
      expect(key.includes("lowering-auto")).toBe(model === "sparse");
    }
  });

  test("builds part of the layers, and records what ran", async () => {
    const models = [dense({ num_hidden_layers: 6 }), sparse({ num_hidden_layers: 4 })];
    const [whole, half] = [await prepared(models, {}), await prepared(models, { depth: "1/2" })];
    expect(half.measured).toEqual(["sparse fp32 cpu 1 2"]);
    for (const cell of half.cells) expect(Cell.parse(cell)).toEqual(cell);
    expect(half.cells.map(({ model, layers }) => [model, layers])).toEqual([
      ["dense", 3],
      ["sparse", 2],
      ["dense", 3],
      ["sparse", 2],
    ]);
    expect(whole.cells.every((cell) => !("layers" in cell) && !cell.key.includes("layers"))).toBe(true);
    for (const id of ["dense", "sparse"]) {
      const [all, part] = [whole.records[id], half.records[id]];
      expect(part?.sha256).not.toBe(all?.sha256);
      expect(part?.parameters_total).toBeLessThan(all?.parameters_total as number);
      expect(part?.parameters_active).toBeLessThan(all?.parameters_active as number);
      expect(part?.graphs?.[0]?.weight_bytes).toBeLessThan(all?.graphs?.[0]?.weight_bytes as number);
    }
  });

  test("gives a folder without a tokenizer a stand-in, and says so in the record", async () => {
    const ready = await prepared([dense()], {});
    expect(ready.records["dense"]).toMatchObject({ tokenizer: "stand_in", graphs: [{ weights: "random" }] });
    expect(ready.records["dense"]).not.toHaveProperty("tokenizer_sha256");
    expect([...ready.prepared.values()].map(({ standIn }) => standIn)).toEqual([
      { vocabulary: 64 },
      { vocabulary: 64 },
    ]);
  });

  test("takes a script as it is", async () => {
    const ready = await prepared([toy()], { precision: ["int4"], lowering: ["rows"] });
    expect(ready.records["toy"]).not.toHaveProperty("graphs");
    expect(ready.cells.map(({ precision }) => precision)).toEqual(["none", "none"]);
    expect([ready.built, ready.measured]).toEqual([[], []]);
  });

  test("refuses to ask a shape for answers of its own, and says what it can do", async () => {
    await expect(prepared([dense()], { weights: "stored" })).rejects.toThrow(
      /"dense" has a config\.json and no weights .* --weights random measures/,
    );
  });
});
