import { describe, expect, test } from "vitest";
import { repeated, said, variantsOf } from "../report/precision.support.ts";
import { asked, questionsOf, runOf } from "../report/run.support.ts";
import { summarise } from "../report/summarise.ts";
import { wilson } from "../stats/interval.ts";
import { detectableDifference, detectableMargin, questionsNeeded } from "../stats/samplesize.ts";
import { UsageError } from "./flags.ts";
import { sizeCommand } from "./size.ts";
import type { SizeFlags } from "./sizeflags.ts";

const DEFAULTS: SizeFlags = { json: false, power: 0.8, alpha: 0.05 };

const texts = (yes: number, no: number, more = 0): string[] => [
  ...repeated("yes", yes),
  ...repeated("no", no),
  ...repeated("yes", more),
];

const SEEN = { discordance: 0.3, power: 0.8, alpha: 0.05 };

/** Of 100 questions "a" gets 80 right and "b" 70: only "a" 20, only "b" 10. */
const pilot = summarise(runOf({}, ["a", "b", "c"]), [
  ...asked(questionsOf(100)),
  ...said("a", texts(80, 20)),
  ...said("b", texts(60, 30, 10)),
  ...said("c", texts(80, 20)),
]);

async function printed(flags: Partial<SizeFlags>, cells = pilot): Promise<string> {
  let text = "";
  const code = await sizeCommand(
    { ...DEFAULTS, ...flags },
    async (folder) => ({ folder, cells }),
    (more) => void (text += more),
  );
  expect(code).toBe(0);
  return text;
}

const document = async (flags: Partial<SizeFlags>, cells = pilot): Promise<Record<string, unknown>> =>
  JSON.parse(await printed({ ...flags, json: true }, cells)) as Record<string, unknown>;

describe("size of what is stated", () => {
  test("prints the questions for either end of the range, the test, what is assumed, and the advice to take a pilot", async () => {
    const text = await printed({ rates: [0.8, 0.75] });
    const [least, most] = [0.05, 0.35].map((discordance) =>
      questionsNeeded({ discordance, difference: 0.05, power: 0.8, alpha: 0.05 }).toLocaleString("en-US"),
    );
    expect(text).toContain("McNemar's exact test, two-sided, alpha 0.05; power 0.8. Accuracy 0.8 of A and 0.75 of B.");
    expect(text).toMatch(new RegExp(`^${least} .* 0\\.050 .*least possible`, "m"));
    expect(text).toMatch(new RegExp(`^${most} .* 0\\.350 .*independent`, "m"));
    expect(text).toContain(`${least} to ${most} questions find a difference of 0.05 with probability 0.8.`);
    expect(text).toContain("as a pilot");
  });

  test("prints one sentence where the discordance is stated, and no advice", async () => {
    const text = await printed({ onlyA: 0.2, onlyB: 0.1 });
    expect(text).toContain("249 questions find a difference of 0.1 with probability 0.8.");
    expect(text).not.toContain("pilot");
  });

  test("says of a margin what is to be shown and what is supposed", async () => {
    const like = await printed({ margin: 0.02, discordance: 0.1, alpha: 0.025 });
    expect(like).toContain("Tango's score test, one-sided, alpha 0.025, margin 0.02; power 0.8.");
    expect(like).toContain("show that A is worse than B by less than 0.02, if in truth they are alike,");
    const worse = await printed({ margin: 0.05, difference: -0.01, discordance: 0.1, alpha: 0.025 });
    expect(worse).toContain("if in truth A is worse by 0.01,");
  });

  test("refuses a difference that no task has questions for", async () => {
    const tiny = printed({ difference: 1e-6, discordance: 0.1 });
    await expect(tiny).rejects.toThrow(UsageError);
    await expect(tiny).rejects.toThrow("takes more than 100,000,000 questions");
  });

  test("gives one JSON document with the power that so many questions have", async () => {
    expect(await document({ rates: [0.8, 0.7], discordance: 0.3 })).toEqual({
      test: "mcnemar",
      alpha: 0.05,
      power: 0.8,
      difference: 0.1,
      rates: [0.8, 0.7],
      answers: [{ discordance: 0.3, assumed: "stated", questions: 249, power: expect.closeTo(0.8014, 4) as number }],
    });
    expect(await document({ margin: 0.02, discordance: 0.1, alpha: 0.025 })).toMatchObject({
      test: "tango",
      margin: 0.02,
      difference: 0,
    });
  });
});

