import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { pythonRandom } from "./pythonrandom.ts";

/** A population's size, and what was drawn from its indices. */
type Sample = readonly [n: number, drawn: readonly number[]];

/**
 * From CPython 3.11.2. `fresh`: `[n, random.Random(1234).sample(range(n), k)]`, 1,000 pairs, both sides of every
 * change of branch up to k = 60 among them. `streams`: `r = random.Random(seed)`, then `[n, r.sample(range(n), k)]` in
 * turn. `doubles`: `r.random()` in turn.
 */
const python = JSON.parse(readFileSync(new URL("pythonrandom.fixture.json", import.meta.url), "utf8")) as {
  fresh: Sample[];
  streams: { seed: number; calls: Sample[] }[];
  doubles: { seed: number; random: number[] }[];
};

const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

describe("pythonRandom sample", () => {
  test("draws what CPython draws, 1,000 sizes", () => {
    expect(python.fresh).toHaveLength(1_000);
    const million = range(1_000_000);
    for (const [n, drawn] of python.fresh) {
      const sample = pythonRandom(1234).sample(million.slice(0, n), drawn.length);
      expect(sample, `${drawn.length} of ${n}`).toEqual(drawn);
    }
  });

  test.each(python.streams)("goes on where the last call ended, seed $seed", ({ seed, calls }) => {
    const random = pythonRandom(seed);
    expect(calls.map(([n, drawn]) => [n, random.sample(range(n), drawn.length)])).toEqual(calls);
  });

  test("draws the items themselves, equal ones too, and leaves the list as it was", () => {
    const items = ["a", "b", "a", "b", "a"];
    const sample = pythonRandom(42).sample(items, 5);
    expect(sample).toEqual(
      pythonRandom(42)
        .sample(range(5), 5)
        .map((i) => items[i]),
    );
    expect(sample.toSorted()).toEqual(["a", "a", "a", "b", "b"]);
    expect(items).toEqual(["a", "b", "a", "b", "a"]);
  });

  test.each([4, -1, 1.5, NaN])("refuses to draw %d of three", (k) => {
    expect(() => pythonRandom(0).sample([1, 2, 3], k)).toThrow(
      new RangeError(`cannot draw a sample of "${k}" from 3 items: ask for an integer from 0 to 3`),
    );
  });
});

describe("pythonRandom random", () => {
  test.each(python.doubles)("is CPython's to the last bit, seed $seed", ({ seed, random: expected }) => {
    const random = pythonRandom(seed);
    expect(expected.map(() => random.random())).toEqual(expected);
  });
});

describe("pythonRandom", () => {
  test.each([-1, 0.5, NaN, 2 ** 53])("refuses %d for a seed", (seed) => {
    expect(() => pythonRandom(seed)).toThrow(
      new RangeError(`cannot seed Python's generator with "${seed}": give an integer from 0 to 2^53 - 1`),
    );
  });
});
