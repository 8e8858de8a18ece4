import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import type { Claim } from "../claim.ts";
import { earlierWords, type FirstResult, ledgerOf, readLedger, recordResults } from "./claimledger.ts";
import { claimOf } from "./claims.support.ts";
import { useFolder } from "./rows/rows.support.ts";

const folder = useFolder();
const fileHere = (): string => path.join(folder.path, "essays.yaml");
const textHere = (): string => readFileSync(ledgerOf(fileHere()), "utf8");
const on = (day: number): Date => new Date(Date.UTC(2026, 10, day, 12));

/** The same claim in three wordings. */
const [first, edited, again] = [1, 2, 3].map((n) => claimOf({ text: `words ${n}` })) as [Claim, Claim, Claim];
const other = claimOf({ id: "other" });
const rowOf = ({ id, sha256 }: Claim, day: number): FirstResult => ({
  claim: id,
  sha256,
  date: on(day).toISOString(),
});

test("ledgerOf stands beside the file and has its name", () => {
  expect(ledgerOf("results/claims/essays.yaml")).toBe("results/claims/essays.first-results.csv");
  expect(ledgerOf("essays.yml")).toBe("essays.first-results.csv");
});

describe("recordResults", () => {
  test("begins a ledger that readLedger reads, of which there is none before", () => {
    expect(readLedger(fileHere())).toEqual([]);
    recordResults(fileHere(), [first, other], on(23));
    expect(readLedger(fileHere())).toEqual([rowOf(first, 23), rowOf(other, 23)]);
    expect(textHere()).toMatch(/^claim,claim_sha256,first_result\nhalf,[0-9a-f]{64},2026-11-23T12:00:00\.000Z\nother,/);
  });

  test("keeps the first date of words that have one, and adds only new words", () => {
    recordResults(fileHere(), [first], on(23));
    const before = textHere();
    recordResults(fileHere(), [first], on(24));
    expect(textHere()).toBe(before);
    recordResults(fileHere(), [edited, first], on(25));
    expect(readLedger(fileHere())).toEqual([rowOf(first, 23), rowOf(edited, 25)]);
    expect(textHere().startsWith(before)).toBe(true);
  });

  test("writes nothing where nothing was judged", () => {
    recordResults(fileHere(), [], on(23));
    expect(() => textHere()).toThrow("ENOENT");
  });

  test("adds a row of its own after a last line without its newline", () => {
    folder.write({ "essays.first-results.csv": `claim,claim_sha256,first_result\nother,0,2026-11-20` });
    recordResults(fileHere(), [first], on(23));
    expect(readLedger(fileHere())).toEqual([{ claim: "other", sha256: "0", date: "2026-11-20" }, rowOf(first, 23)]);
  });

  test("refuses to add to what is no ledger", () => {
    folder.write({ "essays.first-results.csv": "something else\n" });
    expect(() => recordResults(fileHere(), [first], on(23))).toThrow("begins with");
    expect(textHere()).toBe("something else\n");
  });
});

describe("readLedger", () => {
  test("reads lines that end as Windows ends them", () => {
    folder.write({ "essays.first-results.csv": "claim,claim_sha256,first_result\r\na,0,2026-11-20\r\n" });
    expect(readLedger(fileHere())).toEqual([{ claim: "a", sha256: "0", date: "2026-11-20" }]);
  });

  test.each([
    ["", ':1: the ledger of first results begins with "claim,claim_sha256,first_result", found ""'],
    [
      "claim,date\n",
      ':1: the ledger of first results begins with "claim,claim_sha256,first_result", found "claim,date"',
    ],
    ["claim,claim_sha256,first_result\na,0\n", ':2: a row is a claim, its hash and a date, found "a,0"'],
    ["claim,claim_sha256,first_result\na,0,x\nb,0,x,y\n", ':3: a row is a claim, its hash and a date, found "b,0,x,y"'],
  ])("refuses %j, and says where", (text, why) => {
    folder.write({ "essays.first-results.csv": text });
    expect(() => readLedger(fileHere())).toThrow(`essays.first-results.csv${why}`);
  });
});

describe("earlierWords", () => {
  test("finds none of a claim that never had a result, or only in these words", () => {
    expect(earlierWords(first, [])).toBeUndefined();
    expect(earlierWords(first, [rowOf(first, 23), rowOf(other, 20)])).toBeUndefined();
  });

  test("finds the first result of other words, be these judged before or not", () => {
    const ledger = [rowOf(first, 23), rowOf(edited, 25)];
    expect(earlierWords(again, ledger)).toEqual(rowOf(first, 23));
    expect(earlierWords(edited, ledger)).toEqual(rowOf(first, 23));
  });

  test("leaves the first words as they were registered, whatever was tried later", () => {
    expect(earlierWords(first, [rowOf(first, 23), rowOf(edited, 25)])).toBeUndefined();
  });
});