describe("size of a run", () => {
  test("takes rates and discordance from it, and says what it could have found", async () => {
    expect(await document({ run: "r", models: ["a", "b"] })).toEqual({
      test: "mcnemar",
      alpha: 0.05,
      power: 0.8,
      folder: "r",
      pairs: [
        {
          task: "addition",
          a: "a",
          b: "b",
          questions: 100,
          accuracy_a: 0.8,
          accuracy_b: 0.7,
          only_a: 0.2,
          only_b: 0.1,
          needed: {
            difference: expect.closeTo(0.1, 12) as number,
            discordance: expect.closeTo(0.3, 12) as number,
            questions: 249,
            questions_high: questionsNeeded({ ...SEEN, discordance: wilson(0.3, 100).high, difference: 0.1 }),
          },
          detectable_difference: expect.closeTo(detectableDifference(100, SEEN) as number, 5) as number,
        },
      ],
    });
  });

  test("pairs models in the order in which they are named; without names all of them", async () => {
    const named = (await document({ run: "r", models: ["b", "a"] }))["pairs"] as { a: string; b: string }[];
    expect(named.map(({ a, b }) => [a, b])).toEqual([["b", "a"]]);
    expect((await document({ run: "r" }))["pairs"]).toHaveLength(3);
  });

  test("needs no question to find a difference that was not seen, unless one is asked for", async () => {
    expect(await printed({ run: "r", models: ["a", "c"] })).toContain("no difference to speak of");
    const sought = await document({ run: "r", models: ["a", "c"], difference: 0.05 });
    // The two never differed: then all of the difference falls one way.
    expect(sought).toMatchObject({ pairs: [{ needed: { difference: 0.05, discordance: 0.05, questions: 157 } }] });
  });

  test("says of a margin what its questions could have shown, the one-sided alpha doubled for the two-sided test", async () => {
    const margin = { run: "r", models: ["a", "b"], margin: 0.1, alpha: 0.025 };
    expect(await document(margin)).toMatchObject({
      test: "tango",
      pairs: [
        {
          needed: {
            difference: 0,
            questions: questionsNeeded({ ...SEEN, difference: 0, margin: 0.1, alpha: 0.025 }),
          },
          detectable_difference: expect.closeTo(detectableDifference(100, SEEN) as number, 5) as number,
          detectable_margin: expect.closeTo(
            detectableMargin(100, { ...SEEN, difference: 0, alpha: 0.025 }) as number,
            5,
          ) as number,
        },
      ],
    });
    expect(await printed(margin)).toContain("two-sided, alpha 0.05");
    expect(await printed({ ...margin, difference: -0.05 })).toContain("if in truth A is worse by 0.05");
  });

  test("prints a row a pair with what its columns mean", async () => {
    const text = await printed({ run: "r", models: ["a", "b"] });
    expect(text).toMatch(/addition +a +b +100 +0\.800 0\.700 +0\.200 0\.100 +249 \(to 325\) +0\.159/);
    expect(text).toContain("a pilot often sees too large a one");
  });

  test("compares precisions of one model, if no others are named", async () => {
    const run = variantsOf({ exact: { precision: "fp32" }, coarse: { precision: "int8" } });
    const cells = summarise(run, [
      ...asked(questionsOf(50)),
      ...said("exact", texts(40, 10)),
      ...said("coarse", texts(35, 15)),
    ]);
    expect(await document({ run: "r", models: ["a"] }, cells)).toMatchObject({ pairs: [{ a: "a fp32", b: "a int8" }] });
  });

  test("says that questions which belong together count as if they stood alone", async () => {
    const questions = questionsOf(100).map((question, i) => Object.assign(question, { cluster: `passage ${i % 10}` }));
    const cells = summarise(runOf({}, ["a", "b"]), [
      ...asked(questions),
      ...said("a", texts(80, 20)),
      ...said("b", texts(60, 30, 10)),
    ]);
    expect(await document({ run: "r" }, cells)).toMatchObject({ pairs: [{ reservation: "clusters" }] });
    expect(await printed({ run: "r" }, cells)).toContain("plan for more of them");
  });

  test("refuses models and tasks that the run has not, and a run with nothing to compare", async () => {
    await expect(printed({ run: "r", models: ["a", "z"] })).rejects.toThrow(
      new UsageError('--models: "z" is not in the run "r", which has a, b, c'),
    );
    await expect(printed({ run: "r", tasks: ["sums"] })).rejects.toThrow('--task: "sums" is not in the run "r"');
    await expect(printed({ run: "r", models: ["a"] })).rejects.toThrow("it takes two to compare");
  });
});
