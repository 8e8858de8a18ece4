import { describe, expect, test } from "vitest";
import { beforeStop } from "./write.ts";

describe("beforeStop", () => {
  test("is absent without a stop, and the text before the earliest otherwise", () => {
    expect(beforeStop("abc", [])).toBeUndefined();
    expect(beforeStop("abc", ["x", "y"])).toBeUndefined();
    expect(beforeStop("abc", ["c", "b"])).toBe("a");
    expect(beforeStop("abc", ["abc"])).toBe("");
  });
});
