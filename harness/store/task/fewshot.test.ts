import { describe, expect, test } from "vitest";
import { TaskDefinition } from "../../task.ts";
import { exampleSampler, fewshotSplitOf } from "./fewshot.ts";
import type { Fields } from "../rows/row.ts";

const definition = (more: object = {}): TaskDefinition =>
  TaskDefinition.parse({
    task: "t",
    dataset_path: "json",
    training_split: "train",
    test_split: "test",
    doc_to_text: "q",
    doc_to_target: "a",
    target_delimiter: "=",
    fewshot_delimiter: ";",
    num_fewshot: 5,
    ...more,
  });
const docs = (prefix: string, count: number): Fields[] =>
  Array.from({ length: count }, (_, i) => ({ q: `${prefix}${i}`, a: String(i) }));
const pool = docs("p", 40);

/** The questions of the examples that each of the asked gets. */
function drawn(task: TaskDefinition, from: readonly Fields[], asked: readonly Fields[], seed = 1234): string[] {
  const examples = exampleSampler(task, from, seed);
  return asked.map((doc) =>
    examples(doc)
      .split(";")
      .slice(0, -1)
      .map((example) => example.split("=")[0])
      .join(" "),
  );
}

/*
 * Drawn by CPython 3.11: rnd = random.Random(seed); for each asked document rnd.sample(pool, n), or, where the documents are among
 * the pool, [x for x in rnd.sample(pool, n + 1) if x != doc][:n].
 */
describe("exampleSampler", () => {
  test("draws what Python draws for lm-eval, one stream for the whole task", () => {
    expect(drawn(definition(), pool, docs("a", 6))).toEqual([
      "p28 p7 p0 p5 p37",
      "p2 p5 p6 p22 p15",
      "p1 p22 p39 p30 p29",
      "p9 p5 p11 p7 p0",
      "p32 p31 p15 p4 p34",
      "p29 p4 p38 p5 p32",
    ]);
    expect(drawn(definition({ num_fewshot: 6 }), pool, docs("a", 2), 7)).toEqual([
      "p20 p9 p25 p3 p4 p34",
      "p6 p23 p37 p3 p32 p13",
    ]);
  });

  test("draws one more where the question may be among the examples, and leaves it out", () => {
    const same = definition({ fewshot_split: "test" });
    expect(drawn(same, pool, pool.slice(0, 6))).toEqual([
      "p28 p7 p5 p2 p36",
      "p6 p22 p15 p36 p35",
      "p22 p30 p29 p9 p5",
      "p7 p0 p32 p31 p15",
      "p34 p29 p5 p32 p2",
      "p17 p35 p4 p19 p30",
    ]);
    // Neither split has a name: lm-eval compares None with None and takes them for one.
    const unnamed = definition({ test_split: null, validation_split: "validation" });
    expect(drawn(unnamed, pool, pool.slice(0, 1))).toEqual(["p28 p7 p5 p2 p36"]);
    expect(drawn(same, pool.slice(0, 6), pool.slice(0, 6))).toEqual([
      "p3 p4 p5 p2 p1",
      "p0 p2 p5 p4 p3",
      "p4 p3 p5 p1 p0",
      "p0 p1 p5 p4 p2",
      "p0 p3 p5 p2 p1",
      "p2 p4 p0 p1 p3",
    ]);
  });

  test("takes the first ones in order where the task says so", () => {
    const first = definition({ num_fewshot: 2, fewshot_config: { sampler: "first_n" } });
    expect(drawn(first, pool, docs("a", 2))).toEqual(["p0 p1", "p0 p1"]);
    const named = definition({ num_fewshot: 2, fewshot_config: { sampler: "first_n", fewshot_indices: [7, 3, 1] } });
    expect(drawn(named, pool, docs("a", 1))).toEqual(["p7 p3"]);
  });

  test("leaves the question itself out of the first ones, too", () => {
    const first = definition({ num_fewshot: 2, fewshot_split: "test", fewshot_config: { sampler: "first_n" } });
    expect(drawn(first, pool, pool.slice(0, 3))).toEqual(["p1 p2", "p0 p2", "p0 p1"]);
  });

  test("draws again where the question was drawn more than once", () => {
    const twice = [...docs("p", 3), ...docs("p", 3)];
    const same = definition({ num_fewshot: 3, fewshot_split: "test" });
    for (const [i, examples] of drawn(same, twice, twice.slice(0, 3)).entries()) {
      expect(examples.split(" ")).toHaveLength(3);
      expect(examples).not.toContain(`p${i}`);
    }
  });

  test("writes examples by the task's own way for them", () => {
    const fewshot_config = {
      sampler: "first_n",
      doc_to_text: "{{q}}!",
      target_delimiter: " -> ",
      fewshot_delimiter: "\n",
    };
    const examples = exampleSampler(definition({ num_fewshot: 2, fewshot_config }), pool, 1);
    expect(examples({ q: "x" })).toBe("p0! -> 0\np1! -> 1\n");
  });

  test("writes the choice that digits are the index of, unless a choice reads so itself", () => {
    const example = (choices: readonly string[], a: unknown): string =>
      exampleSampler(
        definition({ num_fewshot: 1, doc_to_choice: "choices", fewshot_config: { sampler: "first_n" } }),
        [{ q: "p", a, choices }],
        1,
      )({ q: "x" });
    expect(example(["one", "two"], "1")).toBe("p=two;");
    expect(example(["one", "two"], 1)).toBe("p=two;");
    expect(example(["one", "two"], ["1", "0"])).toBe("p=two;");
    expect(example(["2", "1"], "1")).toBe("p=1;");
    expect(example(["one", "two"], "two")).toBe("p=two;");
    expect(() => example(["one", "two"], "2")).toThrow("there is no choice 2 among 2, counted from 0");
  });

  test("writes nothing and draws nothing without examples", () => {
    expect(exampleSampler(definition({ num_fewshot: 0 }), [], 1)({})).toBe("");
    expect(exampleSampler(definition({ num_fewshot: null }), [], 1)({})).toBe("");
  });

  test("refuses more examples than there are", () => {
    expect(() => exampleSampler(definition(), pool.slice(0, 4), 1)).toThrow(
      "num_fewshot 5 needs 5 examples to choose from, and there are 4",
    );
    const same = definition({ fewshot_split: "test" });
    expect(() => exampleSampler(same, pool.slice(0, 5), 1)).toThrow("needs 6 examples");
    const named = definition({ num_fewshot: 1, fewshot_config: { fewshot_indices: [40] } });
    expect(() => exampleSampler(named, pool, 1)).toThrow("fewshot_indices names example 40, and there are 40");
  });
});

describe("fewshotSplitOf", () => {
  test("is the named one, else the first that the task has, in lm-eval's order", () => {
    expect(fewshotSplitOf(definition({ fewshot_config: { split: "dev" }, fewshot_split: "x" }))).toBe("dev");
    expect(fewshotSplitOf(definition({ fewshot_split: "dev" }))).toBe("dev");
    expect(fewshotSplitOf(definition({ validation_split: "validation" }))).toBe("train");
    expect(fewshotSplitOf(definition({ training_split: null, validation_split: "validation" }))).toBe("validation");
    expect(fewshotSplitOf(definition({ training_split: null }))).toBe("test");
  });

  test("is none where the task writes its examples itself", () => {
    expect(fewshotSplitOf(definition({ fewshot_config: { samples: [{ q: 1 }] } }))).toBeUndefined();
    expect(fewshotSplitOf(definition({ fewshot_config: { samples: [{ q: 1 }], split: "dev" } }))).toBe("dev");
  });
});
