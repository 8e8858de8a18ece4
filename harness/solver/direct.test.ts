import { describe, expect, test } from "vitest";
import type { Engine, LoadedModel } from "../engine/engine.ts";
import { Script, scripted } from "../engine/scripted.ts";
import type { Question } from "../task.ts";
import { beforeStop, direct, type Limits, type Moment } from "./direct.ts";

const says = (otherwise: string, more: object = {}): LoadedModel => scripted(Script.parse({ otherwise, ...more }));
const ask = (prompt: string, choices?: string[]): Question => ({
  id: "1",
  prompt,
  target: "0",
  ...(choices === undefined ? {} : { choices }),
});
const limits = (...stops: string[]): Limits => ({ maxTokens: 200, stops });
const nothing = (): void => {};

async function generated(model: LoadedModel, prompt: string, given: Limits) {
  const { output, promptTokens } = await direct(model, ask(prompt), given, nothing);
  if (output.type !== "generation") throw new Error("expected a generation");
  return { ...output, promptTokens };
}

describe("direct, generating", () => {
  test("keeps the text before the stop string, and stops there", async () => {
    const { text, finish, tokens } = await generated(says("12\nQ: more"), "6+6=", limits("\n"));
    expect({ text, finish }).toEqual({ text: "12", finish: "stop" });
    expect(tokens).toHaveLength(3);
  });

  test("finds a stop string that several tokens spell", async () => {
    expect(await generated(says("yes</s>and on"), "?", limits("</s>"))).toMatchObject({ text: "yes", finish: "stop" });
  });

  test("takes the earliest of several stop strings, whatever their order", async () => {
    expect((await generated(says("a;b\nc"), "?", limits("\n", ";"))).text).toBe("a");
  });

  test("takes the earliest of two that one token completes", async () => {
    // One token of two characters: both stops appear at once, the later one listed first.
    const pieces = ["x", "|;", "y"];
    const tokenizer = {
      encode: () => [9],
      decode: (tokens: readonly number[]) => tokens.map((token) => pieces[token]).join(""),
      encodePair: () => ({ context: [], continuation: [] }),
    };
    const engine: Engine = {
      context: 99,
      async generate(_prompt, _options, onToken) {
        const tokens: number[] = [];
        for (const token of [0, 1, 2]) {
          tokens.push(token);
          if (onToken(token) === "stop") return { tokens, finish: "stop" };
        }
        return { tokens, finish: "end_of_text" };
      },
      score: async () => [],
      close: async () => {},
    };
    expect(await generated({ engine, tokenizer }, "?", limits(";", "|"))).toMatchObject({ text: "x", tokens: [0, 1] });
  });

  test("finds a stop far into a long answer", async () => {
    expect((await generated(says(`${"a".repeat(150)}\nb`), "?", limits("\n"))).text).toBe("a".repeat(150));
  });

  test("finds a stop string of more than 32 tokens", async () => {
    const stop = "-".repeat(40);
    expect(await generated(says(`yes${stop}no`), "?", limits(stop))).toMatchObject({ text: "yes", finish: "stop" });
  });

  test("without stop strings runs to the end of the text", async () => {
    expect(await generated(says("one\n\ntwo"), "?", limits())).toMatchObject({
      text: "one\n\ntwo",
      finish: "end_of_text",
    });
  });

  test("reports an answer cut at its length", async () => {
    expect(await generated(says("abcdef"), "?", { maxTokens: 4, stops: ["\n"] })).toMatchObject({
      text: "abcd",
      finish: "length",
    });
  });

  test("an empty answer is an answer", async () => {
    expect(await generated(says(""), "?", limits("\n"))).toMatchObject({
      text: "",
      tokens: [],
      finish: "end_of_text",
    });
  });

  test("counts the prompt's tokens, and writes no more than the context holds", async () => {
    const model = says("abcdef", { context: 7 });
    expect(await generated(model, "12345", limits())).toMatchObject({ text: "ab", promptTokens: 5, finish: "length" });
  });

  test("refuses a prompt that leaves no room for one token", async () => {
    const model = says("abc", { context: 5 });
    await expect(generated(model, "12345", limits())).rejects.toThrow("5 tokens do not fit the model's context of 5");
  });

  test("refuses an empty prompt", async () => {
    await expect(generated(says("x"), "", limits())).rejects.toThrow("the prompt has no tokens");
  });

  test("tells its moments in order: tokenised once, then every token", async () => {
    const told: Moment[] = [];
    await direct(says("ab\nc"), ask("?"), limits("\n"), (moment) => told.push(moment));
    expect(told).toEqual(["tokenized", "token", "token", "token"]);
  });
});

