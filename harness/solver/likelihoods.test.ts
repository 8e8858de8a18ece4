import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Script, scripted } from "../engine/scripted.ts";
import { direct } from "./direct.ts";
import { rollingWindows } from "./likelihoods.ts";

describe("rollingWindows", () => {
  // lm-eval's own documentation of get_rolling_token_windows with max_seq_len 10, context_len 1, over the tokens 1 to 30.
  test("are lm-eval's, made disjoint", () => {
    const tokens = Array.from({ length: 24 }, (_, i) => i + 1);
    expect(rollingWindows(tokens, 0, 10)).toEqual([
      { context: [0], continuation: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] },
      { context: [10], continuation: [11, 12, 13, 14, 15, 16, 17, 18, 19, 20] },
      { context: [14, 15, 16, 17, 18, 19, 20].slice(-7), continuation: [21, 22, 23, 24] },
    ]);
  });

  test("score every token once, and never feed more than fits", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 40 }), (count, length) => {
        const tokens = Array.from({ length: count }, (_, i) => i + 1);
        const windows = rollingWindows(tokens, 0, length);
        expect(windows.flatMap(({ continuation }) => continuation)).toEqual(tokens);
        for (const { context, continuation } of windows) {
          expect(context.length).toBeGreaterThan(0);
          expect(context.length + continuation.length - 1).toBeLessThanOrEqual(length);
          const before = [0, ...tokens].slice(0, continuation[0]);
          expect(before.slice(-context.length)).toEqual(context);
        }
      }),
    );
  });
});

describe("direct, a text as a whole", () => {
  const model = scripted(Script.parse({ context: 4 }));
  const question = { id: "1", prompt: "", target: "abcdefghij", rolling: true } as const;

  test("sums over its windows, of all its tokens", async () => {
    const { output, promptTokens, truncatedTokens } = await direct(
      model,
      question,
      { maxTokens: 1, stops: [] },
      () => {},
    );
    expect(output).toEqual({ type: "likelihoods", choices: [{ log_likelihood: -10, tokens: 10, greedy: false }] });
    // Two windows of 1 + 4 and one of 3 + 2.
    expect({ promptTokens, truncatedTokens }).toEqual({ promptTokens: 15, truncatedTokens: 0 });
  });

  test("predicts a beginning-of-text token that the tokenizer puts there, after the prefix", async () => {
    const { encode, ...others } = model.tokenizer;
    const tokenizer = { ...others, encode: (text: string) => [2, ...encode(text)] };
    const { output } = await direct({ ...model, tokenizer }, question, { maxTokens: 1, stops: [] }, () => {});
    expect(output).toMatchObject({ choices: [{ log_likelihood: -11, tokens: 11 }] });
  });

  test("refuses a text without tokens, and a model that cannot begin one", async () => {
    const limits = { maxTokens: 1, stops: [] };
    await expect(direct(model, { ...question, target: "" }, limits, () => {})).rejects.toThrow(
      "the text has no tokens",
    );
    const { prefix: _, ...tokenizer } = model.tokenizer;
    await expect(direct({ ...model, tokenizer }, question, limits, () => {})).rejects.toThrow("neither a beginning");
  });
});
