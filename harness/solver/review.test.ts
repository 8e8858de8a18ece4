import { describe, expect, test } from "vitest";
import { review } from "./review.ts";
import { ask, nothing, textsOf, watched } from "./watched.support.ts";

const limits = { maxTokens: 4, stops: ["\n"] };

describe("review", () => {
  const replies = {
    "Q: 8 + 5 = ?\nA:": " 3\n",
    "Q: 8 + 5 = ?\nDraft: 3\nCheck:": " the tens are wrong.\nA: 13",
    "Q: 8 + 5 = ?\nDraft: 3\nCheck: the tens are wrong.\nA:": " 13",
    "Q: 8 + 5 = ?\nDraft: 13\nCheck:": " right.\nA: 13",
    "Q: 8 + 5 = ?\nDraft: 13\nCheck: right.\nA:": " 13!",
  };

  test("has a draft checked and answered again", async () => {
    const { model, calls } = watched(replies);
    const asked = await review(model, ask("Q: 8 + 5 = ?\nA:"), 1, limits, nothing);
    expect(textsOf(asked.output)).toEqual({
      text: " 13",
      finish: "end_of_text",
      before: [" 3", " the tens are wrong."],
    });
    expect(calls.map(({ prompt }) => prompt)).toEqual(Object.keys(replies).slice(0, 3));
    expect(calls.map(({ maxTokens }) => maxTokens)).toEqual([4, 256, 4]);
    expect(asked.promptTokens).toBe(calls.reduce((sum, { prompt }) => sum + prompt.length, 0));
  });

  test("reviews the latest answer in every further round", async () => {
    const { model, calls } = watched(replies);
    const asked = await review(model, ask("Q: 8 + 5 = ?\nA:"), 2, limits, nothing);
    expect(textsOf(asked.output)).toEqual({
      text: " 13!",
      finish: "end_of_text",
      before: [" 3", " the tens are wrong.", " 13", " right."],
    });
    expect(calls).toHaveLength(5);
  });

  test("takes the task's cue and limit", async () => {
    const { model } = watched({ "x\nA:": "a", "x|a\nCheck:": "bcd", "x|a\nCheck:bc\nA:": "e" });
    const asked = await review(model, ask("x\nA:"), 1, limits, nothing, { cue: "|", maxTokens: 2 });
    expect(asked.output).toMatchObject({ text: "e", before: [{ text: "a" }, { text: "bc", finish: "length" }] });
  });
});
