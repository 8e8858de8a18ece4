import { describe, expect, test } from "vitest";
import { decimalOf } from "./decimal.ts";

describe("decimalOf", () => {
  test.each([
    ["29", "29"],
    ["29.00", "29"],
    ["$29.00", "29"],
    ["$1,234.", "1234"],
    ["1,234,567.890", "1234567.89"],
    ["-3", "-3"],
    ["\u22123", "-3"],
    ["-$3", "-3"],
    ["$-3", "-3"],
    ["+5", "5"],
    ["€ 5", "5"],
    [" 5\n", "5"],
    ["007", "7"],
    [".5", "0.5"],
    ["-0.0", "0"],
    ["12345678901234567891", "12345678901234567891"],
  ])("reads %j as %s", (text, number) => {
    expect(decimalOf(text)).toBe(number);
  });

  test.each([
    "",
    ".",
    "$",
    "-",
    "--3",
    "-$-3",
    "1e3",
    "1/2",
    "5 %",
    "1,23",
    "1234,567",
    "1.2.3",
    "5..",
    "NaN",
    "0x10",
    "5 apples",
    "٣",
  ])("finds no number in %j", (text) => {
    expect(decimalOf(text)).toBeUndefined();
  });
});
