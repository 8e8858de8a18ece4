import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import type { JudgedClaim } from "../report/claims.ts";
import { runOf } from "../report/run.support.ts";
import type { Run } from "../run.ts";
import { readLedger } from "../store/claimledger.ts";
import { textOf } from "../store/claims.support.ts";
import { useFolder } from "../store/rows/rows.support.ts";
import { fakeRun, type Given, QUESTIONS, writeRun } from "./claims.support.ts";
import { type ClaimsOptions, type ClaimsResult, judgeWith } from "./claims.ts";

const folder = useFolder();

const FASTER = { expect: [{ ratio: "latency", at_most: 0.5 }], settings: { limit: QUESTIONS } };
const RIGHT = { id: "right", expect: [{ difference: "accuracy", at_least: -0.2 }], settings: { limit: QUESTIONS } };

function claimsFile(claims: readonly object[] = [FASTER]): string {
  return folder.write({ "my-claims.yaml": textOf(claims) });
}

let made = 0;
const freshFolder = (): string => path.join(folder.path, `folder-${made++}`);

/** Judges a file into a folder of its own. */
async function judging(file: string, options: ClaimsOptions = {}, fake = fakeRun()): Promise<ClaimsResult & Given> {
  const result = await judgeWith(fake.run, file, { out: freshFolder(), ...options });
  return { ...result, plans: fake.plans, options: fake.options };
}

const verdicts = ({ judged }: Pick<ClaimsResult, "judged">): string[] =>
  judged.map(({ claim, verdict, registration }) => `${claim.id} ${verdict}${registration.before ? "" : " post hoc"}`);
const noteOf = ({ judged }: Pick<ClaimsResult, "judged">): string | undefined =>
  (judged[0] as JudgedClaim).rows[0]?.note;
const recordedRun = (more: Partial<Run> = {}): string => writeRun(freshFolder(), more);

describe("judgeWith", () => {
  test("runs what the claims need, each model once, and judges them by it", async () => {
    const result = await judging(claimsFile([FASTER, RIGHT]));
    expect(result.plans.map(({ cells }) => cells.map(({ model }) => model))).toEqual([
      ["pocket-moe-8x2", "pocket-dense-l"],
    ]);
    expect(verdicts(result)).toEqual(["half supported", "right supported"]);
    expect(result.judged[0]?.rows[0]?.measured?.value).toBeCloseTo(1 / 4, 9);
  });

  test("writes the verdicts and the claims beside the runs", async () => {
    const file = claimsFile();
    const result = await judging(file);
    const out = result.folder as string;
    expect(readdirSync(out).toSorted()).toEqual(["claims.csv", "claims.html", "claims.yaml", "my-claims-1"]);
    expect(readFileSync(path.join(out, "claims.yaml"), "utf8")).toBe(readFileSync(file, "utf8"));
    const [head, row, ...more] = readFileSync(path.join(out, "claims.csv"), "utf8").trim().split("\n");
    expect(head).toMatch(/^claim,text,expectation,measured,measured_low,measured_high,bound,verdict,/);
    expect(row).toMatch(/^half,.*,supported,/);
    expect(more).toEqual([]);
  });

  test("hands every run what the file said, hashed, before it begins", async () => {
    const file = claimsFile();
    const { options, registered } = await judging(file, { command: "perjoule claims my-claims.yaml" });
    expect(options).toEqual([
      expect.objectContaining({
        command: "perjoule claims my-claims.yaml",
        claims: {
          record: {
            file: "my-claims.yaml",
            sha256: registered.sha256,
            claims: { half: registered.claims[0]?.sha256 },
          },
          text: readFileSync(file, "utf8"),
        },
      }),
    ]);
  });

  test("keeps with a run what configs declare, where a claim is about that", async () => {
    const expectations = [{ ratio: "parameters_active", at_most: 0.9 }, ...FASTER.expect];
    const { options, judged } = await judging(claimsFile([{ ...FASTER, expect: expectations }]));
    const declared = options[0]?.claims?.record.declared;
    expect(Object.keys(declared ?? {})).toEqual(["pocket-moe-8x2", "pocket-dense-l"]);
    const [moe, dense] = Object.values(declared ?? {}).map((model) => model.parameters_active as number);
    expect(judged[0]?.rows[0]?.measured?.value).toBe((moe as number) / (dense as number));
  });

  test("judges what no answer is needed for without a run, and no ledger", async () => {
    const expectations = [{ ratio: "parameters_active", at_most: 0.9 }];
    const file = claimsFile([{ expect: expectations }]);
    const result = await judging(file);
    expect([result.plans, verdicts(result)]).toEqual([[], ["half supported"]]);
    expect(readLedger(file)).toEqual([]);
  });

  test("makes one run for each way of asking, one after the other", async () => {
    const result = await judging(claimsFile([FASTER, { ...RIGHT, settings: { limit: QUESTIONS, trials: 2 } }]));
    expect(result.options.map(({ out }) => path.basename(out ?? ""))).toEqual(["my-claims-1", "my-claims-2"]);
    expect(result.options.map(({ claims }) => Object.keys(claims?.record.claims ?? {}))).toEqual([["half"], ["right"]]);
    expect(result.judged.map(({ run }) => run?.id)).toEqual(["my-claims-1", "my-claims-2"]);
  });
});

