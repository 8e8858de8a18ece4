import { existsSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../root.ts";
import { locateData, splitWords } from "./locate.ts";
import { readRows } from "./readrows.ts";
import type { RowOptions } from "./row.ts";

/** Excerpts of published data sets as their authors laid them out; kept beside the repository where there are any. */
const DATA = path.join(ROOT, "..", "shared", "data", "tasks");

const MMLU = { columns: ["question", "A", "B", "C", "D", "answer"] };
const HEADINGS = { separator: { pattern: "^ \\n = [^=].* = $" } };

interface Case {
  readonly folder: string;
  readonly config?: string;
  readonly split: string;
  readonly files: number;
  readonly rows: number;
  readonly fields: string;
  readonly options?: RowOptions;
}
const CASES: readonly Case[] = [
  { folder: "arc", config: "ARC-Challenge", split: "test", files: 1, rows: 1172, fields: "id,question,choices,answer" },
  { folder: "arc", config: "ARC-Easy", split: "test", files: 1, rows: 2376, fields: "id,question,choices,answer" },
  {
    folder: "blimp",
    split: "train",
    files: 1,
    rows: 4600,
    fields: "UID,field,linguistics_term,sentence_good,sentence_bad,pair_id",
  },
  { folder: "gsm8k", config: "main", split: "test", files: 1, rows: 1319, fields: "question,answer" },
  { folder: "gsm8k", config: "main", split: "train", files: 1, rows: 200, fields: "question,answer" },
  ...(["test", "validation"] as const).map((split) => ({
    folder: "hellaswag_subset",
    split,
    files: 1,
    rows: 1000,
    fields: "question,choices,answer,id,domain",
    options: { members: splitWords(split) },
  })),
  { folder: "lambada_openai", config: "default", split: "test", files: 1, rows: 5153, fields: "text" },
  { folder: "mmlu", split: "test", files: 10, rows: 1321, fields: MMLU.columns.join(), options: MMLU },
  { folder: "mmlu", split: "dev", files: 10, rows: 50, fields: MMLU.columns.join(), options: MMLU },
  {
    folder: "mmlu",
    config: "econometrics",
    split: "test",
    files: 1,
    rows: 114,
    fields: MMLU.columns.join(),
    options: MMLU,
  },
  {
    folder: "truthfulqa",
    config: "multiple_choice",
    split: "validation",
    files: 1,
    rows: 813,
    fields: "Type,Category,Question,Best Answer,Correct Answers,Incorrect Answers,Source",
  },
  { folder: "wikitext2", split: "validation", files: 1, rows: 60, fields: "text", options: HEADINGS },
  {
    folder: "tinystories_sample",
    split: "validation",
    files: 1,
    rows: 5,
    fields: "text",
    options: { separator: "<|endoftext|>" },
  },
];

test.skipIf(!existsSync(DATA)).each(CASES)(
  "locateData and readRows read $rows rows of $folder, $split",
  async ({ folder, config, split, files, rows, fields, options }) => {
    const place = path.join(DATA, folder);
    const found = locateData(place, config === undefined ? { split } : { split, config });
    expect(found).toHaveLength(files);
    let count = 0;
    const names = new Set<string>();
    for (const file of found) {
      for await (const row of readRows(file, options)) {
        count++;
        names.add(Object.keys(row.fields).join());
      }
    }
    expect({ rows: count, fields: [...names] }).toEqual({ rows, fields: [fields] });
  },
);
