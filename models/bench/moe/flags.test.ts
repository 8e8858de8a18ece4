import { describe, expect, test } from "vitest";
import { flagsOf } from "./flags.ts";

describe("flagsOf", () => {
  test("measures everything in five rounds if nothing is said", () => {
    expect(flagsOf([])).toEqual({
      rounds: 5,
      precisions: ["fp32", "int8", "int4"],
      lowerings: ["fused", "rows", "branch"],
      batches: [1, 4, 16, 64],
      phases: ["decode", "prefill"],
      seconds: 0.3,
    });
  });

  test("is short with --quick, but for what is said", () => {
    expect(flagsOf(["--quick"])).toMatchObject({ rounds: 1, batches: [1, 4], seconds: 0.05 });
    expect(flagsOf(["--quick", "--batch", "64"])).toMatchObject({ rounds: 1, batches: [64] });
  });

  test("takes what is said, once", () => {
    const args = [
      "--precision",
      "fp16,int4,int4",
      "--lowering",
      "rows",
      "--batch",
      "2,2",
      "--phase",
      "decode",
      "--out",
      "x",
    ];
    expect(flagsOf(args)).toMatchObject({
      precisions: ["fp16", "int4"],
      lowerings: ["rows"],
      batches: [2],
      phases: ["decode"],
      out: "x",
    });
  });

  test.each([
    [["--rounds", "0"], '--rounds must be a whole number from 1 on, not "0"'],
    [["--batch", "1,two"], '--batch must be a whole number from 1 on, not "two"'],
    [["--precision", "int2"], '--precision takes fp32, fp16, int8, int4, not "int2"'],
    [["--lowering", "auto"], '--lowering takes fused, rows, branch, not "auto"'],
    [["--phase", "train"], '--phase takes decode, prefill, not "train"'],
    [["--tokens", "4"], "--tokens"],
  ])("refuses %j", (args, message) => {
    expect(() => flagsOf(args)).toThrow(message);
  });
});
