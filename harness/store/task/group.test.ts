import { describe, expect, test } from "vitest";
import { useFolder } from "../rows/rows.support.ts";
import { type Defined, defined, membersOf, sharedDefinition } from "./group.ts";
import { taskText } from "./load.support.ts";

const folder = useFolder();
/** The first file of some, which lie beside each other. */
const group = (text: string, files: Record<string, string> = {}): Defined & { kind: "group" } => {
  const found = defined(folder.write({ "g.yaml": text, ...files }));
  if (found.kind === "group") return found;
  throw new Error(`${found.source.definition.task} is no group`);
};
const idsOf = (found: Defined): string[] => membersOf(found).map(({ source }) => source.definition.task);
const bare = (text: string): string => text.replaceAll(`${folder.path}/`, "");
function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return bare((error as Error).message);
  }
  return "accepted";
}
const scored = "aggregate_metric_list: [{ metric: exact_match }]\n";

describe("defined, a group", () => {
  test("holds tasks by name, by path, and written in its list", () => {
    const found = group(
      `group: g
task:
  - addition
  - own
  - in/other.yaml
  - folder
  - include: _base.yaml
    task: inline
    description: "Now: "
  - { task: own, num_fewshot: 3 }
  - { task: in/other.yaml, target_delimiter: "" }
  - { task: sort }
`,
      {
        "own.yaml": taskText({ task: "own" }),
        "in/other.yaml": taskText({ task: "other" }),
        "folder/task.yaml": taskText({ task: "of_folder" }),
        "_base.yaml": taskText({ task: undefined, description: "Base" }),
      },
    );
    expect(idsOf(found)).toEqual(["addition", "own", "other", "of_folder", "inline", "own", "other", "sort"]);
    const definitions = membersOf(found).map(({ source }) => source.definition);
    expect(definitions[4]).toMatchObject({ description: "Now: ", doc_to_text: "q" });
    expect(definitions[5]).toMatchObject({ num_fewshot: 3, doc_to_text: "q" });
    expect(definitions[6]).toMatchObject({ target_delimiter: "" });
  });

  test("keeps the order of nested groups, and the names on the way", () => {
    const found = group("group: g\ntask: [last, inner, first]\n", {
      "inner.yaml": "group: middle\ntask: [b, innermost]\n",
      "innermost.yaml": "group: deep\ntask: [c]\n",
      ...Object.fromEntries(["first", "last", "b", "c"].map((task) => [`${task}.yaml`, taskText({ task })])),
    });
    expect(membersOf(found).map(({ source, groups }) => [...groups, source.definition.task].join(" "))).toEqual([
      "g last",
      "g middle b",
      "g middle deep c",
      "g first",
    ]);
  });

  test("takes a member of one of our groups by its name", () => {
    const found = group("group: g\ntask: [mmlu_anatomy, { task: blimp_causative, num_fewshot: 0 }]\n");
    expect(idsOf(found)).toEqual(["mmlu_anatomy", "blimp_causative"]);
  });

  test("takes what lies beside it before what has the same name of ours", () => {
    const found = group("group: g\ntask: [sort]\n", { "sort.yaml": taskText({ task: "sort" }) });
    expect(membersOf(found)[0]?.source.definition.doc_to_text).toBe("q");
  });

  test("says where it names what is not there, and what is near", () => {
    expect(refusal(() => group("group: g\ntask:\n  - addition\n  - additon\n"))).toMatch(
      /^g\.yaml:4: unknown task "additon"; did you mean addition/,
    );
    expect(refusal(() => group("group: g\ntask:\n  - { task: additon, num_fewshot: 1 }\n"))).toMatch(
      /^g\.yaml:3: unknown task "additon"/,
    );
  });

  test("is refused in itself, directly and by way of another", () => {
    expect(refusal(() => group("group: g\ntask: [g.yaml]\n"))).toBe('g.yaml:2: the group "g" is inside itself');
    expect(refusal(() => group("group: g\ntask: [h]\n", { "h.yaml": "group: h\n\ntask: [g]\n" }))).toBe(
      'g.yaml:2: the group "g" is inside itself',
    );
  });

  test("may be in another twice over", () => {
    const files = { "h.yaml": "group: h\ntask: [i]\n", "i.yaml": "group: i\ntask: [addition]\n" };
    expect(idsOf(group("group: g\ntask: [h, i]\n", files))).toEqual(["addition", "addition"]);
  });

  test("has no keys that it does not know", () => {
    const text = `group: g\ntask: [addition]\nnum_fewshot: 5\n${scored}metrics: x\n`;
    expect(refusal(() => group(text))).toBe('g.yaml:3: unknown key "num_fewshot"; g.yaml:5: unknown key "metrics"');
  });

  test("says what a member may be, and refuses a group that is written inside another", () => {
    const text = "group: g\ntask:\n  - addition\n  - { group: inner, task: [sort] }\n";
    expect(refusal(() => group(text))).toMatch(
      /^g\.yaml:4: "task\.1" is not usable: a member is a name, a path, .*a group inside a group is a file of its own, found/,
    );
  });

  test("refuses an aggregate that is no metric, at its line", () => {
    const text = "group: g\ntask: [addition]\naggregate_metric_list:\n  - metric: accuracy\n";
    expect(refusal(() => group(text))).toMatch(/^g\.yaml:4: .*aggregate_metric_list\.0\.metric.*found "accuracy"/);
  });

  test("tells problems of a task in its list at their own places", () => {
    const text = "group: g\ntask:\n  - include: base.yaml\n    task: a\n    outputs: x\n";
    expect(refusal(() => group(text, { "base.yaml": taskText({ task: undefined, doc_to_target: "{{" }) }))).toBe(
      'g.yaml:5: unknown key "outputs"; did you mean "output_type"?',
    );
    expect(
      refusal(() =>
        group("group: g\ntask: [{ include: base.yaml, task: a }]\n", {
          "base.yaml": taskText({ task: undefined, doc_to_target: "{{" }),
        }),
      ),
    ).toMatch(/^base\.yaml:4: doc_to_target is not a usable template/);
  });

  test("writes keys over every task of a group in its list, the outermost last", () => {
    const files = {
      "h.yaml": `group: h\ntask: [a, { task: b, description: H, num_fewshot: 2 }]\n`,
      "a.yaml": taskText({ task: "a", description: "A" }),
      "b.yaml": taskText({ task: "b" }),
    };
    const found = group("group: g\ntask: [{ task: h, num_fewshot: 1 }]\n", files);
    expect(membersOf(found).map(({ source: { definition } }) => definition)).toMatchObject([
      { task: "a", description: "A", num_fewshot: 1 },
      { task: "b", description: "H", num_fewshot: 1 },
    ]);
    expect(refusal(() => group("group: g\ntask:\n  - { task: h,\n      shots: 1 }\n", files))).toBe(
      'g.yaml:4: unknown key "shots"',
    );
  });
});

