import { describe, expect, test } from "vitest";
import type { Engine, LoadedModel } from "../engine/engine.ts";
import { Script, scripted } from "../engine/scripted.ts";
import type { Question } from "../task.ts";
import type { Limits, Moment } from "./asked.ts";
import { direct } from "./direct.ts";

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
  const { output, ...tokens } = await direct(model, ask(prompt), given, nothing);
  if (output.type !== "generation") throw new Error("expected a generation");
  return { ...output, ...tokens };
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
      encodeBare: () => [9],
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

  // HFLM.generate_until keeps the last (context - max_gen_toks) tokens of a prompt, whatever the answer then takes of the room.
  test("cuts the prompt's beginning to leave room for the longest answer, and counts both parts", async () => {
    const model = says("abc", { context: 7, replies: { "45": "end" } });
    expect(await generated(model, "12345", { maxTokens: 5, stops: [] })).toMatchObject({
      text: "end",
      promptTokens: 2,
      truncatedTokens: 3,
    });
    expect(await generated(model, "45", { maxTokens: 5, stops: [] })).toMatchObject({
      promptTokens: 2,
      truncatedTokens: 0,
    });
  });

  test("shares a context that the longest answer alone would fill between prompt and answer", async () => {
    const model = says("abcdef", { context: 7 });
    expect(await generated(model, "12345", limits())).toMatchObject({
      text: "abc",
      promptTokens: 4,
      truncatedTokens: 1,
      finish: "length",
    });
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
        encodeBare: () => [],
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

  // HFLM._loglikelihood_tokens feeds all but the last of the last (context + 1) tokens, so each choice has its own cut.
  test("cuts the context's beginning where a choice does not fit, for that choice", async () => {
    const model = says("x", { context: 8 });
    const read: string[] = [];
    const engine: Engine = {
      ...model.engine,
      score: (context, continuations) => {
        read.push(model.tokenizer.decode(context));
        return model.engine.score(context, continuations);
      },
    };
    const asked = await direct({ ...model, engine }, ask("12345", [" a", " bc", " bcd", " bcde"]), limits(), nothing);
    // 5 + 4 - 1 tokens are fed and fit; 5 + 5 - 1 do not.
    expect(read).toEqual(["12345", "2345"]);
    expect(asked.truncatedTokens).toBe(1);
  });

  test("refuses a choice that does not fit by itself", async () => {
    await expect(direct(says("x", { context: 3 }), ask("12", ["a", "bcde"]), limits(), nothing)).rejects.toThrow(
      'the 4 tokens of choice "bcde" do not fit the model\'s context of 3',
    );
  });

  test("tells that it has tokenised, and no token: none was written", async () => {
    const told: Moment[] = [];
    await direct(says("x"), ask("?", [" a", " b"]), limits(), (moment) => told.push(moment));
    expect(told).toEqual(["tokenized"]);
  });

  test("reads the prefix in place of an empty context", async () => {
    const model = says("x");
    const read: (readonly number[])[] = [];
    const engine: Engine = {
      ...model.engine,
      score: (context, continuations) => {
        read.push(context);
        return model.engine.score(context, continuations);
      },
    };
    await direct({ ...model, engine }, ask(" ", ["a", "b"]), limits(), nothing);
    expect(read).toEqual([[2]]);
    const { prefix: _, ...without } = model.tokenizer;
    const bare = { ...without, encodePair: () => ({ context: [], continuation: [1] }) };
    await expect(direct({ engine, tokenizer: bare }, ask("", ["a", "b"]), limits(), nothing)).rejects.toThrow(
      "no beginning-of-text token",
    );
  });

  test("scores each choice after its own context", async () => {
    const question: Question = { ...ask("It ", [" fits", " fits"]), contexts: ["is A.", "is B."] };
    const model = says("x", { replies: { "It is B.": " fits" } });
    expect((await direct(model, question, limits(), nothing)).output).toMatchObject({
      choices: [{ greedy: false }, { greedy: true }],
    });
  });

  test("scores choices after nothing too where it is asked to", async () => {
    const model = says("none", { replies: { "\u0002": " b" } });
    const asked = await direct(model, { ...ask("p", [" a", " b"]), unconditional: true }, limits(), nothing);
    expect(asked.output).toMatchObject({
      choices: [
        { log_likelihood: -2, unconditional: -2 },
        { log_likelihood: -2, unconditional: expect.closeTo(-0.2, 12) as number },
      ],
    });
    expect(asked.promptTokens).toBe(1 + 4 + 1 + 4);
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