describe("direct, choosing", () => {
  test("scores every choice in order, with its tokens", async () => {
    const { output } = await direct(says(" two"), ask("1+1=", [" one", " two", " three"]), limits(), nothing);
    expect(output).toEqual({
      type: "likelihoods",
      choices: [
        { log_likelihood: -4, tokens: 4, greedy: false },
        { log_likelihood: expect.closeTo(-0.4, 12), tokens: 4, greedy: true },
        { log_likelihood: -6, tokens: 6, greedy: false },
      ],
    });
  });

  test("reads a shared context once and counts it once", async () => {
    const model = says(" two");
    const read: number[][] = [];
    const engine: Engine = {
      ...model.engine,
      score: (context, continuations) => {
        read.push([...context]);
        return model.engine.score(context, continuations);
      },
    };
    const asked = await direct({ ...model, engine }, ask("1+1=", [" a", " bc"]), limits(), nothing);
    expect(read).toEqual([model.tokenizer.encode("1+1=")]);
    expect(asked.promptTokens).toBe(4 + 2 + 3);
  });

  test("reads each of unshared contexts by itself, in the choices' order, and counts them all", async () => {
    // This tokenizer joins the prompt's end with the choice "b" only.
    const pairs = new Map([
      ["a", { context: [1, 2], continuation: [3] }],
      ["b", { context: [1, 9], continuation: [4, 5] }],
    ]);
    const read: (readonly number[])[] = [];
    const model: LoadedModel = {
      engine: {
        context: 99,
        generate: () => Promise.reject(new Error("not asked to write")),
        score: async (context, continuations) => {
          read.push(context);
          return continuations.map((tokens) => ({ sum: -tokens.length, greedy: false }));
        },
        close: async () => {},
      },
      tokenizer: {
        encode: () => [],
        decode: () => "",
        encodePair: (_context, continuation) =>
          pairs.get(continuation) as { context: number[]; continuation: number[] },
      },
    };
    const { output, promptTokens } = await direct(model, ask("p", ["a", "b"]), limits(), nothing);
    expect(read).toEqual([
      [1, 2],
      [1, 9],
    ]);
    expect(promptTokens).toBe(2 + 1 + 2 + 2);
    expect(output).toMatchObject({ choices: [{ log_likelihood: -1 }, { log_likelihood: -2 }] });
  });

  test("refuses a choice without a token of its own, which would score ln 1", async () => {
    await expect(direct(says("x"), ask("1+1=", [" two", ""]), limits(), nothing)).rejects.toThrow(
      'choice "" has no token of its own',
    );
  });

  test("refuses a question whose longest choice does not fit, and takes one that just does", async () => {
    const fits = says("x", { context: 8 });
    await expect(direct(fits, ask("12345", [" a", " bc"]), limits(), nothing)).resolves.toBeDefined();
    await expect(direct(fits, ask("12345", [" a", " bcd"]), limits(), nothing)).rejects.toThrow(
      "9 tokens do not fit the model's context of 8",
    );
  });

  test("tells that it has tokenised, and no token: none was written", async () => {
    const told: Moment[] = [];
    await direct(says("x"), ask("?", [" a", " b"]), limits(), (moment) => told.push(moment));
    expect(told).toEqual(["tokenized"]);
  });

  test("refuses a context without tokens, as generating does", async () => {
    await expect(direct(says("x"), ask(" ", ["a", "b"]), limits(), nothing)).rejects.toThrow("no tokens");
  });

  // Let through, JSON would write null; it is the failure of one question.
  test("refuses a likelihood that is not a number", async () => {
    const model = says("x");
    const engine: Engine = {
      ...model.engine,
      score: async () => [
        { sum: NaN, greedy: false },
        { sum: -1, greedy: false },
      ],
    };
    await expect(direct({ ...model, engine }, ask("?", [" a", " b"]), limits(), nothing)).rejects.toThrow(
      /NaN|not a number|finite/,
    );
  });
});

describe("beforeStop", () => {
  test("is absent without a stop, and the text before the earliest otherwise", () => {
    expect(beforeStop("abc", [])).toBeUndefined();
    expect(beforeStop("abc", ["x", "y"])).toBeUndefined();
    expect(beforeStop("abc", ["c", "b"])).toBe("a");
    expect(beforeStop("abc", ["abc"])).toBe("");
  });
});
