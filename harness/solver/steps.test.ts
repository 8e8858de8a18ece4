import { describe, expect, test } from "vitest";
import type { Moment } from "./asked.ts";
import { steps } from "./steps.ts";
import { ask, nothing, textsOf, watched } from "./watched.support.ts";

const limits = { maxTokens: 4, stops: ["\n", "<|end|>"] };
const style = { cue: "\nSteps:", maxTokens: 20 };

describe("steps", () => {
  test("asks for steps in place of the answer, and for the answer after them", async () => {
    const { model, calls } = watched({
      "Q: 7 + 5 = ?\nSteps:": " 7+5=12\nso: 12\nA: 12",
      "Q: 7 + 5 = ?\nSteps: 7+5=12\nso: 12\nA:": " 12\nQ: more",
    });
    const asked = await steps(model, ask("Q: 7 + 5 = ?\nA:"), limits, nothing, style);
    expect(textsOf(asked.output)).toEqual({ text: " 12", finish: "stop", before: [" 7+5=12\nso: 12"] });
    expect(calls.map(({ maxTokens }) => maxTokens)).toEqual([20, 4]);
    expect(asked.promptTokens).toBe("Q: 7 + 5 = ?\nSteps:".length + "Q: 7 + 5 = ?\nSteps: 7+5=12\nso: 12\nA:".length);
  });

  test("asks for the answer too where the steps reach their limit or the end of the text", async () => {
    const { model } = watched({ "Q: x\nSteps:": " abcdefgh \n ijkl", "Q: x\nSteps: abcd\nA:": " 1" });
    const asked = await steps(model, ask("Q: x\nA:"), limits, nothing, { ...style, maxTokens: 5 });
    expect(asked.output).toMatchObject({ text: " 1", before: [{ text: " abcd", finish: "length" }] });
    const { model: brief } = watched({ "Q: x\nSteps:": " so\n", "Q: x\nSteps: so\nA:": " 2" });
    expect((await steps(brief, ask("Q: x\nA:"), limits, nothing, style)).output).toMatchObject({
      text: " 2",
      before: [{ text: " so\n", finish: "end_of_text" }],
    });
  });

  test("has a cue and an answer line for tasks without", async () => {
    const { model, calls } = watched({
      "Is it?\nLet's think step by step.": " Yes.",
      "Is it?\nLet's think step by step. Yes.\nAnswer:": " yes",
    });
    expect(textsOf((await steps(model, ask("Is it?"), limits, nothing)).output)).toMatchObject({ text: " yes" });
    expect(calls[0]?.maxTokens).toBe(256);
  });

  test("tells the moments of both calls, and loses of a prompt what the longer one loses", async () => {
    const { model } = watched({ "x\nSteps:": "ab", "x\nSteps:ab\nAnswer:": "c" });
    const told: Moment[] = [];
    await steps(model, ask("x"), limits, (moment) => told.push(moment), style);
    expect(told).toEqual(["tokenized", "token", "token", "tokenized", "token"]);

    const { model: narrow } = watched({ "\nSteps:": "ab", "ab\nAnswer:": "c" }, 14);
    const asked = await steps(narrow, ask("0123\nx"), { maxTokens: 4, stops: [] }, nothing, { ...style, maxTokens: 7 });
    // 13 - 7 of the first, 23 - 10 of the second.
    expect(asked).toMatchObject({ promptTokens: 7 + 10, truncatedTokens: 13 });
  });

  test("draws the two texts by seeds of their own", async () => {
    const { model, calls } = watched({ "x\nSteps:": "ab", "x\nSteps:ab\nAnswer:": "c" });
    const sampling = { temperature: 1, seed: 5 };
    await steps(model, ask("x"), { ...limits, sampling }, nothing, style);
    expect(calls[0]?.sampling?.seed).toBe(5);
    expect(calls[1]?.sampling).toMatchObject({ temperature: 1 });
    expect(calls[1]?.sampling?.seed).not.toBe(5);
  });
});
