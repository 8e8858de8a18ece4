import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { encodePair, openTokenizer } from "./tokenizer.ts";

const codePoints = (text: string): number[] => Array.from(text, (char) => char.codePointAt(0) as number);
const textOf = (tokens: readonly number[]): string => String.fromCodePoint(...tokens);
/** Words with the space before them, as BPE vocabularies have them: `a b` is `a`, ` b`. */
const words = (text: string): string[] => text.match(/\s*\S+|\s+$/g) ?? [];

/** Without a token of its own for the beginning. */
const bare = (encode: (text: string) => number[]) => ({ encode, encodeBare: encode });

describe("encodePair", () => {
  test("moves trailing spaces of the context to the continuation", () => {
    const pair = encodePair(bare(codePoints), "Q: 1+1?\nA: ", "two");
    expect(textOf(pair.context)).toBe("Q: 1+1?\nA:");
    expect(textOf(pair.continuation)).toBe(" two");
  });

  test("tokenises the pair together, so that a space joins its word", () => {
    const ids: string[] = [];
    const encode = (text: string): number[] => words(text).map((word) => (ids.push(word), ids.lastIndexOf(word)));
    const pair = encodePair(bare(encode), "the answer ", "is");
    expect(pair.context.map((id) => ids[id])).toEqual(["the", " answer"]);
    expect(pair.continuation.map((id) => ids[id])).toEqual([" is"]);
  });

  test("leaves nothing of a continuation that the tokenizer joins with the context", () => {
    const vocabulary = ["in", "to", "into"];
    const encode = (text: string): number[] =>
      text === "into" ? [2] : words(text).map((word) => vocabulary.indexOf(word));
    expect(encodePair(bare(encode), "in", "to")).toEqual({ context: [0], continuation: [] });
  });

  // TemplateLM._encode_pair feeds the context's own tokens and then what is left of the whole, though the two overlap.
  test("keeps the context as it is tokenised by itself where the whole is cut elsewhere", () => {
    const encode = (text: string): number[] => (text === "abc" ? [1, 23] : text === "ab" ? [12] : [9]);
    expect(encodePair(bare(encode), "ab", "c")).toEqual({ context: [12], continuation: [23] });
  });

  test("puts the prefix before a text without a context, once", () => {
    const tokenizer = { encode: (text: string) => [7, ...codePoints(text)], encodeBare: codePoints, prefix: 7 };
    expect(encodePair(tokenizer, "", "ab")).toEqual({ context: [7], continuation: [97, 98] });
    expect(encodePair(tokenizer, " ", "ab")).toEqual({ context: [7], continuation: [32, 97, 98] });
    expect(encodePair(tokenizer, "", "\u0007b")).toEqual({ context: [7], continuation: [98] });
    expect(encodePair(bare(codePoints), "", "ab")).toEqual({ context: [], continuation: [97, 98] });
  });

  test("together is the whole text's own tokens", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (context, continuation) => {
        const pair = encodePair(bare(codePoints), context, continuation);
        fc.pre(context.trimEnd() !== "");
        expect([...pair.context, ...pair.continuation]).toEqual(codePoints(context + continuation));
        expect(textOf(pair.context)).toBe(context.trimEnd());
      }),
    );
  });
});

describe("openTokenizer", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), "perjoule-tokenizer-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function vocabulary(config: object, postProcessor: object | null = null): void {
    const special = { id: 0, content: "<s>", single_word: false, lstrip: false, rstrip: false, normalized: false };
    writeFileSync(
      path.join(folder, "tokenizer.json"),
      JSON.stringify({
        version: "1.0",
        added_tokens: [{ ...special, special: true }],
        normalizer: null,
        pre_tokenizer: { type: "WhitespaceSplit" },
        post_processor: postProcessor,
        decoder: null,
        model: { type: "WordLevel", vocab: { "<s>": 0, one: 1, two: 2, "[UNK]": 3 }, unk_token: "[UNK]" },
      }),
    );
    const common = { tokenizer_class: "PreTrainedTokenizerFast", unk_token: "[UNK]" };
    writeFileSync(path.join(folder, "tokenizer_config.json"), JSON.stringify({ ...common, ...config }));
  }

  test("begins with no token that the model was not made with", async () => {
    vocabulary({});
    const tokenizer = await openTokenizer(folder);
    expect(tokenizer.encode("one two")).toEqual([1, 2]);
    expect(tokenizer.encode("")).toEqual([]);
  });

  test("begins with the beginning-of-text token that tokenizer_config.json asks for, once", async () => {
    vocabulary({ bos_token: "<s>", add_bos_token: true });
    const tokenizer = await openTokenizer(folder);
    expect(tokenizer.encode("one two")).toEqual([0, 1, 2]);
    expect(tokenizer.encodePair("one ", "two")).toEqual({ context: [0, 1], continuation: [2] });
    expect(tokenizer.encode("<s> one")).toEqual([0, 1]);
  });

  test("begins with the token that the tokenizer's own post-processor puts there", async () => {
    vocabulary(
      { bos_token: "<s>" },
      {
        type: "TemplateProcessing",
        single: [{ SpecialToken: { id: "<s>", type_id: 0 } }, { Sequence: { id: "A", type_id: 0 } }],
        pair: [{ Sequence: { id: "A", type_id: 0 } }, { Sequence: { id: "B", type_id: 1 } }],
        special_tokens: { "<s>": { id: "<s>", ids: [0], tokens: ["<s>"] } },
      },
    );
    expect((await openTokenizer(folder)).encode("two")).toEqual([0, 2]);
  });

  test("leaves special tokens out of texts", async () => {
    vocabulary({ bos_token: "<s>" });
    expect((await openTokenizer(folder)).decode([0, 1, 2])).toBe("one two");
  });

  test("says which folder has no tokenizer", async () => {
    await expect(openTokenizer(folder)).rejects.toThrow(`cannot read the tokenizer in "${folder}"`);
  });
});
