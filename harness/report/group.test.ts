import { expect, test } from "vitest";
import { groupBy } from "./group.ts";

test("groupBy keeps groups and items in order of first appearance", () => {
  const groups = groupBy(["b1", "a1", "b2", "a2", "c1"], (item) => item[0]);
  expect([...groups]).toEqual([
    ["b", ["b1", "b2"]],
    ["a", ["a1", "a2"]],
    ["c", ["c1"]],
  ]);
});
