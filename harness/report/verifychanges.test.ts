import { describe, expect, test } from "vitest";
import type { ModelRecord } from "../model.ts";
import type { TaskData } from "../task.ts";
import { definition, questionsOf } from "./run.support.ts";
import { modelChange, questionChange, taskChange } from "./verifychanges.ts";
import { machine } from "./verify.support.ts";

const A = "a".repeat(64);
const B = "b".repeat(64);
const record = (more: Partial<ModelRecord>): ModelRecord => ({
  id: "m",
  folder: "/there/m",
  source: "checkpoint",
  sha256: A,
  tokenizer_sha256: A,
  ...more,
});

describe("modelChange", () => {
  test("is nothing where all hashes are the same, in another folder too", () => {
    expect(modelChange(record({}), { folder: "/here/m", sha256: A, tokenizer_sha256: A })).toBeUndefined();
    const files = { "config.json": A, "model.safetensors": B };
    expect(modelChange(record({ files }), { folder: "/here/m", files })).toBeUndefined();
  });

  test("names every file that is another, missing or new, with both hashes to 12 digits and the folder here", () => {
    const there = { "config.json": A, "model.safetensors": A, "tokenizer.json": A };
    const here = { "config.json": A, "model.safetensors": B, "generation_config.json": B };
    const change = modelChange(record({ files: there }), { folder: "/here/m", files: here });
    expect(change).toMatchObject({ kind: "model", id: "m" });
    expect(change?.why).toMatch(
      /^in "\/here\/m" model\.safetensors is another \(sha256 aaaaaaaaaaaa there, bbbbbbbbbbbb here\), tokenizer\.json is missing, there is generation_config\.json, which the run did not have; put /,
    );
  });

  test("of an older run says which files were hashed together", () => {
    const why = modelChange(record({}), { folder: "/here/m", sha256: B, tokenizer_sha256: A })?.why;
    expect(why).toContain(
      "config.json and the weight files together differ (sha256 aaaaaaaaaaaa there, bbbbbbbbbbbb here); put",
    );
    const other = modelChange(record({ source: "onnx" }), { folder: "/here/m", sha256: A, tokenizer_sha256: B })?.why;
    expect(other).toMatch(/^in "\/here\/m" tokenizer\.json and tokenizer_config\.json together differ \(/);
  });

  test("sees a tokenizer where a stand-in was, and the other way round", () => {
    const { tokenizer_sha256: _hash, ...standIn } = record({ tokenizer: "stand_in" });
    expect(modelChange(standIn, { folder: "/m", sha256: A })).toBeUndefined();
    expect(modelChange(standIn, { folder: "/m", sha256: A, tokenizer_sha256: B })?.why).toContain(
      "sha256 none there, bbbbbbbbbbbb here",
    );
  });
});

describe("taskChange", () => {
  const data = (sha256: string): TaskData[] => [
    { split: "test", source: "test.jsonl", files: [{ name: "test.jsonl", bytes: 1, sha256 }] },
  ];
  const there = { definition: definition(), sha256: A, questions: 5 };

  test("is nothing where the hash is the same, and names the data file that is not", () => {
    expect(taskChange({ ...there, data: data(A) }, { id: "t", sha256: A, data: data(A) })).toBeUndefined();
    expect(taskChange({ ...there, data: data(A) }, { id: "t", sha256: B, data: data(B) })).toMatchObject({
      kind: "task",
      id: "t",
      why: expect.stringMatching(
        /^its data file test\.jsonl is another \(sha256 aaaaaaaaaaaa there, bbbbbbbbbbbb here\); /,
      ),
    });
    expect(taskChange({ ...there, data: data(A) }, { id: "t", sha256: B, data: [] })?.why).toMatch(
      /^its data file test\.jsonl is missing; /,
    );
  });

  test("blames the definition where all data is the same, and both where nobody recorded the data", () => {
    expect(taskChange({ ...there, data: data(A) }, { id: "t", sha256: B, data: data(A) })?.why).toMatch(
      /^its definition differs \(sha256 /,
    );
    expect(taskChange(there, { id: "t", sha256: B, data: data(A) })?.why).toMatch(
      /^its definition and data together differ \(sha256 /,
    );
  });
});

describe("questionChange", () => {
  const versions = [machine(), { perjoule: "0.2.0" }] as const;

  test("is nothing of the first questions of a run, and counts those in other words and those that it did not put", () => {
    expect(questionChange("t", questionsOf(20), questionsOf(5), versions)).toBeUndefined();
    const [one, ...others] = questionsOf(5);
    const asked = [{ ...one, id: "q0", prompt: "Example. 0?", target: "yes" }, ...others];
    expect(questionChange("t", questionsOf(20), asked, versions)).toMatchObject({
      kind: "task",
      why: expect.stringMatching(
        / 1 of 5 questions are not put in the same words \(perjoule 0\.1\.0 there, 0\.2\.0 here\); /,
      ),
    });
    expect(questionChange("t", questionsOf(4), questionsOf(6), versions)?.why).toContain(" 2 of 6 questions ");
  });
});
