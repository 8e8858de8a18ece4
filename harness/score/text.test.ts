import { describe, expect, test } from "vitest";
import { contains, exactMatch, numeric, wordF1 } from "./text.ts";

/** gsm8k.yaml of lm-eval, version 3. */
const GSM8K = {
  ignore_case: true,
  ignore_punctuation: false,
  regexes_to_ignore: [",", String.raw`\$`, "(?s).*#### ", String.raw`\.$`],
};
const SOLUTION = "He pays 20 + 9 = <<20+9=29>>29 dollars.\n#### 29";

describe("exactMatch", () => {
  test("is equality of the whole text with any reference", () => {
    expect(exactMatch("12", ["12"])).toBe(true);
    expect(exactMatch("12 ", ["12"])).toBe(false);
    expect(exactMatch("b", ["a", "b"])).toBe(true);
    expect(exactMatch("c", ["a", "b"])).toBe(false);
  });

  test.each([
    ["29", true],
    ["$29", true],
    ["29.", true],
    ["#### 5 #### 29", true],
    // Not equal to 29: GSM8K's known trap.
    ["$29.00", false],
    ["29.00", false],
    ["-29", false],
    ["[invalid]", false],
  ])("compares %j with GSM8K's solution", (text, equal) => {
    expect(exactMatch(text, [SOLUTION], GSM8K)).toBe(equal);
  });

  test("takes the thousands comma and the full stop off both sides", () => {
    expect(exactMatch("1,234.", ["#### 1,234"], GSM8K)).toBe(true);
  });

  test("minds case unless told otherwise", () => {
    expect(exactMatch("Paris", ["paris"])).toBe(false);
    expect(exactMatch("Paris", ["pARIS"], { ignore_case: true })).toBe(true);
  });

  test("takes off the punctuation of ASCII and no other, all of it", () => {
    const ignored = { ignore_punctuation: true };
    expect(exactMatch(String.raw`!"#$%&'()*+,-./:;<=>?@[\]^_{|}~a` + "`", ["a"], ignored)).toBe(true);
    expect(exactMatch("«a»", ["a"], ignored)).toBe(false);
  });

  test("takes off the digits of ASCII and no other", () => {
    expect(exactMatch("a1b2", ["ab"], { ignore_numbers: true })).toBe(true);
    expect(exactMatch("a٣b", ["ab"], { ignore_numbers: true })).toBe(false);
  });

  test("removes patterns first, one after the other, from the text as it was written", () => {
    // Lower case first, and "A" would find nothing to remove.
    expect(exactMatch("Ab", ["b"], { ignore_case: true, regexes_to_ignore: ["A"] })).toBe(true);
    expect(exactMatch("axbc", ["c"], { regexes_to_ignore: ["x", "ab"] })).toBe(true);
    expect(exactMatch("axbc", ["c"], { regexes_to_ignore: ["ab", "x"] })).toBe(false);
    // Punctuation first, and no full stop would be left to anchor on.
    expect(exactMatch("a.b", ["b"], { ignore_punctuation: true, regexes_to_ignore: [String.raw`.*\.`] })).toBe(true);
  });
});

describe("contains", () => {
  test("finds a reference anywhere", () => {
    expect(contains("It is Paris, I think", ["London", "Paris"])).toBe(true);
    expect(contains("It is paris", ["Paris"])).toBe(false);
    expect(contains("It is paris", ["Paris"], { ignore_case: true })).toBe(true);
  });

  test("does not find nothing in everything", () => {
    expect(contains("It is Paris", [""])).toBe(false);
    expect(contains("It is Paris", ["..."], { ignore_punctuation: true })).toBe(false);
  });
});

describe("numeric", () => {
  test("knows that 29.00 is 29, where exact_match does not", () => {
    expect(numeric("$29.00", ["29"])).toBe(true);
    expect(numeric("29.00", [SOLUTION], GSM8K)).toBe(true);
    expect(numeric("1,234.", ["1234"])).toBe(true);
    expect(numeric("-5", ["5"])).toBe(false);
  });

  test("of what is no number is never right, not even beside its like", () => {
    expect(numeric("[invalid]", ["[invalid]"])).toBe(false);
    expect(numeric("1/2", ["0.5"])).toBe(false);
  });

  test("does not round", () => {
    expect(numeric("12345678901234567891", ["12345678901234567890"])).toBe(false);
  });
});

describe("wordF1", () => {
  test.each([
    ["the cat sat", ["a cat sat"], 1],
    ["The cat.", ["cat"], 1],
    // One word of two and of three: 2 x 1 / (2 + 3).
    ["red cat", ["cat on mat"], 0.4],
    // A word counts as often as both have it: 2 x 1 / (3 + 1).
    ["cat cat cat", ["cat"], 0.5],
    ["dog", ["cat", "big dog"], 2 / 3],
    ["dog", ["cat"], 0],
    // SQuAD v1.1: two answers without words share none.
    ["the", ["a"], 0],
    ["", [""], 0],
    // Punctuation goes before articles: "a.n" is one then.
    ["a.n apple", ["apple"], 1],
    ["a-b", ["ab"], 1],
    ["«the cat»", ["« cat»"], 1],
  ])("of %j beside %j is %d", (prediction, references, f1) => {
    expect(wordF1(prediction, references)).toBeCloseTo(f1, 12);
  });

  test("takes articles by Python's word boundaries", () => {
    // "é" is a letter: "éa" holds no article.
    expect(wordF1("éa", ["é"])).toBe(0);
  });
});
