import { describe, expect, test } from "vitest";
import { decodeFlags } from "./decodeflags.ts";

describe("decodeFlags", () => {
  test("measures a prompt of 128 and 64 tokens in five rounds on one thread if nothing is said", () => {
    expect(decodeFlags([])).toEqual({
      rounds: 5,
      threads: 1,
      prompt: 128,
      tokens: 64,
      precisions: ["fp32", "int8", "int4"],
      peers: "llama.cpp",
    });
  });

  test("takes what is said", () => {
    const args = ["--rounds", "2", "--precisions", "int4,int8", "--peers", "none", "--csv", "out.csv"];
    expect(decodeFlags(args)).toMatchObject({ rounds: 2, precisions: ["int4", "int8"], peers: "none", csv: "out.csv" });
  });

  test.each([
    [["--rounds", "0"], '--rounds must be a whole number from 1 on, not "0"'],
    [["--tokens", "6.5"], '--tokens must be a whole number from 1 on, not "6.5"'],
    [["--prompt", "all"], '--prompt must be a whole number from 1 on, not "all"'],
    [["--precisions", "int3"], '--precisions takes fp32, int8, int4, not "int3"'],
    [["--peers", "vllm"], '--peers takes llama.cpp, none, not "vllm"'],
    [["--round", "5"], "--round"],
  ])("refuses %j", (args, message) => {
    expect(() => decodeFlags(args)).toThrow(message);
  });
});