test("judgeWith judges each claim by the run that was made for it, where another happens to have its cells", async () => {
  const all = { ...FASTER, id: "all", tasks: ["addition", "sort"] };
  const result = await judging(claimsFile([all, FASTER]));
  expect(result.judged.map(({ claim, run }) => [claim.id, run?.id])).toEqual([
    ["all", "my-claims-1"],
    ["half", "my-claims-2"],
  ]);
  expect(result.judged.map(({ registration }) => registration.before)).toEqual([true, true]);
});

describe("judgeWith, by runs that are given", () => {
  test("runs nothing again that one of them has, and says that it was not made for the claim", async () => {
    const result = await judging(claimsFile(), { given: [recordedRun()] });
    expect(result.plans).toEqual([]);
    expect(verdicts(result)).toEqual(["half supported post hoc"]);
    expect(result.judged[0]?.registration).toEqual({ before: false, why: "the run was not made for it" });
  });

  test("runs what none of them has", async () => {
    const result = await judging(claimsFile(), { given: [recordedRun({ state: "interrupted" })] });
    expect(result.plans).toHaveLength(1);
    expect(verdicts(result)).toEqual(["half supported"]);
  });

  test("runs nothing where it may not, and says what is missing", async () => {
    const result = await judging(claimsFile(), { missing: "leave" });
    expect([result.plans, verdicts(result)]).toEqual([[], ["half not comparable"]]);
    expect(noteOf(result)).toBe("no run was made for it");
    const other = await judging(claimsFile(), { missing: "leave", given: [recordedRun({ plan: runOf().plan })] });
    expect(noteOf(other)).toMatch(/was made with no limit, and the claim wants limit 40$/);
  });
});

