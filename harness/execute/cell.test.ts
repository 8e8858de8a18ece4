import { describe, expect, test } from "vitest";
import type { LoadedModel } from "../engine/engine.ts";
import { Script, scripted } from "../engine/scripted.ts";
import { seedFrom } from "../stats/random.ts";
import type { Question } from "../task.ts";
import { askBlock, askOne } from "./cell.ts";
import { BlockResult } from "./messages.ts";

const question = (id: string, prompt: string, choices?: string[]): Question => ({
  id,
  prompt,
  target: "0",
  ...(choices === undefined ? {} : { choices }),
});
const once = (...questions: Question[]): { questions: Question[]; least: number } => ({ questions, least: 0 });
const limits = { maxTokens: 50, stops: ["\n"] };
/** A clock that ticks once every time it is looked at. */
const ticking = (tick: number): (() => number) => {
  let now = 1_000_000;
  return () => (now += tick);
};
const model = scripted(Script.parse({ otherwise: "ab\nc", fails: ["!"] }));

describe("askOne", () => {
  test("notes every moment after submission", async () => {
    // Looks: submitted, tokenised, three tokens ("a", "b", the stop), complete.
    expect(await askOne(model, question("1", "?"), limits, ticking(10))).toEqual({
      outcome: "answered",
      question: "1",
      output: { type: "generation", text: "ab", tokens: [97, 98, 10], finish: "stop" },
      prompt_tokens: 1,
      timing: { tokenized: 10, tokens: [20, 30, 40], latency: 50 },
    });
  });

  test("has no token times for a choice", async () => {
    const answer = await askOne(model, question("1", "?", [" a", " b"]), limits, ticking(10));
    expect(answer).toMatchObject({ outcome: "answered", timing: { tokenized: 10, tokens: [], latency: 20 } });
  });

  test("makes a failure an answer of its own kind", async () => {
    expect(await askOne(model, question("7", "oh!"), limits, ticking(10))).toEqual({
      outcome: "failed",
      question: "7",
      reason: 'the script fails on "oh!"',
      latency: 20,
    });
  });
});

describe("askOne, in several calls", () => {
  const several = scripted(Script.parse({ replies: { "Steps:": "uv", "A:": "7\n" }, otherwise: "?" }));
  const way = { ...limits, solver: { kind: "steps" } as const, style: { cue: "\nSteps:", maxTokens: 9 } };

  test("notes the tokens of all of them, and when each was tokenised", async () => {
    // Looks: submitted, tokenised, "u", "v", tokenised, "7", the stop, complete.
    expect(await askOne(several, question("1", "Q\nA:"), way, ticking(10))).toEqual({
      outcome: "answered",
      question: "1",
      output: {
        type: "generation",
        text: "7",
        tokens: [55, 10],
        finish: "stop",
        before: [{ text: "uv", tokens: [117, 118], finish: "end_of_text" }],
      },
      prompt_tokens: "Q\nSteps:".length + "Q\nSteps:uv\nA:".length,
      timing: {
        tokenized: 10,
        tokens: [20, 30, 50, 60],
        latency: 70,
        calls: [
          { tokenized: 10, tokens: 2 },
          { tokenized: 40, tokens: 2 },
        ],
      },
    });
  });

  test("gives each question and each draft a seed of its own", async () => {
    const seeds: (number | undefined)[] = [];
    const watched: LoadedModel = {
      ...several,
      engine: {
        ...several.engine,
        generate(prompt, options, onToken) {
          seeds.push(options.sampling?.seed);
          return several.engine.generate(prompt, options, onToken);
        },
      },
    };
    const vote = { ...limits, sampling: { temperature: 1, seed: 7 }, solver: { kind: "vote", draws: 3 } as const };
    const asked = await askBlock(watched, once(question("a", "A:"), question("b", "A:")), vote);
    expect(new Set(seeds).size).toBe(6);
    expect(asked.answers).toMatchObject(
      ["a", "b"].map((id) => ({ question: id, output: { drafts: [{ text: "7" }, {}, {}] } })),
    );
    expect(BlockResult.safeParse(asked).success).toBe(true);
  });
});

