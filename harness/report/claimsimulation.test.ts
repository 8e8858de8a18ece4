import { describe, expect, test } from "vitest";
import { Expectation } from "../claim.ts";
import { priceRow } from "../cost/cell.support.ts";
import { type Scenario, scenariosOf } from "../cost/scenario.ts";
import { rememberedSums } from "../stats/bootstrap.ts";
import { type Measured, measured } from "./claimmeasure.ts";
import { type Twins, twins } from "./claimsimulation.support.ts";
import { boundsOf, decided, jointly, type Verdict } from "./claimverdict.ts";
import { runOf } from "./run.support.ts";

const ALPHA = 0.05;
/** A slow machine that others share needs minutes for what a quiet one does in ten seconds. */
const TIMEOUT_MS = 600_000;

const [RENT] = scenariosOf([priceRow("rental", "box", "price", 1, { unit: "USD/h" })], runOf().environment);

/** Of two that are alike each is true at its very bound: whatever a verdict says but "inconclusive" is false. */
const EXPECTED = {
  "an accuracy difference of at least 0": Expectation.parse({ difference: "accuracy", at_least: 0 }),
  "an accuracy ratio of at least 1": Expectation.parse({ ratio: "accuracy", at_least: 1 }),
  "a latency ratio of at most 1": Expectation.parse({ ratio: "latency", at_most: 1 }),
  "an energy per correct answer of at most 1": Expectation.parse({ ratio: "energy_per_correct", at_most: 1 }),
  "rent per correct answer of at most 1": Expectation.parse({ ratio: "usd_per_correct", at_most: 1 }),
};
type Name = keyof typeof EXPECTED;

const JOINT: readonly Name[] = [
  "an accuracy difference of at least 0",
  "a latency ratio of at most 1",
  "an energy per correct answer of at most 1",
];

type Counts = Record<Verdict, number>;

/** Verdicts over simulations, of each expectation by itself and of those of the joint claim together. */
function verdicts(facts: Twins, names: readonly Name[], simulations: number): Map<string, Counts> {
  const counts = new Map<string, Counts>();
  const count = (claim: string, verdict: Verdict): void => {
    const known = counts.get(claim) ?? { supported: 0, refuted: 0, inconclusive: 0, "not comparable": 0 };
    counts.set(claim, { ...known, [verdict]: known[verdict] + 1 });
  };
  for (let seed = 0; seed < simulations; seed++) {
    const pair = twins(seed, facts);
    const options = { seed, resamples: 999, sums: rememberedSums(), scenario: RENT as Scenario };
    const found = new Map(names.map((name) => [name, measured(pair, EXPECTED[name], options)]));
    for (const name of names) count(name, verdictOf([name], found));
    if (JOINT.every((name) => found.has(name))) count("all three", verdictOf(JOINT, found));
  }
  return counts;
}

function verdictOf(names: readonly Name[], found: ReadonlyMap<Name, ReturnType<typeof measured>>): Verdict {
  const level = { alpha: ALPHA, tests: names.length };
  return jointly(
    names.map((name) => {
      const [bound] = boundsOf(EXPECTED[name]);
      const one = found.get(name);
      return bound === undefined || one === undefined || "why" in one
        ? "not comparable"
        : decided(one satisfies Measured, bound, level);
    }),
  );
}

const every = Object.keys(EXPECTED) as Name[];
const [difference, ratio, latency, energy, rent] = every as [Name, Name, Name, Name, Name];
const FIFTY: Twins = { questions: 50, accuracy: 0.8, windows: 5, noise: 0.1 };

interface Setting {
  readonly facts: Twins;
  readonly names: readonly Name[];
  readonly simulations: number;
  /** False verdicts. */
  readonly most: number;
}

const SETTINGS: readonly Setting[] = [
  { facts: FIFTY, names: every, simulations: 2_000, most: 100 },
  { facts: { ...FIFTY, accuracy: 0.3 }, names: [energy], simulations: 2_000, most: 100 },
  { facts: { ...FIFTY, questions: 200 }, names: [difference, ratio], simulations: 2_000, most: 100 },
  { facts: { ...FIFTY, questions: 200 }, names: [latency], simulations: 2_000, most: 100 },
  { facts: { ...FIFTY, passes: 2 }, names: [latency, energy], simulations: 2_000, most: 100 },
];

describe.each(SETTINGS)("a model beside itself, $facts", ({ facts, names, simulations, most }) => {
  let known: Map<string, Counts> | undefined;
  test.each(names === every ? [...names, "all three"] : names)(
    `is told apart by a claim of %s in at most ${most} of ${simulations} simulations`,
    (claim) => {
      known ??= verdicts(facts, names, simulations);
      const { supported, refuted, inconclusive } = known.get(claim) as Counts;
      expect(supported + refuted).toBeLessThanOrEqual(most);
      expect(supported + refuted + inconclusive).toBe(simulations);
    },
    TIMEOUT_MS,
  );
});

describe("a model beside one that is slower or faster", () => {
  test.each([
    [1.5, "refuted"],
    [1 / 1.5, "supported"],
  ] as const)(
    "by a factor of %d is mostly found to be: %s",
    (factor, verdict) => {
      const counts = verdicts({ ...FIFTY, factor }, [latency, energy, rent], 200);
      const opposite = verdict === "refuted" ? "supported" : "refuted";
      for (const found of counts.values()) {
        expect(found[verdict]).toBeGreaterThan(130);
        expect(found[opposite]).toBe(0);
      }
    },
    TIMEOUT_MS,
  );

  test(
    "refutes three claims at once less readily than each by itself, and still does",
    () => {
      const counts = verdicts({ ...FIFTY, factor: 1.3 }, JOINT, 200);
      const ofOne = (name: Name): number => (counts.get(name) as Counts).refuted;
      const together = (counts.get("all three") as Counts).refuted;
      expect(ofOne(latency)).toBeGreaterThan(50);
      expect(together).toBeGreaterThan(20);
      expect(together).toBeLessThan(ofOne(latency) + ofOne(energy));
    },
    TIMEOUT_MS,
  );
});