describe("judgeWith, the ledger of first results", () => {
  test("has each wording once, with the date of its first result", async () => {
    const file = claimsFile([FASTER, RIGHT]);
    const { registered } = await judging(file);
    const first = readLedger(file);
    expect(first.map(({ claim, sha256 }) => [claim, sha256])).toEqual(
      registered.claims.map(({ id, sha256 }) => [id, sha256]),
    );
    await judging(file);
    expect(readLedger(file)).toEqual(first);
  });

  test("makes post hoc what was edited after a result, in the run that is then made too, and nothing else", async () => {
    await judging(claimsFile([FASTER, RIGHT]));
    const file = claimsFile([{ ...FASTER, expect: [{ ratio: "latency", at_most: 0.3 }] }, RIGHT]);
    const date = readLedger(file)[0]?.date as string;
    const result = await judging(file);
    expect(verdicts(result)).toEqual(["half supported post hoc", "right supported"]);
    expect(result.judged[0]?.registration).toEqual({
      before: false,
      why: `it was edited after its first result of ${date.slice(0, 10)}`,
    });
    expect(result.options[0]?.claims?.record.post_hoc).toEqual({ half: date });
    expect(readLedger(file)).toHaveLength(3);
  });

  test("leaves a claim registered that is edited before any result", async () => {
    await judging(claimsFile(), { missing: "leave" });
    expect(verdicts(await judging(claimsFile([{ ...FASTER, text: "In other words." }])))).toEqual(["half supported"]);
  });

  test("that cannot be written is spoken of, and the verdicts stand", async () => {
    const file = claimsFile();
    const notes: string[] = [];
    const { run } = fakeRun();
    const spoiling: typeof run = (checked, options) => {
      writeFileSync(path.join(folder.path, "my-claims.first-results.csv"), "spoiled\n");
      return run(checked, options);
    };
    const out = path.join(folder.path, "out");
    const result = await judgeWith(spoiling, file, { out, onNote: (note) => void notes.push(note) });
    expect(verdicts(result)).toEqual(["half supported"]);
    expect(notes.at(-1)).toMatch(
      /^the ledger of first results was not written, so a later edit would not be noticed: /,
    );
  });

  test("that is spoiled is refused before anything runs", async () => {
    const file = claimsFile();
    writeFileSync(path.join(folder.path, "my-claims.first-results.csv"), "spoiled\n");
    const fake = fakeRun();
    await expect(judging(file, {}, fake)).rejects.toThrow("my-claims.first-results.csv:1: the ledger of first results");
    expect(fake.plans).toEqual([]);
  });
});

describe("judgeWith, where a run stops or is not to begin,", () => {
  test("judges nothing of a run that was interrupted, makes no other, and remembers that its answers can be read", async () => {
    const file = claimsFile([FASTER, { ...RIGHT, settings: { limit: QUESTIONS, trials: 2 } }]);
    const result = await judging(file, {}, fakeRun("interrupted"));
    expect([result.judged, result.runs.length]).toEqual([[], 1]);
    expect(readdirSync(result.folder as string)).toEqual(["my-claims-1"]);
    expect(readLedger(file).map(({ claim }) => claim)).toEqual(["half"]);
  });

  test("shows what it is about to run, and writes nothing where it is told not to", async () => {
    const shown: string[][] = [];
    const out = path.join(folder.path, "out");
    const result = await judging(claimsFile(), {
      out,
      onPlan: (runs) => {
        shown.push(...runs.map(({ checked }) => checked.cells.map(({ model }) => model)));
        return false;
      },
    });
    expect(shown).toEqual([["pocket-moe-8x2", "pocket-dense-l"]]);
    expect([result.plans, result.judged, existsSync(out)]).toEqual([[], [], false]);
    expect(result).not.toHaveProperty("folder");
  });

  test.each<[string, object, ClaimsOptions, string]>([
    ["an output folder that holds something", FASTER, { out: "." }, 'the output folder "." is not empty'],
    ["a model that there is not", { ...FASTER, baseline: "pocket-dense-xl" }, {}, "pocket-dense-xl"],
    [
      "a price that there is not",
      { candidate: { price: "gpt-9" }, baseline: { price: "o1" }, expect: [{ ratio: "list_price", at_most: 1 }] },
      {},
      'no item "gpt-9"',
    ],
    ["a run that there is not", FASTER, { given: ["no/such/run"] }, '"no/such/run" is not a run folder'],
  ])("refuses %s", async (_, claim, options, why) => {
    const fake = fakeRun();
    await expect(judging(claimsFile([claim]), options, fake)).rejects.toThrow(why);
    expect(fake.plans).toEqual([]);
  });
});