describe("askOne, a prompt longer than the context", () => {
  const short = scripted(Script.parse({ otherwise: "a\nb", context: 12 }));
  const told = async (prompt: string): Promise<unknown> =>
    askOne(short, question("1", prompt), { ...limits, maxTokens: 2 });

  test("says how many tokens it lost", async () => {
    expect(await told("0123456789abc")).toMatchObject({ prompt_tokens: 10, truncated_tokens: 3 });
  });

  test("says nothing where it lost none", async () => {
    const answer = await told("0123456789");
    expect(answer).toMatchObject({ prompt_tokens: 10 });
    expect(answer).not.toHaveProperty("truncated_tokens");
  });
});

describe("askBlock, drawn answers", () => {
  /** The seeds with which an engine was asked, by prompt. */
  async function seedsOf(seed: number | undefined, ...prompts: string[]): Promise<Map<string, number | undefined>> {
    const seeds = new Map<string, number | undefined>();
    const { engine, tokenizer } = model;
    const watched: LoadedModel = {
      tokenizer,
      engine: {
        ...engine,
        generate(prompt, options, onToken) {
          seeds.set(tokenizer.decode(prompt), options.sampling?.seed);
          return engine.generate(prompt, options, onToken);
        },
      },
    };
    const sampling = seed === undefined ? {} : { sampling: { temperature: 1, topK: 50, seed } };
    await askBlock(watched, once(...prompts.map((prompt) => question(prompt, prompt))), { ...limits, ...sampling });
    return seeds;
  }

  test("have a seed by the pass and the question's id, whatever was asked before", async () => {
    const together = await seedsOf(7, "a", "b", "c");
    expect(await seedsOf(7, "c", "a")).toEqual(new Map(["c", "a"].map((id) => [id, together.get(id)])));
    expect(new Set(together.values()).size).toBe(3);
    expect((await seedsOf(8, "a")).get("a")).not.toBe(together.get("a"));
    expect(together.get("a")).toBe(seedFrom(7, "a"));
  });

  test("have none where the likeliest token is taken", async () => {
    expect(await seedsOf(undefined, "a")).toEqual(new Map([["a", undefined]]));
  });
});

describe("askBlock", () => {
  test("measures the block from before its first question to after its last", async () => {
    const block = await askBlock(model, once(question("1", "?"), question("2", "?")), limits, ticking(10));
    // Looks: window open, 6 an answer, window close.
    expect(block.wall).toBe(130);
    expect(block.answers.map((answer) => answer.outcome === "answered" && answer.timing.latency)).toEqual([50, 50]);
    expect(BlockResult.safeParse(block).success).toBe(true);
  });

  test("goes on after a question that fails, in order", async () => {
    const asked = [question("1", "?"), question("2", "no!"), question("3", "?")];
    const { answers } = await askBlock(model, once(...asked), limits);
    expect(answers.map(({ question: id, outcome }) => `${id} ${outcome}`)).toEqual([
      "1 answered",
      "2 failed",
      "3 answered",
    ]);
  });

  test("asks all of it again until the window is long enough, and keeps the first answers", async () => {
    const block = await askBlock(model, { questions: [question("1", "?")], least: 100 }, limits, ticking(10));
    // A round takes six looks, so 70 after the first check and 140 after the second.
    expect(block.rounds).toBe(2);
    expect(block.answers).toHaveLength(1);
    expect(block.wall).toBeGreaterThanOrEqual(100);
  });

  test("tells the processor time of its own process", async () => {
    const { cpu } = await askBlock(model, once(question("1", "?")), limits);
    expect(Number.isInteger(cpu)).toBe(true);
    expect(cpu).toBeGreaterThanOrEqual(0);
  });
});
