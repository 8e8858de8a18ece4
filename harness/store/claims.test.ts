import { readdirSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { claimOf, claimsOf, HALF, textOf } from "./claims.support.ts";
import { parseClaims, readClaims } from "./claims.ts";
import { ROOT } from "./root.ts";
import { useFolder } from "./rows/rows.support.ts";

const folder = useFolder();

const HEAD = "registered: 2026-11-23\nclaims:\n  - id: a\n    text: t\n    source: s\n";
const BODY =
  "    candidate: x\n    baseline: y\n    tasks: &asked [addition]\n    expect: &bounds [{ ratio: latency, at_most: 1 }]\n";

describe("parseClaims", () => {
  test("gives each claim what its file says for all, unless it says so itself", () => {
    const [first, second] = claimsOf(
      [{ settings: { trials: 3, lowering: "rows" } }, { id: "other", alpha: 0.01, registered: "2026-11-24" }],
      { alpha: 0.1, settings: { threads: 2, trials: 2 } },
    );
    expect(first).toMatchObject({ registered: "2026-11-23", alpha: 0.1 });
    expect(first?.settings).toEqual({ threads: 2, trials: 3, lowering: "rows" });
    expect(second).toMatchObject({ registered: "2026-11-24", alpha: 0.01 });
    expect(second?.settings).toEqual({ threads: 2, trials: 2 });
  });

  test("has what nobody says as a claim usually has it, and settings not at all", () => {
    expect(claimOf()).toEqual({
      id: "half",
      text: "It takes half of the energy.",
      source: "A test.",
      registered: "2026-11-23",
      pairs: [{ candidate: { model: "pocket-moe-8x2" }, baseline: { model: "pocket-dense-l" } }],
      tasks: ["addition"],
      across: "pooled",
      settings: {},
      expect: [{ ratio: "energy_per_answer", at_most: 0.5, margin: 0 }],
      alpha: 0.05,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  test("takes a family for its pairs, prices and references for sides, and 0.125 for the share that it is", () => {
    const family = [{ candidate: { price: "r1" }, baseline: { price: "o1" } }];
    const [{ candidate: _c, baseline: _b, tasks: _t, ...rest }] = [HALF];
    const text = JSON.stringify({
      registered: "2026-11-23",
      claims: [{ ...rest, family, expect: [{ ratio: "list_price", at_most: 0.05 }] }],
    });
    const [claim] = parseClaims(text, "claims.yaml").claims;
    expect([claim?.pairs, claim?.tasks]).toEqual([family, []]);
    expect(claimOf({ settings: { weights: "random", depth: 0.125 } }).settings.depth).toBe("0.125");
  });

  test("takes a difference of accuracies on either side of 0, and a price of what is paid", () => {
    const bounds = [
      { difference: "accuracy", at_least: -0.01 },
      { ratio: "usd_per_correct", at_most: 1, scenario: "o1" },
    ];
    expect(claimOf({ expect: bounds }).expect).toEqual(bounds.map((one) => Object.assign({ margin: 0 }, one)));
  });

  test("keeps the text as it was, and its hash", () => {
    const text = `${HEAD}${BODY}# the end\n`;
    const read = parseClaims(text, "some/where/claims.yaml");
    expect([read.file, read.text]).toEqual(["claims.yaml", text]);
    expect(read.sha256).not.toBe(parseClaims(`${text}#\n`, "claims.yaml").sha256);
  });
});

describe("parseClaims, the hash of a claim", () => {
  const hash = (claim: object = {}, file: object = {}): string => claimOf(claim, file).sha256;

  test("stays the same under comments, the order of keys, another claim beside it, and where a thing is said", () => {
    const reversed = Object.fromEntries(Object.entries(HALF).toReversed());
    const text = `# said\n${JSON.stringify({ claims: [reversed], registered: "2026-11-23" })} # done\n`;
    expect(parseClaims(text, "other.yaml").claims[0]?.sha256).toBe(hash());
    expect(claimsOf([{ id: "other" }, {}])[1]?.sha256).toBe(hash());
    expect(hash({ settings: { trials: 2 } })).toBe(hash({}, { settings: { trials: 2 } }));
    expect(hash({ candidate: { model: HALF.candidate } })).toBe(hash());
    expect(hash({ alpha: 0.05, across: "pooled" })).toBe(hash());
  });

  test.each<[string, object, object?]>([
    ["its id", { id: "halves" }],
    ["a word of its text", { text: "It takes half of the energy!" }],
    ["its source", { source: "Another test." }],
    ["a note", { note: "Read so." }],
    ["its date", { registered: "2026-11-22" }],
    ["the file's date", {}, { registered: "2026-11-22" }],
    ["its candidate", { candidate: "pocket-moe-32x1" }],
    ["a setting of one side", { candidate: { model: HALF.candidate, lowering: "rows" } }],
    ["its baseline", { baseline: "pocket-dense-m" }],
    ["its tasks", { tasks: ["addition", "sort"] }],
    ["how tasks are taken", { across: "each" }],
    ["a bound", { expect: [{ ratio: "energy_per_answer", at_most: 0.51 }] }],
    ["the side of a bound", { expect: [{ ratio: "energy_per_answer", at_least: 0.5 }] }],
    ["a margin", { expect: [{ ratio: "energy_per_answer", at_most: 0.5, margin: 0.01 }] }],
    ["a measure", { expect: [{ ratio: "energy_per_correct", at_most: 0.5 }] }],
    ["one more expectation", { expect: [...HALF.expect, { difference: "accuracy", at_least: 0 }] }],
    ["a setting", { settings: { limit: 50 } }],
    ["a setting of the file", {}, { settings: { limit: 50 } }],
    ["alpha", { alpha: 0.01 }],
    ["the file's alpha", {}, { alpha: 0.01 }],
  ])("changes with %s", (_, claim, file = {}) => {
    expect(hash(claim, file)).not.toBe(hash());
  });
});

describe("readClaims", () => {
  test("says which file there is none of", () => {
    expect(() => readClaims(path.join(folder.path, "absent.yaml"))).toThrow(/there is no file ".*absent\.yaml"/);
  });

  test("refuses a file that includes another: a run keeps it as one", () => {
    const file = folder.write({ "a.yaml": 'alpha: 0.01\ninclude: "base.yaml"\n', "base.yaml": textOf() });
    expect(() => readClaims(file)).toThrow(/a\.yaml:2: a run keeps its claims as one file: include nothing/);
  });

  test("has an anchor's value wherever it is named", () => {
    const two = "  - { id: b, text: t, source: s, candidate: x, baseline: z, tasks: *asked, expect: *bounds }\n";
    const text = `${HEAD}${BODY}${two}`;
    const { claims } = readClaims(folder.write({ "a.yaml": text }));
    expect(claims[1]).toMatchObject({ tasks: claims[0]?.tasks, expect: claims[0]?.expect });
  });

  const shipped = path.join(ROOT, "results", "claims");
  test.each(readdirSync(shipped).filter((name) => name.endsWith(".yaml")))("reads the shipped %s", (name) => {
    const { claims } = readClaims(path.join(shipped, name));
    expect(claims.length).toBeGreaterThan(0);
    for (const claim of claims) expect(claim.source).not.toBe("");
  });
});
