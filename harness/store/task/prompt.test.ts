import { describe, expect, test } from "vitest";
import { askedText, exampleText } from "./prompt.ts";

const delimiters = { target_delimiter: " ", fewshot_delimiter: "\n\n" };

// Expected texts are those of lm-eval 0.4.13's build_qa_turn, worked out by hand.
describe("exampleText", () => {
  test("is question, delimiter, answer, delimiter", () => {
    expect(exampleText({ text: "Q: 1+1?\nA:", target: "2" }, delimiters)).toBe("Q: 1+1?\nA: 2\n\n");
  });

  test("puts the choice's text in place of its index, and the first of several answers", () => {
    const choices = ["no", "yes"];
    expect(exampleText({ text: "So?", target: 1, choices }, delimiters)).toBe("So? yes\n\n");
    expect(exampleText({ text: "So?", target: [1, 0], choices }, delimiters)).toBe("So? yes\n\n");
    expect(exampleText({ text: "So?", target: ["a", "b"] }, delimiters)).toBe("So? a\n\n");
    expect(exampleText({ text: "So?", target: 7 }, delimiters)).toBe("So? 7\n\n");
  });

  test("of a question that is itself a choice takes the choice, and the target as text", () => {
    const choices = ["He", "She"];
    expect(exampleText({ text: 1, target: "ran away.", choices }, delimiters)).toBe("She ran away.\n\n");
    expect(() => exampleText({ text: 2, target: "x", choices }, delimiters)).toThrow("there is no choice 2 among 2");
  });

  test("puts a prefix before the answer, with white space on both sides unless there is some", () => {
    expect(exampleText({ text: "Q", target: "2" }, delimiters, "A:")).toBe("Q A: 2\n\n");
    expect(exampleText({ text: "Q\n", target: "2" }, delimiters, "A: ")).toBe("Q\nA: 2\n\n");
  });

  test("of a question without an answer is the question", () => {
    expect(exampleText({ text: "Q", target: "" }, delimiters)).toBe("Q");
  });
});

describe("askedText", () => {
  test("ends where the answer begins", () => {
    expect(askedText("Q\nA:", " ")).toBe("Q\nA:");
    expect(askedText("Q", " ", "A:")).toBe("Q A:");
    expect(askedText("Q\n", " ", "A:")).toBe("Q\nA:");
    expect(askedText("", " ", "A:")).toBe("A:");
  });
});
