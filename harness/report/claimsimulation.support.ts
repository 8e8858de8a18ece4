import { cellOf, metered, question } from "../cost/cell.support.ts";
import type { CellSummary, JudgedAnswer } from "../report.ts";
import { normal } from "../stats/normal.ts";
import { type Random, seeded } from "../stats/random.ts";
import { normalCdf, normalQuantile } from "../stats/samplesizenormal.ts";
import type { Share } from "../units.ts";
import type { ComparedPair } from "./paid.ts";
import { answered } from "./run.support.ts";

/** How two models do on the same questions. */
export interface Twins {
  readonly questions: number;
  /** Expected, of either. */
  readonly accuracy: Share;
  /** Stretches of questions, each with a speed of its own of each side. */
  readonly windows: number;
  /** Log-normal standard deviation of a window's speed. */
  readonly noise: number;
  /** Passes over the questions, each in windows of its own. A model says the same again each time. */
  readonly passes?: number;
  /** Seconds and joules of the first over those of the second; 1 of a model beside itself. */
  readonly factor?: number;
}

/** How much of whether an answer is right hangs on its question: of two answers to one the latent correlation is 1 / (1 + 1 / HARDNESS^2). */
const HARDNESS = 1.2;
/** Log-normal standard deviation of seconds between questions: hard ones take longer, and are more often wrong. */
const SPREAD = 0.5;
/** Log-normal standard deviation of what a model takes for a question around that: its answer is longer or shorter. */
const OWN = 0.3;
const WATTS = 20;

/** A model beside itself: both sides are drawn alike, given the difficulty of each question. */
export function twins(seed: number, facts: Twins): ComparedPair {
  const random = seeded(seed);
  const difficulties = Array.from({ length: facts.questions }, () => normal(random));
  return { a: side("a", difficulties, facts, random), b: side("b", difficulties, { ...facts, factor: 1 }, random) };
}

function side(model: string, difficulties: readonly number[], facts: Twins, random: Random): CellSummary {
  const { accuracy, windows, noise, passes = 1, factor = 1 } = facts;
  const threshold = normalQuantile(accuracy) * Math.hypot(1, HARDNESS);
  const questions = difficulties.map((difficulty, i) => ({
    id: `q${i}`,
    window: Math.floor((i * windows) / difficulties.length),
    seconds: factor * Math.exp(SPREAD * difficulty + OWN * normal(random)),
    credit: Number(random() < normalCdf(threshold - HARDNESS * difficulty)),
  }));
  const answers = Array.from({ length: passes }, (_, trial) => {
    const speeds = Array.from({ length: windows }, () => Math.exp(noise * normal(random)));
    return questions.map(({ id, window, seconds, credit }): JudgedAnswer => {
      const text = credit === 1 ? "yes" : "no";
      const latencyMs = Math.round(1e9 * seconds * (speeds[window] as number)) / 1e6;
      const answer = answered(id, { model, trial, window, latencyMs, text });
      return { question: { id, prompt: "?", target: "yes" }, trial, extracted: text, credit, answer };
    });
  });
  const totals = questions.map(({ id, credit }, i) => {
    const seconds = answers.reduce((sum, pass) => sum + (pass[i] as JudgedAnswer).answer.timing.latency / 1e9, 0);
    return question(id, { puts: passes, credit: passes * credit, seconds, joules: WATTS * seconds });
  });
  return { ...cellOf(model, totals, { energy: metered() }), answers: answers.flat() };
}
