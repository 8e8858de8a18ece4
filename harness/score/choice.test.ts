import { describe, expect, test } from "vitest";
import { argmax, brierTerm, chosenBy, type HeldChoices, isGreedilyRight, probabilityMass } from "./choice.ts";

const held = (logLikelihoods: readonly number[], more: Partial<HeldChoices> = {}): HeldChoices => ({
  texts: logLikelihoods.map(() => "a"),
  logLikelihoods,
  greedy: logLikelihoods.map(() => false),
  right: [0],
  ...more,
});

describe("argmax", () => {
  // numpy 2.4: np.argmax of the same lists.
  test.each([
    [[-3, -1, -2], 1],
    [[-2, -1, -1], 1],
    [[-Infinity, -2], 1],
    [[-Infinity, -Infinity], 0],
    [[-1, NaN, 5, NaN], 1],
  ])("of %j is %i", (values, index) => {
    expect(argmax(values)).toBe(index);
  });
});

describe("chosenBy", () => {
  test("divides by code points or by bytes and never by UTF-16: each would take another", () => {
    // By code points 2, 2, 2; by bytes 2, 6, 8; by UTF-16 2, 2, 4.
    const choices = held([-2, -2.2, -3], { texts: ["ab", "\u4e2d\u4e2d", "😀😀"] });
    // -1, -1.1, -1.5; then -1, -0.367, -0.375; by UTF-16 -1, -1.1, -0.75.
    expect(chosenBy("acc_norm", choices)).toBe(0);
    expect(chosenBy("acc_bytes", choices)).toBe(1);
    expect(argmax(choices.logLikelihoods.map((ln, i) => ln / (choices.texts[i] as string).length))).toBe(2);
  });

  test("takes é as it is spelt: composed one code point of two bytes, decomposed two of three", () => {
    const choices = held([-1.9, -3, -2.2], { texts: ["\u00e9", "e\u0301", "ab"] });
    // By code points -1.9, -1.5, -1.1; by bytes -0.95, -1, -1.1. Composed, the second would have -3 and -1.5.
    expect(chosenBy("acc", choices)).toBe(0);
    expect(chosenBy("acc_norm", choices)).toBe(2);
    expect(chosenBy("acc_bytes", choices)).toBe(0);
    expect(chosenBy("acc_norm", held([-1.9, -3], { texts: ["\u00e9", "e\u0301"] }))).toBe(1);
  });

  test("does with an empty choice what numpy does with a division by zero", () => {
    expect(chosenBy("acc_norm", held([-1, -9], { texts: ["", "a"] }))).toBe(1);
    // 0 / 0 is NaN, which numpy's argmax puts first.
    expect(chosenBy("acc_norm", held([-9, 0], { texts: ["a", ""] }))).toBe(1);
  });

  test("of ARC's choices differs by length", () => {
    // A long right answer: the likeliest is the short one, per character it is the long one.
    const texts = ["dry palms", "wet palms", "palms covered with oil", "palms covered with lotion"];
    const choices = held([-9, -11, -17.6, -21], { texts });
    expect(chosenBy("acc", choices)).toBe(0);
    // -1, -1.22, -0.8, -0.84.
    expect(chosenBy("acc_norm", choices)).toBe(2);
  });

  test("of MMLU's letters is the same by any length", () => {
    const letters = held([-1.5, -0.9, -2, -2.2], { texts: ["A", "B", "C", "D"] });
    expect([chosenBy("acc", letters), chosenBy("acc_norm", letters), chosenBy("acc_bytes", letters)]).toEqual([
      1, 1, 1,
    ]);
  });

  test("subtracts what a choice has after nothing, and is absent without it", () => {
    expect(chosenBy("acc_mutual_info", held([-1, -3], { unconditional: [-0.5, -6] }))).toBe(1);
    expect(chosenBy("acc_mutual_info", held([-1, -3]))).toBeUndefined();
  });

  test("is absent of metrics that take no choice", () => {
    expect(chosenBy("brier_score", held([-1, -3]))).toBeUndefined();
  });
});

describe("isGreedilyRight", () => {
  test("asks of a right one, not of the likeliest", () => {
    const greedy = [false, true, true];
    expect(isGreedilyRight(held([-1, -2, -3], { greedy, right: [0] }))).toBe(false);
    expect(isGreedilyRight(held([-1, -2, -3], { greedy, right: [2] }))).toBe(true);
    expect(isGreedilyRight(held([-1, -2, -3], { greedy, right: [0, 2] }))).toBe(true);
    expect(isGreedilyRight(held([-1, -2, -3], { greedy, right: [7] }))).toBe(false);
  });
});

describe("brierTerm", () => {
  const [third, half, sixth] = [Math.log(1 / 3), Math.log(1 / 2), Math.log(1 / 6)];

  test("sums squares over all choices", () => {
    // (1/2 - 1)^2 + (1/3)^2 + (1/6)^2 = 7/18, and (1/2)^2 + (1/3)^2 + (5/6)^2 = 19/18.
    expect(brierTerm(held([half, third, sixth], { right: [0] }))).toBeCloseTo(7 / 18, 12);
    expect(brierTerm(held([half, third, sixth], { right: [2] }))).toBeCloseTo(19 / 18, 12);
  });

  test("is of the softmax: a factor common to all changes nothing, however small", () => {
    const shifted = [half, third, sixth].map((ln) => ln - 2_000);
    expect(brierTerm(held(shifted, { right: [0] }))).toBeCloseTo(7 / 18, 10);
  });

  test("is 0 of certainty in the right one and 2 in a wrong one", () => {
    expect(brierTerm(held([0, -1_000]))).toBe(0);
    expect(brierTerm(held([-1_000, 0]))).toBe(2);
  });

  test("shares the truth among several right ones", () => {
    expect(brierTerm(held([half, half], { right: [0, 1] }))).toBeCloseTo(0, 12);
  });
});

describe("probabilityMass", () => {
  test("is the right choices' share", () => {
    const logLikelihoods = [0.1, 0.2, 0.05, 0.15].map((p) => Math.log(p));
    expect(probabilityMass(held(logLikelihoods, { right: [0, 1] }))).toBeCloseTo(0.6, 12);
    expect(probabilityMass(held(logLikelihoods, { right: [] }))).toBe(0);
  });
});
