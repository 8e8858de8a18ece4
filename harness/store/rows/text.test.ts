import { expect, test } from "vitest";
import { useFolder } from "./rows.support.ts";
import { readLines, readText, readWhole } from "./text.ts";

const folder = useFolder();

/** Longer than a piece of a file, with characters of three bytes of which some lie on its edges. */
const LONG = "x€".repeat(100_000);

test("readText joins characters that lie over the edge of a piece", async () => {
  const pieces: string[] = [];
  for await (const piece of readText(folder.write({ "a.txt": LONG }))) pieces.push(piece);
  expect(pieces.length).toBeGreaterThan(1);
  expect(pieces.join("") === LONG).toBe(true);
});

test("readLines keeps count of lines and takes off their ends", async () => {
  const lines: unknown[] = [];
  for await (const line of readLines(folder.write({ "a.txt": `a\r\n\n${LONG}\nb` }))) lines.push(line);
  expect(lines).toEqual([
    { text: "a", number: 1 },
    { text: "", number: 2 },
    { text: LONG, number: 3 },
    { text: "b", number: 4 },
  ]);
});

test("readWhole gives nothing of a file that is longer than allowed", async () => {
  const file = folder.write({ "a.txt": "1234" });
  expect(await readWhole(file, 4)).toBe("1234");
  expect(await readWhole(file, 3)).toBeUndefined();
});
