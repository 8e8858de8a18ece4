import { describe, expect, test } from "vitest";
import { pieceCount, strip, stripStart, words } from "./whitespace.ts";

describe("strip", () => {
  test("takes Python's white space, which is not JavaScript's", () => {
    expect(strip("\u0085\u001c 5 \u3000\n")).toBe("5");
    expect(strip("\uFEFF5")).toBe("\uFEFF5");
  });

  test("leaves what is inside, of nothing but white space nothing", () => {
    expect(strip("a  b")).toBe("a  b");
    expect(strip(" \n ")).toBe("");
    expect(stripStart(" a ")).toBe("a ");
  });
});

describe("words", () => {
  test("has no empty ones", () => {
    expect(words("  a b\n c ")).toEqual(["a", "b", "c"]);
    expect(words(" ")).toEqual([]);
  });
});

describe("pieceCount", () => {
  // len(re.split(r"\s+", text)) of CPython 3.11.
  test.each([
    ["", 1],
    [" ", 2],
    ["one", 1],
    ["one two", 2],
    [" one  two \n", 4],
    [" = Robert Boulter = \n", 6],
  ])("of %j is %i", (text, pieces) => {
    expect(pieceCount(text)).toBe(pieces);
  });
});
