import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { createRunFolder } from "../store/folder.ts";
import { deriveReport } from "./derive.ts";
import { writeLmEval } from "./lmeval.ts";
import { CHOICES, GROUP, outputOf, recorded, SUMS } from "./lmeval.support.ts";

const names = (given: ReturnType<typeof recorded>): string[] => [...outputOf(given).files.keys()];

describe("lmEvalOutput", () => {
  test("is the golden file, of texts under two filters, choices and a group", async () => {
    const { files, notes } = outputOf(recorded([SUMS, CHOICES, GROUP]));
    const text = [...files].map(([name, content]) => `== ${name}\n${content}`).join("");
    await expect(text).toMatchFileSnapshot("lmeval.fixture.txt");
    expect(notes).toEqual([]);
  });

  test("names a folder by the model, and files by when the run began", () => {
    expect(names(recorded([CHOICES], [{ model: "org/name:1" }]))).toEqual([
      "lm-eval/org__name__1/results_2026-11-23T03-45-00.000000.json",
      "lm-eval/org__name__1/samples_sky_2026-11-23T03-45-00.000000.jsonl",
    ]);
  });

  test("tells the settings of a model apart by what differs", () => {
    const cells = [
      { precision: "fp32" },
      { precision: "int8" },
      { model: "b", threads: 4 },
      { model: "b", threads: 1 },
      { model: "c" },
      { model: "d" },
      { model: "d", solver: "vote:3" },
    ];
    const folders = names(recorded([CHOICES], cells)).map((name) => name.split("/")[1]);
    expect([...new Set(folders)]).toEqual([
      "a__fp32",
      "a__int8",
      "b__threads-4",
      "b__threads-1",
      "c",
      "d__direct",
      "d__vote-3",
    ]);
  });

  test("leaves out random weights and says so", () => {
    const cells = [{}, { model: "b", weights: "random" as const }];
    const { files, notes } = outputOf(recorded([CHOICES], cells));
    expect([...files.keys()].filter((name) => !name.startsWith("lm-eval/a/"))).toEqual([]);
    expect(notes).toEqual([
      "answers of random weights are not judged, so lm-eval's files leave out b/sky/cpu/fp32/threads-1/random",
    ]);
  });
});

test("writeLmEval writes the same bytes each time, and nothing besides", async () => {
  const root = mkdtempSync(path.join(os.tmpdir(), "perjoule-lmeval-"));
  try {
    const { run, observations } = recorded([SUMS, GROUP], [{ precision: "fp32" }, { precision: "int8" }]);
    const store = createRunFolder(path.join(root, "run"));
    store.save(run);
    store.append(observations);
    const written = async (): Promise<Map<string, string>> => {
      expect(writeLmEval(await deriveReport(store.path))).toEqual([]);
      const all = readdirSync(path.join(store.path, "lm-eval"), { recursive: true, encoding: "utf8" });
      const files = all.filter((name) => name.includes(".")).toSorted();
      return new Map(
        files.map((name) => [`lm-eval/${name}`, readFileSync(path.join(store.path, "lm-eval", name), "utf8")]),
      );
    };
    const first = await written();
    expect(await written()).toEqual(first);
    expect(first).toEqual(outputOf({ run, observations }).files);
  } finally {
    rmSync(root, { recursive: true });
  }
});
