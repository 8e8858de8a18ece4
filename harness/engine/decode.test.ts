import { describe, expect, test } from "vitest";
import { argmax, decode, likelihood, logSoftmax, type Logits, type Position, row } from "./decode.ts";
import type { TokenIds } from "./engine.ts";
import { sampler } from "./sample.ts";

const VOCABULARY = 5;

/** Logits after a text: any function of all of it will do, so long as it minds the order. */
function logitsAfter(text: TokenIds): number[] {
  const state = text.reduce((sum, token) => (sum * 31 + token + 7) % 1009, 3);
  return Array.from({ length: VOCABULARY }, (_, i) => Math.sin(state * (i + 1)) * 4);
}

/** A toy model that says how often it was fed. */
function toy(feeds: number[] = []): (tokens: TokenIds) => Promise<Position> {
  const at =
    (before: TokenIds): ((tokens: TokenIds) => Promise<Position>) =>
    async (tokens) => {
      feeds.push(tokens.length);
      const rows = tokens.map((_, i) => logitsAfter([...before, ...tokens.slice(0, i + 1)]));
      const data = Float32Array.from(rows.flat());
      return { logits: { data, rows: rows.length, vocabulary: VOCABULARY }, feed: at([...before, ...tokens]) };
    };
  return at([]);
}

/** A model that writes what it is told, whatever it reads. */
function writing(tokens: TokenIds): Position {
  const [next = 0, ...rest] = tokens;
  const data = Float32Array.from({ length: VOCABULARY }, (_, i) => (i === next ? 1 : 0));
  return { logits: { data, rows: 1, vocabulary: VOCABULARY }, feed: async () => writing(rest) };
}

describe("row", () => {
  test("counts from the front and, negative, from the end", () => {
    const logits: Logits = { data: Float32Array.of(1, 2, 3, 4, 5, 6), rows: 3, vocabulary: 2 };
    expect([...row(logits, 0)]).toEqual([1, 2]);
    expect([...row(logits, 1)]).toEqual([3, 4]);
    expect([...row(logits, -1)]).toEqual([5, 6]);
    expect([...row(logits, -3)]).toEqual([1, 2]);
  });

  test.each([3, -4])("refuses row %i of three: it was not kept", (index) => {
    const logits: Logits = { data: new Float32Array(6), rows: 3, vocabulary: 2 };
    expect(() => row(logits, index)).toThrow(new RangeError(`the graph gave 3 rows of logits, and not row ${index}`));
  });
});

describe("argmax", () => {
  test("is the first of equals", () => {
    expect(argmax(Float32Array.of(0, 3, 3, 1))).toBe(1);
    expect(argmax(Float32Array.of(-4, -2, -2))).toBe(1);
    expect(argmax(Float32Array.of(7))).toBe(0);
    expect(argmax(Float32Array.of(-Infinity, -1))).toBe(1);
  });
});

describe("logSoftmax", () => {
  test("agrees with a double-precision reference, large logits and all", () => {
    for (const shift of [0, 90, -90, 1_000]) {
      const values = Float32Array.of(1 + shift, 2.5 + shift, -3 + shift, 0.125 + shift);
      const sum = Math.log(Math.exp(1) + Math.exp(2.5) + Math.exp(-3) + Math.exp(0.125));
      expect(logSoftmax(values, 1)).toBeCloseTo(2.5 - sum, 12);
      expect(logSoftmax(values, 2)).toBeCloseTo(-3 - sum, 12);
    }
  });

  test("of a whole vocabulary sums to one", () => {
    const values = Float32Array.from({ length: 1_000 }, (_, i) => Math.sin(i) * 20);
    const total = Array.from(values, (_, i) => Math.exp(logSoftmax(values, i))).reduce((sum, p) => sum + p, 0);
    expect(total).toBeCloseTo(1, 12);
  });

  test("of equals is -ln n", () => {
    expect(logSoftmax(new Float32Array(4), 3)).toBeCloseTo(-Math.log(4), 14);
  });
});

