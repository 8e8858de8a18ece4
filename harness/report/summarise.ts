import { type PowerModel, powerModel } from "../meter/estimate.ts";
import type { Answer, Failure, Observation } from "../observation.ts";
import type { ModelRecord } from "../model.ts";
import { present } from "../present.ts";
import type { CellSummary, FailedAnswer, JudgedAnswer } from "../report.ts";
import type { Cell, Run } from "../run.ts";
import { judge } from "../score/score.ts";
import { meanInterval } from "../stats/bootstrap.ts";
import { type Estimate, wilson } from "../stats/interval.ts";
import type { Question, TaskDefinition } from "../task.ts";
import { type Joules, secondsFrom } from "../units.ts";
import { caveatsOf } from "./caveats.ts";
import { energyShares, energySummary, wasPut } from "./energy.ts";
import { groupBy } from "./group.ts";
import { outputTokens, speeds, timesOf } from "./timing.ts";

/** Derives every cell's row from what was recorded. A pure function: the same run gives the same rows, byte for byte. */
export function summarise(run: Run, observations: readonly Observation[]): CellSummary[] {
  const power = run.plan.meter === "none" ? undefined : powerModel(run.environment);
  const asked = observations.filter((observation) => observation.kind === "question");
  const questions = groupBy(asked, (observation) => observation.task);
  const byCell = groupBy(
    observations.filter((observation) => observation.kind !== "question"),
    (observation) => observation.cell,
  );
  return run.cells.map((cell) => {
    const ofTask = (questions.get(cell.task) ?? []).map((observation) => observation.question);
    return summariseCell(run, cell, ofTask, byCell.get(cell.key) ?? [], power);
  });
}

type CellObservation = Exclude<Observation, { kind: "question" }>;

function ofKind<K extends CellObservation["kind"]>(
  observations: readonly CellObservation[],
  kind: K,
): Extract<CellObservation, { kind: K }>[] {
  return observations.filter(
    (observation): observation is Extract<CellObservation, { kind: K }> => observation.kind === kind,
  );
}

function summariseCell(
  run: Run,
  cell: Cell,
  questions: readonly Question[],
  observations: readonly CellObservation[],
  power: PowerModel | undefined,
): CellSummary {
  const { trials, seed } = run.plan;
  const { definition, model } = recordsOf(run, cell);
  const windows = ofKind(observations, "window");
  const answered = ofKind(observations, "answer");
  const failed = ofKind(observations, "failure");
  const puts = [...answered, ...failed.filter(wasPut)];
  const energyOf = power && energyShares(puts, windows, power);
  const byId = new Map(questions.map((question) => [question.id, question]));
  const answers = answered.map((answer) => judgeAnswer(definition, byId, answer, energyOf?.get(answer)?.gross));
  const failures = failuresOf(run, questions, answered, failed);
  const [load] = ofKind(observations, "load");
  const memory = ofKind(observations, "close").flatMap((close) => close.peak_memory_bytes ?? []);
  const summary = present({
    run: run.id,
    cell,
    model,
    trials,
    windows: windows.length,
    questions: answers.length + failures.length,
    order: questions.map((question) => question.id),
    answers,
    failures,
    correct: answers.reduce((sum, answer) => sum + answer.credit, 0),
    accuracy: answers.length === 0 ? undefined : accuracy(creditPerQuestion(answers, failures), seed),
    chance: definition.perjoule.chance,
    promptTokens: answered.reduce((sum, answer) => sum + answer.prompt_tokens, 0),
    outputTokens: answered.reduce((sum, answer) => sum + outputTokens(answer), 0),
    load: load && secondsFrom(load.load),
    firstAnswer: load?.first_answer === undefined ? undefined : secondsFrom(load.first_answer),
    ...timesOf(answered, questions.length),
    ...speeds(answered, windows),
    peakMemory: memory.length === 0 ? undefined : Math.max(...memory),
    energy: power && energyOf && energySummary(power, energyOf, puts, answers, seed),
  });
  return { ...summary, caveats: caveatsOf(run, summary) };
}

function recordsOf(run: Run, cell: Cell): { definition: TaskDefinition; model: ModelRecord } {
  const definition = run.tasks[cell.task]?.definition;
  const model = run.models[cell.model];
  if (definition !== undefined && model !== undefined) return { definition, model };
  throw new Error(`run.json of "${run.id}" does not record the task or the model of cell "${cell.key}"`);
}

function judgeAnswer(
  definition: TaskDefinition,
  byId: ReadonlyMap<string, Question>,
  answer: Answer,
  energy: Joules | undefined,
): JudgedAnswer {
  const question = byId.get(answer.question);
  if (question === undefined) {
    throw new Error(`the observations hold an answer of ${answer.cell} to "${answer.question}", but not that question`);
  }
  return present({ question, trial: answer.trial, answer, ...judge(definition, question, answer.output), energy });
}

/**
 * Answers that never came: those that failed by themselves, and those that a dead process still owed. Questions that a
 * stopped run never came to are neither: they say nothing of the model.
 */
function failuresOf(
  run: Run,
  questions: readonly Question[],
  answered: readonly Answer[],
  failures: readonly Failure[],
): FailedAnswer[] {
  const out: FailedAnswer[] = [];
  for (let trial = 0; trial < run.plan.trials; trial++) {
    const done = new Set(answered.flatMap((answer) => (answer.trial === trial ? [answer.question] : [])));
    const ofTrial = failures.filter((failure) => failure.trial === trial);
    const own = new Map(ofTrial.map((failure) => [failure.question, failure.reason]));
    for (const question of questions) {
      if (done.has(question.id)) continue;
      const lost = run.state === "finished" ? "no answer was recorded" : undefined;
      const reason = own.get(question.id) ?? own.get(undefined) ?? lost;
      if (reason !== undefined) out.push({ question, trial, reason });
    }
  }
  return out;
}

/** Repeats of a question are folded before anything is averaged over questions: n questions asked k times are n items, not n x k. */
function creditPerQuestion(answers: readonly JudgedAnswer[], failures: readonly FailedAnswer[]): number[] {
  const byQuestion = groupBy([...answers, ...failures], (put) => put.question.id);
  return [...byQuestion.values()].map(
    (puts) => puts.reduce((sum, put) => sum + ("credit" in put ? put.credit : 0), 0) / puts.length,
  );
}

function accuracy(credits: readonly number[], seed: number): Estimate {
  const value = credits.reduce((sum, credit) => sum + credit, 0) / credits.length;
  const isBinary = credits.every((credit) => credit === 0 || credit === 1);
  const interval = isBinary ? wilson(value, credits.length) : meanInterval(credits, { seed });
  return present({ value, interval });
}
