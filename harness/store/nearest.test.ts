import { describe, expect, test } from "vitest";
import { nearest, unknownName } from "./nearest.ts";

const TASKS = ["addition", "facts_craft", "facts_home", "maximum", "odd_one_out", "reading", "reverse", "sort"];

describe("nearest", () => {
  test.each([
    ["additon", "addition"],
    ["Sort", "sort"],
    ["facts-home", "facts_home"],
    ["raeding", "reading"],
  ])("to %s puts %s first", (typed, meant) => {
    expect(nearest(typed, TASKS)[0]).toBe(meant);
  });

  test("gives three at most, the closest first", () => {
    expect(nearest("aaaa", ["aaab", "aabb", "aaaa", "aaba", "baaa"])).toEqual(["aaaa", "aaab", "aaba"]);
  });

  test("leaves out names that share nothing", () => {
    expect(nearest("xyzzy", TASKS)).toEqual([]);
    expect(nearest("", TASKS)).toEqual([]);
  });
});

describe("unknownName", () => {
  test("says what was named, what was meant and how to name one", () => {
    expect(unknownName("task", "additon", TASKS, "Try ls.").message).toBe(
      'unknown task "additon"; did you mean addition? Try ls.',
    );
  });

  test("lists all that is known where nothing is close", () => {
    expect(unknownName("task", "xyzzy", ["addition", "sort"], "Try ls.").message).toBe(
      'unknown task "xyzzy"; known: addition, sort. Try ls.',
    );
  });
});