describe("decode", () => {
  const END = new Set([4]);
  const collect = async (plan: TokenIds, maxTokens: number, stopAt?: number) => {
    const told: number[] = [];
    const completion = await decode(writing(plan), END, { maxTokens }, (token) => {
      told.push(token);
      return token === stopAt ? "stop" : "continue";
    });
    return { ...completion, told };
  };

  test("ends at the end-of-text token, which is told to nobody", async () => {
    expect(await collect([1, 2, 4, 3], 10)).toEqual({ tokens: [1, 2], finish: "end_of_text", told: [1, 2] });
    expect(await collect([4], 10)).toEqual({ tokens: [], finish: "end_of_text", told: [] });
  });

  test("ends at its length limit exactly", async () => {
    expect(await collect([1, 2, 3, 1], 3)).toEqual({ tokens: [1, 2, 3], finish: "length", told: [1, 2, 3] });
    expect(await collect([1, 2], 1)).toEqual({ tokens: [1], finish: "length", told: [1] });
  });

  test("ends when its listener asks it to, the token that did it inside", async () => {
    expect(await collect([1, 2, 3], 10, 2)).toEqual({ tokens: [1, 2], finish: "stop", told: [1, 2] });
    expect(await collect([1, 2, 3], 2, 2)).toMatchObject({ finish: "stop" });
  });

  test("feeds one token at a time, and none after the last", async () => {
    const feeds: number[] = [];
    const prompt = await toy(feeds)([1, 2, 3]);
    const { tokens } = await decode(prompt, new Set(), { maxTokens: 6 }, () => "continue");
    expect(tokens).toHaveLength(6);
    expect(feeds).toEqual([3, 1, 1, 1, 1, 1]);
  });

  test("writes the best token after everything before it", async () => {
    const { tokens } = await decode(await toy()([1]), new Set(), { maxTokens: 4 }, () => "continue");
    const text = [1];
    for (const token of tokens) {
      expect(token).toBe(argmax(Float32Array.from(logitsAfter(text))));
      text.push(token);
    }
  });

  test("draws each token after everything before it, when asked to sample", async () => {
    const sampling = { temperature: 2, topP: 0.95, seed: 7 };
    const { tokens } = await decode(await toy()([1]), new Set(), { maxTokens: 12, sampling }, () => "continue");
    const pick = sampler(sampling);
    const text = [1];
    for (const token of tokens) {
      expect(token).toBe(pick(Float32Array.from(logitsAfter(text))));
      text.push(token);
    }
    const best = await decode(await toy()([1]), new Set(), { maxTokens: 12 }, () => "continue");
    expect(tokens).not.toEqual(best.tokens);
  });

  test("draws the same again from the same seed, and something else from another", async () => {
    const draw = async (seed: number) => {
      const options = { maxTokens: 20, sampling: { temperature: 1.5, seed } };
      return (await decode(await toy()([1]), new Set(), options, () => "continue")).tokens;
    };
    expect(await draw(1)).toEqual(await draw(1));
    expect(await draw(1)).not.toEqual(await draw(2));
  });
});

describe("likelihood", () => {
  test.each([[[2]], [[0, 3]], [[4, 1, 1, 0, 2]]])("of %j equals the sum taken step by step", async (continuation) => {
    const { sum } = await likelihood(await toy()([1, 2]), continuation);
    let expected = 0;
    const text = [1, 2];
    for (const token of continuation) {
      expected += logSoftmax(Float32Array.from(logitsAfter(text)), token);
      text.push(token);
    }
    expect(sum).toBeCloseTo(expected, 12);
  });

  test("needs no row of the context but its last, and takes a continuation's rows from the end", async () => {
    const whole = await toy()([1, 2, 3]);
    const { data } = whole.logits;
    const kept: Position = {
      logits: { data: data.subarray(-VOCABULARY), rows: 1, vocabulary: VOCABULARY },
      // A graph may give more rows than were asked for, here those of the context too.
      feed: async (tokens) => {
        const fed = (await whole.feed(tokens)).logits;
        const both = Float32Array.of(...data, ...fed.data);
        return {
          logits: { data: both, rows: 3 + fed.rows, vocabulary: VOCABULARY },
          feed: () => Promise.reject(new Error("read twice")),
        };
      },
    };
    for (const continuation of [[2], [0, 3], [4, 1, 1, 0, 2]]) {
      expect(await likelihood(kept, continuation)).toEqual(await likelihood(whole, continuation));
    }
  });

  test("is greedy exactly for what greedy decoding writes", async () => {
    const { tokens } = await decode(await toy()([3]), new Set(), { maxTokens: 3 }, () => "continue");
    expect((await likelihood(await toy()([3]), tokens)).greedy).toBe(true);
    const firstWrong = [((tokens[0] as number) + 1) % VOCABULARY, ...tokens.slice(1)];
    const lastWrong = [...tokens.slice(0, -1), ((tokens[2] as number) + 1) % VOCABULARY];
    expect((await likelihood(await toy()([3]), firstWrong)).greedy).toBe(false);
    expect((await likelihood(await toy()([3]), lastWrong)).greedy).toBe(false);
  });

  test("reads a continuation in one go, and one token not at all", async () => {
    const feeds: number[] = [];
    const context = await toy(feeds)([1, 2]);
    await likelihood(context, [3]);
    await likelihood(context, [3, 1, 0]);
    expect(feeds).toEqual([2, 2]);
  });
});
