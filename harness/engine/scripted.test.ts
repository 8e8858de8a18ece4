import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { openScript, Script, scripted } from "./scripted.ts";

const model = scripted(
  Script.parse({ replies: { "=": "no", "2=": "two", "12=": "twelve" }, otherwise: "?", fails: ["!"], context: 99 }),
);
const write = async (prompt: string, maxTokens = 50, stopAfter = Infinity) => {
  let told = 0;
  const { tokens, finish } = await model.engine.generate(model.tokenizer.encode(prompt), { maxTokens }, () =>
    ++told >= stopAfter ? "stop" : "continue",
  );
  return { text: model.tokenizer.decode(tokens), finish, told };
};

describe("scripted", () => {
  test("replies by the longest key that the prompt ends in", async () => {
    expect((await write("6+6=12=")).text).toBe("twelve");
    expect((await write("1+1=2=")).text).toBe("two");
    expect((await write("1=")).text).toBe("no");
    expect((await write("hello")).text).toBe("?");
  });

  test("keeps to limits and stops", async () => {
    expect(await write("12=", 3)).toEqual({ text: "twe", finish: "length", told: 3 });
    expect(await write("12=", 50, 2)).toEqual({ text: "tw", finish: "stop", told: 2 });
    expect(await write("12=")).toEqual({ text: "twelve", finish: "end_of_text", told: 6 });
  });

  test("fails where it is told to", async () => {
    await expect(write("oh!")).rejects.toThrow('the script fails on "oh!"');
  });

  test("scores what it would write above anything else of the same length", async () => {
    const { encode } = model.tokenizer;
    const [two, ten] = await model.engine.score(encode("1+1=2="), [encode("two"), encode("ten")]);
    expect(two).toEqual({ sum: expect.closeTo(-0.3, 12), greedy: true });
    expect(ten).toEqual({ sum: -3, greedy: false });
  });

  test("has one token a code point", () => {
    expect(model.tokenizer.encode("é😀")).toEqual([0xe9, 0x1f600]);
    expect(model.tokenizer.decode([0xe9, 0x1f600])).toBe("é😀");
    expect(model.engine.context).toBe(99);
  });
});

describe("openScript", () => {
  test("reads script.json and refuses keys it does not know", async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "perjoule-script-"));
    try {
      writeFileSync(path.join(folder, "script.json"), JSON.stringify({ otherwise: "hi" }));
      const { engine, tokenizer } = await openScript(folder);
      const { tokens } = await engine.generate(tokenizer.encode("x"), { maxTokens: 9 }, () => "continue");
      expect(tokenizer.decode(tokens)).toBe("hi");
      writeFileSync(path.join(folder, "script.json"), JSON.stringify({ replys: {} }));
      await expect(openScript(folder)).rejects.toThrow("replys");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