describe("defined", () => {
  test("takes a task whose group is a tag, as lm-eval's older files have it", () => {
    const file = folder.write({ "t.yaml": taskText({ group: ["old"] }) });
    expect(defined(file)).toMatchObject({ kind: "task", source: { definition: { task: "toy" } } });
  });

  test("finds a member of our groups that has no file of its own", () => {
    expect(idsOf(defined("mmlu_astronomy"))).toEqual(["mmlu_astronomy"]);
    const blimp = defined("blimp_adjunct_island");
    expect(membersOf(blimp)[0]?.source.definition).toMatchObject({
      dataset_name: "adjunct_island",
      dataset_path: "nyu-mll/blimp",
    });
  });

  test("of our groups has all of their tasks", () => {
    expect(idsOf(defined("mmlu"))).toHaveLength(57);
    expect(idsOf(defined("blimp"))).toHaveLength(67);
  });

  test("suggests the nearest name for one that nothing has", () => {
    expect(refusal(() => defined("mmlu_steam"))).toMatch(/^unknown task "mmlu_steam"; did you mean mmlu_stem/);
  });
});

describe("sharedDefinition", () => {
  const pair = (one: Record<string, unknown>, other: Record<string, unknown>, more = ""): Defined & { kind: "group" } =>
    group(`group: g\ntask: [a, b]\n${scored}${more}`, {
      "a.yaml": taskText({ task: "a", ...one }),
      "b.yaml": taskText({ task: "b", ...other }),
    });

  test("is the first task's under the group's name, without what is that task's own", () => {
    const found = pair(
      { description: "A", dataset_name: "part", perjoule: { title: "One", kind: "memory", config_field: "part" } },
      { description: "B", dataset_name: "rest" },
      "metadata: { version: 7 }\nperjoule: { title: Both }\n",
    );
    const shared = sharedDefinition(found);
    expect(shared).toMatchObject({
      task: "g",
      description: "",
      doc_to_text: "q",
      metadata: { version: 7 },
      perjoule: { title: "Both", kind: "memory" },
    });
    expect(Object.keys(shared)).not.toContain("dataset_name");
  });

  test.each([
    ["output_type", { output_type: "loglikelihood" }],
    ["metric_list", { metric_list: [{ metric: "contains" }] }],
    ["filter_list", { filter_list: [{ name: "x", filter: [{ function: "lowercase" }] }] }],
    ["generation_kwargs", { generation_kwargs: { max_gen_toks: 3 } }],
    ["repeats", { repeats: 2 }],
    ["target_delimiter", { target_delimiter: "" }],
    ["until or fewshot_delimiter", { fewshot_delimiter: "\n" }],
    ["until or fewshot_delimiter", { generation_kwargs: { until: ["\n"] } }],
    ["metric_list", { metric_list: [{ metric: "exact_match", ignore_case: true }] }],
    ["generation_kwargs", { generation_kwargs: { do_sample: true } }],
  ])("refuses tasks that differ in %s, by name and line", (key, other) => {
    expect(refusal(() => sharedDefinition(pair({}, other)))).toBe(
      `g.yaml:2: "a" and "b" differ in ${key}, so the group has no score of its own; take aggregate_metric_list out`,
    );
  });

  test("takes tasks that differ in what scores nothing", () => {
    const until = { generation_kwargs: { until: ["\n"] } };
    expect(refusal(() => sharedDefinition(pair(until, { ...until, fewshot_delimiter: "\n" })))).toBe("accepted");
    expect(refusal(() => sharedDefinition(pair({ num_fewshot: 1 }, { doc_to_text: "{{q}}?" })))).toBe("accepted");
  });

  test.each([
    ["output_type", { output_type: "generate_until" }],
    ["metric_list", { metric_list: [{ metric: "exact_match", aggregation: "mean", higher_is_better: true }] }],
    ["an option of a metric", { metric_list: [{ metric: "exact_match", ignore_case: false, regexes_to_ignore: [] }] }],
    ["generation_kwargs", { generation_kwargs: { max_gen_toks: 256, do_sample: false, temperature: 0 } }],
    ["until", { generation_kwargs: { until: "\n\n" } }],
    ["repeats", { repeats: 1 }],
    ["target_delimiter", { target_delimiter: " " }],
    ["fewshot_delimiter", { fewshot_delimiter: "\n\n" }],
  ])("takes a default of %s that is written out for one that is not", (_, other) => {
    expect(refusal(() => sharedDefinition(pair({}, other)))).toBe("accepted");
    expect(refusal(() => sharedDefinition(pair(other, {})))).toBe("accepted");
  });

  test("has the chance that its tasks agree on", () => {
    const chance = (a: number, b: number): number | undefined =>
      sharedDefinition(pair({ perjoule: { chance: a } }, { perjoule: { chance: b } })).perjoule.chance;
    expect(chance(0.25, 0.25)).toBe(0.25);
    expect(chance(0.25, 0.5)).toBeUndefined();
  });

  test("refuses two tasks of one name: their questions could not be told apart", () => {
    expect(refusal(() => sharedDefinition(pair({}, { task: "a" })))).toBe(
      'g.yaml:2: the group holds two tasks called "a"',
    );
  });
});
