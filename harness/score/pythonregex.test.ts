import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { pythonRegex } from "./pythonregex.ts";

interface Case {
  readonly pattern: string;
  readonly text: string;
  readonly flags?: string;
  /** Of every match, in order, the whole and its groups, as `finditer` gives them, with "" for a group that took no part. */
  readonly found?: readonly (readonly string[])[];
  /** What `sub` with nothing leaves. */
  readonly removed?: string;
  readonly error?: string;
}

// Written by `re` of Python 3.11.2.
const CASES = JSON.parse(readFileSync(new URL("./pythonregex.fixture.json", import.meta.url), "utf8")) as Case[];
const fine = CASES.filter((one) => one.error === undefined);
const broken = CASES.filter((one) => one.error !== undefined);

describe("pythonRegex", () => {
  test.each(fine)("finds what Python finds: $pattern in $text $flags", ({ pattern, text, flags, found, removed }) => {
    const regex = pythonRegex(pattern, `${flags ?? ""}g`);
    expect([...text.matchAll(regex)].map((match) => [...match].map((group) => group ?? ""))).toEqual(found);
    expect(text.replaceAll(regex, "")).toBe(removed);
  });

  test.each(broken)("refuses what Python refuses: $pattern ($error)", ({ pattern }) => {
    expect(() => pythonRegex(pattern)).toThrow(`the regular expression "${pattern}" cannot be used: `);
  });

  test.each([
    ["a*+", "possessive"],
    ["(?>a)", "atomic"],
    ["(a)?(?(1)b|c)", "conditions"],
    [String.raw`\N{DASH}`, "write the character itself"],
    ["(?i:a)b", 'flags a and i of a part, "(?i:...)", are not supported'],
    ["(?ai)k", "flags a and i together"],
  ])("refuses %s, which JavaScript cannot do", (pattern, what) => {
    expect(() => pythonRegex(pattern)).toThrow(what);
  });

  // findall gives [("b", "a")], ["a", ""], ["", ""] and [] for these; JavaScript would give [("b", "")], ["", ""], ["aa"] and [""].
  test.each([
    ["((a)|b)+", "a repetition around group 2 may leave it out"],
    ["(?:(?P<x>a)|b)*", "a repetition around group x may leave it out"],
    ["(a*)*", "a repetition around group 1 may match nothing"],
    [String.raw`(?:(a)|b)\1`, "it refers back to group 1, which need not have matched by then"],
  ])("refuses %s, where JavaScript's groups would differ", (pattern, what) => {
    expect(() => pythonRegex(pattern)).toThrow(what);
  });

  test("keeps names of groups", () => {
    expect(pythonRegex("(?P<letter>[A-D])").exec("(C)")?.groups?.["letter"]).toBe("C");
  });

  test("takes JavaScript's flags for walking and refuses others", () => {
    expect(pythonRegex("a", "gi").flags).toBe("giu");
    expect(() => pythonRegex("a", "q")).toThrow('there is no flag "q"');
  });
});
