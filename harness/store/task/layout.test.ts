import { describe, expect, test } from "vitest";
import { TaskDefinition } from "../../task.ts";
import { layouter } from "./layout.ts";
import type { Fields } from "../rows/row.ts";

/** What becomes of rows under a task's `perjoule` keys. */
function laidOut(perjoule: object, rows: readonly Fields[], dataset_name?: string): (Fields | undefined)[] {
  const definition = TaskDefinition.parse({
    task: "t",
    dataset_path: "json",
    dataset_name,
    doc_to_text: "q",
    doc_to_target: "a",
    perjoule,
  });
  const layOut = layouter(definition);
  return rows.map((fields, i) => layOut({ fields, at: `data.jsonl:${i + 1}` })?.fields);
}

describe("layouter", () => {
  test("leaves rows as they are where the task says nothing", () => {
    const row = { q: "1", a: 2 };
    expect(laidOut({}, [row])).toEqual([row]);
  });

  test("keeps the place of a row", () => {
    const layOut = layouter(
      TaskDefinition.parse({ task: "t", dataset_path: "json", doc_to_text: "q", doc_to_target: "a" }),
    );
    expect(layOut({ fields: {}, at: "d.csv:7" })).toEqual({ fields: {}, at: "d.csv:7" });
  });

  test("leaves out rows of another configuration, and keeps those that name none", () => {
    const rows = [{ UID: "one" }, { UID: "other" }, { q: "x" }];
    expect(laidOut({ config_field: "UID" }, rows, "one")).toEqual([{ UID: "one" }, undefined, { q: "x" }]);
    expect(laidOut({ config_field: "UID" }, rows)).toEqual(rows);
    expect(laidOut({}, rows, "one")).toEqual(rows);
  });

  test("takes the first layout whose fields are all in the row", () => {
    const layouts = [
      { has: ["a", "b"], fields: { is: "both" } },
      { has: ["a"], fields: { is: "a" } },
      { has: ["b"], fields: { is: "b" } },
    ];
    const rows = [{ a: 1, b: 1 }, { a: 1 }, { b: null, c: 1 }];
    expect(laidOut({ layouts }, rows)).toEqual([
      { a: 1, b: 1, is: "both" },
      { a: 1, is: "a" },
      { b: null, c: 1, is: "b" },
    ]);
  });

  test("names the layouts where none fits, with the row's place and fields", () => {
    const layouts = [{ has: ["a", "b"] }, { has: ["c"] }];
    expect(() =>
      laidOut({ layouts }, [
        { a: 1, b: 2 },
        { a: 1, d: 2 },
      ]),
    ).toThrow(new Error("data.jsonl:2: a row of a, d is in no layout of the task: a, b; or c"));
  });

  test("does not ask for a layout of a row that is left out", () => {
    const perjoule = { config_field: "part", layouts: [{ has: ["q"] }] };
    expect(laidOut(perjoule, [{ part: "b" }], "a")).toEqual([undefined]);
  });

  test("puts fields in one after another, the layout's before the task's, and each reads those before it", () => {
    const perjoule = {
      layouts: [{ has: ["n"], fields: { twice: "{{ n * 2 }}", four: "{{ twice * 2 }}" } }],
      fields: { eight: "{{ four * 2 }}", n: "{{ [n, eight] }}", last: "{{ n[1] }}" },
    };
    expect(laidOut(perjoule, [{ n: 1 }])).toEqual([{ n: [1, 8], twice: 2, four: 4, eight: 8, last: 8 }]);
  });

  test("reads fields whose names are no words by the row as a whole", () => {
    const fields = { question: "{{ row['The question'] }}", again: "{{ row.question }}" };
    expect(laidOut({ fields }, [{ "The question": "?" }])).toEqual([
      { "The question": "?", question: "?", again: "?" },
    ]);
  });

  test("names the row's place and the key of a template that fails on it", () => {
    const layouts = [{ has: ["a"], fields: { b: "{{ none.of }}" } }];
    expect(() => laidOut({ layouts }, [{ a: 1 }])).toThrow(/^data\.jsonl:1: perjoule\.layouts\.0\.fields\.b .*none/);
    const fields = { b: "{{ a.index('x') }}" };
    expect(() => laidOut({ fields }, [{ a: ["x"] }, { a: ["y"] }])).toThrow(/^data\.jsonl:2: perjoule\.fields\.b /);
  });
});
