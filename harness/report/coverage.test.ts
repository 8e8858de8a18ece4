import { expect, test } from "vitest";
import type { EnergySummary } from "../report.ts";
import type { Estimate } from "../stats/interval.ts";
import { seeded } from "../stats/random.ts";
import { summaryOf } from "./run.support.ts";
import {
  COUNTER,
  drawQuestion,
  IDLE,
  marginalOf,
  secondsOf,
  simulatedRun,
  TRUE_COEFFICIENTS,
} from "./simulation.support.ts";

const RUNS = 1_000;
const WINDOWS = 12;
const PER_WINDOW = 10;

/** What the questions take on average, from very many of them. */
function truth(): { gross: number; marginal: number; perCorrect: number } {
  const random = seeded(2026);
  const many = Array.from({ length: 400_000 }, () => drawQuestion(random));
  const mean = (pick: (question: (typeof many)[number]) => number): number =>
    many.reduce((sum, question) => sum + pick(question), 0) / many.length;
  const marginal = mean(marginalOf);
  const gross = marginal + IDLE * mean(secondsOf);
  return { gross, marginal, perCorrect: gross / mean(({ right }) => (right ? 1 : 0)) };
}

const regressed = (
  { perToken }: EnergySummary,
  name: "grossPerAnswer" | "marginalPerAnswer" | "promptToken" | "outputToken",
): Estimate | undefined => (typeof perToken === "string" ? undefined : perToken[name]);

test("intervals of energy hold the truth in 93 to 97 % of 1,000 simulated runs, gross and marginal, by both attributions", async () => {
  const { gross, marginal, perCorrect } = truth();
  const figures: Record<string, [true: number, of: (energy: EnergySummary) => Estimate | undefined]> = {
    "gross, by time": [gross, (energy) => energy.grossPerAnswer],
    "marginal, by time": [marginal, (energy) => energy.marginalPerAnswer],
    "above bare, by time": [marginal, (energy) => energy.aboveBarePerAnswer],
    "gross per correct": [perCorrect, (energy) => energy.grossPerCorrect],
    "gross, by tokens": [gross, (energy) => regressed(energy, "grossPerAnswer")],
    "marginal, by tokens": [marginal, (energy) => regressed(energy, "marginalPerAnswer")],
    "a prompt token": [TRUE_COEFFICIENTS.promptToken, (energy) => regressed(energy, "promptToken")],
    "an output token": [TRUE_COEFFICIENTS.outputToken, (energy) => regressed(energy, "outputToken")],
  };
  const held: Record<string, number> = Object.fromEntries(Object.keys(figures).map((name) => [name, 0]));
  const random = seeded(7);
  for (let i = 0; i < RUNS; i++) {
    // Two kinds of counter: ticks of 100 ms and of 20 ms.
    const record = { ...COUNTER, period: i % 2 === 0 ? 0.1 : 0.02 };
    const { run, observations } = await simulatedRun(record, random, WINDOWS, PER_WINDOW);
    const { energy } = summaryOf({ ...run, plan: { ...run.plan, seed: i } }, observations);
    if (energy === undefined) throw new Error("no energy");
    for (const [name, [value, of]] of Object.entries(figures)) {
      const interval = of(energy)?.interval;
      if (interval !== undefined && interval.low <= value && value <= interval.high) held[name] = (held[name] ?? 0) + 1;
    }
  }
  const outside = Object.entries(held).filter(([, count]) => count < 0.93 * RUNS || count > 0.97 * RUNS);
  expect(outside).toEqual([]);
}, 300_000);
