import { expect, test } from "vitest";
import { longEnough, milli } from "./wallrecord.ts";

test("milli counts whole millijoules, and gives nothing for what is no number of joules", () => {
  expect(milli.raw(12.3456)).toBe(12_346n);
  for (const value of [undefined, NaN, Infinity, 1e308 * 3_600, -1]) expect(milli.raw(value)).toBeUndefined();
});

test("longEnough keeps 41 periods, and a minute", () => {
  expect(longEnough(1)).toBe(60);
  expect(longEnough(3)).toBe(123);
});
