import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { parseString } from "fast-csv";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exportedOnly, SHARED, untrainedTwin } from "./shareddata.support.ts";
import { ROOT } from "./store/root.ts";

const model = (id: string): string => path.join(SHARED, "models", id);
const data = (name: string): string => path.join(SHARED, "tasks", name);

let work: string;
beforeAll(() => {
  work = mkdtempSync(path.join(os.tmpdir(), "perjoule-shared-"));
});
afterAll(() => rmSync(work, { recursive: true }));

type Row = Readonly<Record<string, string>>;

/** Runs the compiled program; the rows of its metrics.csv. */
async function measure(name: string, ...args: string[]): Promise<Row[]> {
  const out = path.join(work, name);
  const main = path.join(ROOT, "dist", "harness", "main.js");
  await promisify(execFile)(process.execPath, [main, "run", "--meter", "none", "--quiet", "-o", out, ...args]);
  return new Promise((resolve, reject) => {
    const rows: Row[] = [];
    parseString(readFileSync(path.join(out, "metrics.csv"), "utf8"), { headers: true })
      .on("error", reject)
      .on("data", (row: Row) => rows.push(row))
      .on("end", () => resolve(rows));
  });
}

/** Every task that has its data there, by the place of it. */
const PLACES = {
  arc_challenge: "arc",
  arc_easy: "arc",
  blimp: "blimp",
  gsm8k: "gsm8k",
  hellaswag: "hellaswag_subset",
  lambada_openai: "lambada_openai",
  mmlu: "mmlu",
  tinystories: "tinystories_sample",
  truthfulqa_mc1: "truthfulqa",
  truthfulqa_mc2: "truthfulqa",
  wikitext: "wikitext2/valid.txt",
};

// Real checkpoints and task sets; without them these are skipped.
describe.skipIf(!existsSync(SHARED))("on real data", () => {
  test("every task whose data is there runs with models that others made", { timeout: 300_000 }, async () => {
    const models = [model("TinyStories-656K"), model("tinystories-instruct-3M-chat")];
    const places = Object.entries(PLACES).flatMap(([task, place]) => ["--data", `${task}=${data(place)}`]);
    const tasks = Object.keys(PLACES);
    const rows = await measure("all", "-m", models.join(","), "-t", tasks.join(","), "--limit", "2", ...places);
    expect([...new Set(rows.map((row) => row["task"]))]).toEqual(expect.arrayContaining(tasks));
    for (const { task, metric, filter, value } of rows) {
      expect(value, `${task} ${metric} ${filter}`).toMatch(/\d/);
      expect(Number(value), `${task} ${metric} ${filter}`).toBeGreaterThanOrEqual(0);
    }
    const filters = rows.filter(({ task, metric }) => task === "gsm8k" && metric === "exact_match");
    expect(new Set(filters.map((row) => row["filter"]))).toEqual(new Set(["strict-match", "flexible-extract"]));
  });

  // The figures are of a loop written apart from perjoule: total log-likelihood of each bare sentence after the beginning of text.
  test(
    "BLiMP's 4,600 pairs give an independent loop's figures, and a coin's without training",
    { timeout: 600_000 },
    async () => {
      const untrained = untrainedTwin(model("TinyStories-656K"), path.join(work, "untrained"));
      const models = ["tinystories-instruct-3M-chat", "TinyStories-656K", "stories260K"].map(model);
      const place = `blimp_sentences=${data("blimp")}`;
      const rows = await measure(
        "blimp",
        "-m",
        [...models, untrained].join(","),
        "-t",
        "blimp_sentences",
        "--data",
        place,
      );
      const whole = rows.filter((row) => row["task"] === "blimp_sentences");
      const accuracy = Object.fromEntries(whole.map((row) => [row["model"], 100 * Number(row["value"])]));
      expect(whole.map((row) => row["questions"])).toEqual(["4600", "4600", "4600", "4600"]);
      expect(Math.abs((accuracy["tinystories-instruct-3M-chat"] as number) - 59.9)).toBeLessThan(0.2);
      expect(Math.abs((accuracy["TinyStories-656K"] as number) - 52.7)).toBeLessThan(0.2);
      expect(Math.abs((accuracy["stories260K"] as number) - 53.4)).toBeLessThan(0.2);
      const [twin] = whole.filter((row) => row["model"] === "untrained");
      expect(Number(twin?.["value_low"])).toBeLessThan(0.5);
      expect(Number(twin?.["value_high"])).toBeGreaterThan(0.5);
      // By paradigm chance is no coin: without training the shorter of two sentences is the likelier.
      expect(rows.filter((row) => row["model"] === "untrained")).toHaveLength(1 + 23);
    },
  );

  test("stories cost bits per byte, the same by our graph as by another's", { timeout: 120_000 }, async () => {
    const exported = exportedOnly(model("stories260K"), path.join(work, "stories260K-exported"));
    const models = [model("stories260K"), exported, model("TinyStories-656K")];
    const place = `tinystories=${data("tinystories_sample")}`;
    const rows = await measure("stories", "-m", models.join(","), "-t", "tinystories", "--data", place);
    const bits = rows.filter((row) => row["metric"] === "bits_per_byte").map((row) => Number(row["value"]));
    expect(bits).toHaveLength(3);
    expect(bits[0]).toBeCloseTo(bits[1] as number, 4);
    // What a model knows of a text is worth something, and no model of this size writes half of it by itself.
    for (const one of bits) expect(one > 0.5 && one < 2).toBe(true);
  });
});
