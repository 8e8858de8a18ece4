import { describe, expect, test } from "vitest";
import { limitsBefore, partsOf } from "./prompt.ts";

describe("partsOf", () => {
  test.each([
    ["Q: 1 + 1 = ?\nA:", { stem: "Q: 1 + 1 = ?", marker: "\nA:", next: "\nQ:" }],
    ["Question: why?\nAnswer: ", { stem: "Question: why?", marker: "\nAnswer: ", next: "\nQuestion:" }],
    // Examples: what begins the last question, not the first line of all.
    [
      "Solve these.\n\nP: a\nS: b\n\nP: c\nS:",
      { stem: "Solve these.\n\nP: a\nS: b\n\nP: c", marker: "\nS:", next: "\nP:" },
    ],
    // The prompt ends in its question.
    ["The capital of France is", { stem: "The capital of France is", marker: "\nAnswer:" }],
    ["A passage.\nWho is it?\n", { stem: "A passage.\nWho is it?", marker: "\nAnswer:" }],
    ["def f(x):\n    if x:", { stem: "def f(x):\n    if x:", marker: "\nAnswer:", next: "\ndef f(x):" }],
    [`One\n${"long ".repeat(9)}:`, { stem: `One\n${"long ".repeat(9)}:`, marker: "\nAnswer:" }],
    ["Answer:", { stem: "Answer:", marker: "\nAnswer:", next: "\nAnswer:" }],
  ])("takes %j apart at the line that asks for the answer", (prompt, parts) => {
    expect(partsOf(prompt)).toEqual(parts);
  });
});

describe("limitsBefore", () => {
  test("ends at the answer, at another question and at stops with a letter, not at line ends, within the style's tokens", () => {
    const limits = { maxTokens: 12, stops: ["\n", "\n\n", "<|end|>", "."] };
    const parts = partsOf("Q: a\nA: ");
    expect(limitsBefore(parts, { cue: "", maxTokens: 99 }, limits)).toEqual({
      maxTokens: 99,
      stops: ["\nA:", "\nQ:", "<|end|>"],
    });
  });
});
