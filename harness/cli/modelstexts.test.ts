import path from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../store/root.ts";
import { shapeFolder } from "./modelscommands.support.ts";
import { rowsOf, textOf, tokensOf } from "./modelstexts.ts";

const POCKET = path.join(ROOT, "models", "pocket", "pocket-dense-s");

test("tokensOf reads a text with the folder's tokenizer, or that of the folder above", async () => {
  const own = await tokensOf({ folder: POCKET, size: 512 }, ["Q: 12 + 30 = ?"]);
  expect(own.of).toBe("the given text");
  expect(own.texts).toHaveLength(1);
  expect(await tokensOf({ folder: path.join(POCKET, "onnx") }, ["Q: 12 + 30 = ?"])).toEqual(own);
});

test("tokensOf asks questions of every task if no text is given", async () => {
  const { texts, of } = await tokensOf({ folder: POCKET }, []);
  expect(of).toBe("questions of perjoule's tasks");
  expect(texts.length).toBeGreaterThan(40);
});

test("tokensOf makes tokens up within the vocabulary for a model without a tokenizer, and says so", async () => {
  const { texts, of } = await tokensOf({ folder: shapeFolder({}), size: 10 }, ["some words of a text"], "x");
  expect(of).toBe("x (in made-up tokens, for want of a tokenizer)");
  expect(texts.flat()).toHaveLength(5);
  expect(texts.flat().every((token) => token >= 0 && token < 10)).toBe(true);
});

test("tokensOf cuts a long text into pieces that fit the context and lose nothing", async () => {
  const folder = shapeFolder({});
  const text = "many words ".repeat(400);
  const whole = await tokensOf({ folder, size: 99 }, [text]);
  const short = await tokensOf({ folder, size: 99, context: 64 }, [text]);
  expect(Math.max(...whole.texts.map(({ length }) => length))).toBe(256);
  expect(Math.max(...short.texts.map(({ length }) => length))).toBe(64);
  expect(short.texts.flat()).toEqual(whole.texts.flat());
});

test("tokensOf has nothing for a graph of unknown vocabulary, nor for no text", async () => {
  await expect(tokensOf({ folder: shapeFolder({}) }, ["a"])).rejects.toThrow(/no tokenizer\.json in/);
  await expect(tokensOf({ folder: shapeFolder({}), size: 9 }, [""], '"f.txt"')).rejects.toThrow('no tokens in "f.txt"');
  expect(() => textOf("/absent/f.txt")).toThrow('--text: cannot read "/absent/f.txt"');
});

test("rowsOf cuts all tokens into rows of one length", () => {
  const texts = {
    texts: [
      [1, 2, 3],
      [4, 5],
      [6, 7],
    ],
    of: "",
  };
  expect(rowsOf(texts, 1, 64)).toEqual([[1, 2, 3, 4, 5, 6, 7]]);
  expect(rowsOf(texts, 3, 64)).toEqual([
    [1, 2],
    [3, 4],
    [5, 6],
  ]);
  expect(rowsOf(texts, 2, 2)).toEqual([
    [1, 2],
    [3, 4],
  ]);
  expect(() => rowsOf(texts, 8, 64)).toThrow("a batch of 8 needs as many tokens, and the text has 7");
});
