import { MOST_QUESTIONS, questionsByFormula, questionsNeeded } from "../stats/samplesize.ts";
import { pairedPower } from "../stats/samplesizepower.ts";
import { present } from "../present.ts";
import type { Share } from "../units.ts";
import { listing } from "./list.ts";
import { UsageError } from "./flags.ts";
import type { SizeFlags } from "./sizeflags.ts";
import type { PilotPair } from "./sizepilot.ts";
import type { Supposed, Supposition } from "./sizestated.ts";

type Test = Pick<SizeFlags, "margin" | "power" | "alpha">;

/** Questions that a comparison needs, were the models to differ as often as supposed. */
export interface Answered extends Supposition {
  readonly questions: number;
  /** With so many questions: at least what was asked. */
  readonly power: Share;
}

export function answered({ difference, discordances }: Supposed, { margin, power, alpha }: Test): Answered[] {
  return discordances.map((supposition) => {
    const wanted = present({ discordance: supposition.discordance, difference, margin, power, alpha });
    if (questionsByFormula(wanted) > MOST_QUESTIONS)
      throw new UsageError(
        `size: a difference of ${margin === undefined ? difference : difference + margin} from what is to be refuted takes more than ${count(MOST_QUESTIONS)} questions`,
      );
    const questions = questionsNeeded(wanted);
    return { ...supposition, questions, power: pairedPower(questions, wanted) };
  });
}

const ASSUMED = {
  stated: "as stated",
  least: "least possible: wherever the worse is right, the better is too",
  independent: "independent: where one errs says nothing of the other",
} as const;

export function statedText(supposed: Supposed, test: Test, answers: readonly Answered[]): string {
  const rows = answers.map((one) => [
    count(one.questions),
    one.power.toFixed(3),
    one.discordance.toFixed(3),
    ASSUMED[one.assumed],
  ]);
  return [
    `${testText(test)}.${ratesText(supposed)}`,
    "",
    listing(["questions", "power", "only one right", "which is assumed"], rows),
    conclusion(supposed, test, answers),
    "",
  ].join("\n");
}

function testText({ margin, power, alpha }: Test): string {
  const test =
    margin === undefined
      ? `McNemar's exact test, two-sided, alpha ${alpha}`
      : `Tango's score test, one-sided, alpha ${alpha}, margin ${margin}`;
  return `${test}; power ${power}`;
}

function ratesText({ rates }: Supposed): string {
  return rates === undefined ? "" : ` Accuracy ${rates[0]} of A and ${rates[1]} of B.`;
}

/** The answer in one sentence; where the discordance is a range, what to do about it. */
function conclusion({ difference }: Supposed, { margin, power }: Test, answers: readonly Answered[]): string {
  const [least, most] = [Math.min(...answers.map(questionsOf)), Math.max(...answers.map(questionsOf))];
  const range = least === most ? count(least) : `${count(least)} to ${count(most)}`;
  const shown =
    margin === undefined
      ? `a difference of ${Math.abs(difference)}`
      : `that A is worse than B by less than ${margin}, if in truth ${truth(difference)},`;
  const sentence = `${range} ${most === 1 ? "question" : "questions"} ${margin === undefined ? "find" : "show"} ${shown} with probability ${power}.`;
  if (answers.length === 1) return sentence;
  return `${sentence} How many hangs on how often only one of the two is right:\nask both some 100 questions as a pilot and give \`perjoule size\` that run, or state --discordance.`;
}

const questionsOf = ({ questions }: Answered): number => questions;

function truth(difference: number): string {
  if (difference === 0) return "they are alike";
  return `A is ${difference > 0 ? "better" : "worse"} by ${Math.abs(difference)}`;
}

/** A row a pair and task; what its columns hold, and what a reader must know of a pilot. */
export function pilotText(pairs: readonly PilotPair[], asked: Test & Pick<SizeFlags, "difference">): string {
  const { margin } = asked;
  const rows = pairs.map((pair) => [
    pair.reservation === undefined ? pair.task : `${pair.task} *`,
    pair.a,
    pair.b,
    count(pair.questions),
    `${pair.accuracyA.toFixed(3)} ${pair.accuracyB.toFixed(3)}`,
    `${pair.onlyA.toFixed(3)} ${pair.onlyB.toFixed(3)}`,
    neededText(pair),
    pair.detectable?.toFixed(3) ?? "nothing",
    ...(margin === undefined ? [] : [pair.detectableMargin?.toFixed(3) ?? "none"]),
  ]);
  const head = ["task", "A", "B", "asked", "accuracy", "only A, only B right", "needed", "could find"];
  return [
    `${testText(asked)}.`,
    "",
    listing(margin === undefined ? head : [...head, "could show"], rows),
    ...notes(asked),
    ...reservations(pairs),
    "",
  ].join("\n");
}

function neededText({ needed }: PilotPair): string {
  if (needed === undefined) return "no difference to speak of";
  const { questions, questionsHigh } = needed;
  return questions === questionsHigh ? count(questions) : `${count(questions)} (to ${count(questionsHigh)})`;
}

function notes({ difference, margin, alpha }: Test & Pick<SizeFlags, "difference">): string[] {
  const sought =
    margin !== undefined
      ? `to show that A is worse by less than ${margin}, if in truth ${truth(difference ?? 0)}`
      : difference === undefined
        ? "to find the difference that this run saw; a pilot often sees too large a one, so better state --difference"
        : `to find a difference of ${Math.abs(difference)}`;
  const twoSided = margin === undefined ? "" : ` (McNemar's exact test, two-sided, alpha ${2 * alpha})`;
  return [
    `needed: questions ${sought};\n  in brackets at the upper end of how often only one may be right (95 %).`,
    `could find: the smallest difference that as many questions as were asked find${twoSided}.`,
    ...(margin === undefined ? [] : ["could show: the smallest margin that they show."]),
  ];
}

/** The comparison itself tests such questions by exchanging the two, clusters whole. */
function reservations(pairs: readonly PilotPair[]): string[] {
  const has = (reservation: PilotPair["reservation"]): boolean =>
    pairs.some((pair) => pair.reservation === reservation);
  return [
    ...(has("clusters")
      ? ["* questions that belong together count as if they stood alone: plan for more of them."]
      : []),
    ...(has("credit_by_parts") ? ["* credit by parts counts as if so large a share of questions were right."] : []),
  ];
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}
