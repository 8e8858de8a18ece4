import { describe, expect, test } from "vitest";
import { TaskDefinition } from "../task.ts";
import { drawingOf, vote } from "./vote.ts";
import { ask, nothing, textsOf, watched } from "./watched.support.ts";

const sampling = { temperature: 0.7, topK: 50, seed: 9 };
const limits = { maxTokens: 4, stops: ["\n"], sampling };

describe("vote", () => {
  test("keeps every draft, and counts all of them", async () => {
    const { model, calls } = watched({ "1+1=": ["2\n", "3\n", "22222"] });
    const asked = await vote(model, ask("1+1="), 3, limits, nothing);
    expect(textsOf(asked.output)).toEqual({ text: "2", finish: "stop", drafts: ["2", "3", "2222"] });
    expect(asked.output).toMatchObject({ drafts: [{ tokens: [50, 10] }, { tokens: [51, 10] }, { finish: "length" }] });
    expect(asked.promptTokens).toBe(3 * 4);
    expect(calls).toHaveLength(3);
  });

  test("draws by a seed of the question's and the draw, the first by that of a single answer", async () => {
    const seedsOf = async (seed: number): Promise<unknown[]> => {
      const { model, calls } = watched({ x: Array(8).fill("y") });
      await vote(model, ask("x"), 8, { ...limits, sampling: { ...sampling, seed } }, nothing);
      return calls.map((call) => call.sampling?.seed);
    };
    const seeds = await seedsOf(9);
    expect(seeds[0]).toBe(9);
    expect(new Set(seeds).size).toBe(8);
    expect(await seedsOf(9)).toEqual(seeds);
    expect(new Set([...seeds, ...(await seedsOf(10))]).size).toBe(16);
  });

  test("refuses the likeliest tokens", async () => {
    const { model } = watched({ x: "y" });
    await expect(vote(model, ask("x"), 3, { maxTokens: 4, stops: [] }, nothing)).rejects.toThrow("all be the same");
  });
});

describe("drawingOf", () => {
  const drawn = (generation_kwargs?: object): object =>
    drawingOf(
      TaskDefinition.parse({
        task: "t",
        dataset_path: "json",
        doc_to_text: "q",
        doc_to_target: "a",
        ...(generation_kwargs && { generation_kwargs }),
      }),
    );

  test("is at 0.7 among the 50 likeliest, where the task decodes greedily", () => {
    expect(drawn()).toEqual({ temperature: 0.7, topK: 50 });
    expect(drawn({ do_sample: false, temperature: 0, max_gen_toks: 5 })).toEqual({ temperature: 0.7, topK: 50 });
  });

  test("is as the task says", () => {
    expect(drawn({ do_sample: false, temperature: 0.2, top_p: 0.9 })).toEqual({
      temperature: 0.2,
      topK: 50,
      topP: 0.9,
    });
    expect(drawn({ do_sample: true })).toEqual({ temperature: 1, topK: 50 });
    expect(drawn({ do_sample: true, temperature: 0.4, top_k: 3 })).toEqual({ temperature: 0.4, topK: 3 });
  });
});
