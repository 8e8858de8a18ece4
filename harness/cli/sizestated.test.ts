import { expect, test } from "vitest";
import { UsageError } from "./flags.ts";
import { supposedOf } from "./sizestated.ts";

test("supposedOf gives the least discordance that the rates allow, and that of models which err independently", () => {
  expect(supposedOf({ rates: [0.8, 0.75] })).toEqual({
    difference: 0.05,
    rates: [0.8, 0.75],
    discordances: [
      { discordance: 0.05, assumed: "least" },
      { discordance: 0.35, assumed: "independent" },
    ],
  });
});

test("supposedOf has no range where one of the two is always right, or where the discordance is stated", () => {
  expect(supposedOf({ rates: [1, 0.9] }).discordances).toEqual([{ discordance: 0.1, assumed: "independent" }]);
  expect(supposedOf({ rates: [0.8, 0.7], discordance: 0.15 }).discordances).toEqual([
    { discordance: 0.15, assumed: "stated" },
  ]);
  expect(supposedOf({ onlyA: 0.1, onlyB: 0.2 })).toEqual({
    difference: -0.1,
    discordances: [{ discordance: 0.3, assumed: "stated" }],
  });
});

test("supposedOf takes two to be alike where only a margin is stated, and as the rates have it otherwise", () => {
  expect(supposedOf({ margin: 0.02, discordance: 0.1 }).difference).toBe(0);
  expect(supposedOf({ margin: 0.02, rates: [0.75, 0.7] }).difference).toBe(0.05);
});

test("supposedOf takes a difference that the rates agree with, in either direction unless there is a margin", () => {
  expect(supposedOf({ difference: 0.1, rates: [0.7, 0.8] }).difference).toBe(0.1);
  expect(() => supposedOf({ margin: 0.2, difference: 0.1, rates: [0.7, 0.8] })).toThrow("--rates: differ by -0.1");
});

test.each([
  [{ discordance: 0.2 }, "what is there to be found?"],
  [{ difference: 0.1 }, "how often is only one of them right?"],
  [{ difference: 0.05, rates: [0.8, 0.7] }, "--rates: differ by 0.1, not by 0.05"],
  [{ difference: 0.2, discordance: 0.1 }, "--discordance: 0.1 is less than the difference, 0.2"],
  [{ rates: [0.8, 0.7], discordance: 0.05 }, "--discordance: 0.05 is less than the difference, 0.1"],
  [{ rates: [0.9, 0.8], discordance: 0.4 }, "is more than two of accuracy 0.9 and 0.8 can differ, 0.3"],
  [{ rates: [0.7, 0.7] }, "to show that two are alike, give --margin"],
  [{ margin: 0.02, rates: [0.7, 0.8] }, "worse than B by 0.02 or more"],
  [{ onlyA: 0.1 }, "--only-a: says half"],
  [{ onlyB: 0.1 }, "--only-b: says half"],
  [{ onlyA: 0.6, onlyB: 0.5 }, "more than all questions"],
  [{ onlyA: 0.1, onlyB: 0.05, discordance: 0.15 }, "--discordance: is the sum of"],
] as const)("supposedOf refuses %j", (stated, message) => {
  expect(() => supposedOf(stated)).toThrow(UsageError);
  expect(() => supposedOf(stated)).toThrow(message);
});
