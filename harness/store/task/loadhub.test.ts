import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { commitOfBranch, type HubServer, hubServer } from "../hub/server.support.ts";
import { CAPITAL_ROWS, taskText } from "./load.support.ts";
import { loadTask } from "./load.ts";

const DATA = { "data/test.jsonl": CAPITAL_ROWS, "data/train.jsonl": '{"country":"Chad","capital":"N\'Djamena"}\n' };

let folder: string;
let hub: HubServer;
beforeEach(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), "perjoule-taskhub-"));
  hub = await hubServer({ "me/capitals": { main: DATA } });
  vi.stubEnv("HF_ENDPOINT", hub.endpoint);
  vi.stubEnv("PERJOULE_CACHE", path.join(folder, "cache"));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await hub.close();
  rmSync(folder, { recursive: true });
});

const onTheHub = (): string => {
  const file = path.join(folder, "task.yaml");
  const keys = {
    dataset_path: "me/capitals",
    dataset_kwargs: undefined,
    test_split: "test",
    training_split: "train",
    num_fewshot: 1,
    doc_to_text: "Q: What is the capital of {{country}}?\nA:",
    doc_to_target: "capital",
  };
  writeFileSync(file, taskText(keys));
  return file;
};

test("loadTask asks from a data set of the hub, with examples from another split, and says from which commit", async () => {
  const notes: string[] = [];
  const { questions, data } = await loadTask(onTheHub(), { onNote: (note) => notes.push(note), limit: 2 });
  expect(questions.map(({ prompt, target }) => [prompt, target])).toEqual([
    ["Q: What is the capital of Chad?\nA: N'Djamena\n\nQ: What is the capital of France?\nA:", "Paris"],
    ["Q: What is the capital of Chad?\nA: N'Djamena\n\nQ: What is the capital of Italy?\nA:", "Rome"],
  ]);
  const source = (split: string): string => `hub:me/capitals@${commitOfBranch(DATA)}/default/${split}`;
  expect(data.map((one) => [one.split, one.source])).toEqual([
    ["test", source("test")],
    ["few-shot: train", source("train")],
  ]);
  expect(notes.filter((note) => note.startsWith("pulling me/capitals"))).toHaveLength(2);
});

test("loadTask asks the same without a network once it was pulled, and otherwise says what to do", async () => {
  const first = await loadTask(onTheHub());
  await hub.close();
  const notes: string[] = [];
  expect(await loadTask(onTheHub(), { onNote: (note) => notes.push(note) })).toEqual(first);
  expect(notes[0]).toMatch(/^the hub cannot be reached .*using the copy of [0-9a-f]{40}, pulled \d{4}-/);
  vi.stubEnv("PERJOULE_CACHE", path.join(folder, "other"));
  await expect(loadTask(onTheHub())).rejects.toThrow(/"me\/capitals".*cannot be reached.*--data toy=PATH/);
});
