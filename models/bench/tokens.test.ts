import { describe, expect, test } from "vitest";
import { randomTokens } from "./tokens.ts";

const reading = { threads: 1, prompt: 50, tokens: 3, vocabulary: 1_000 };

describe("randomTokens", () => {
  test("are the same at every call, and below the vocabulary", () => {
    const { prompt, steps } = randomTokens(reading);
    expect(randomTokens(reading)).toEqual({ prompt, steps });
    expect(prompt).toHaveLength(50);
    expect(steps.map((step) => step.length)).toEqual([1, 1, 1]);
    expect(Math.max(...prompt)).toBeLessThan(1_000);
    expect(new Set(prompt).size).toBeGreaterThan(40);
  });

  test("give every row of a batch its own", () => {
    const { prompt, steps } = randomTokens({ ...reading, batch: 2 });
    expect([prompt.length, steps[0]?.length]).toEqual([100, 2]);
    expect(prompt.slice(0, 50)).not.toEqual(prompt.slice(50));
  });
});
