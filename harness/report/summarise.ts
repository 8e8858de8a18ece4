import type { Answer, Failure, IdleObservation, Observation } from "../observation.ts";
import type { MetricName } from "../metric.ts";
import type { ModelRecord } from "../model.ts";
import { present } from "../present.ts";
import { type CellSummary, type FailedAnswer, isJudged, type JudgedAnswer, type QuestionTotals } from "../report.ts";
import type { Cell, Run } from "../run.ts";
import { judge } from "../score/score.ts";
import { creditMetricOf, type Question, repeatsOf, type TaskDefinition } from "../task.ts";
import { type Bytes, type Seconds, secondsFrom, type Share } from "../units.ts";
import { caveatsOf } from "./caveats.ts";
import { cellEnergy } from "./energy.ts";
import { groupBy } from "./group.ts";
import { itemsOf, type Put as ScoredPut, qualityOf, siblingsOf } from "./quality.ts";
import { withRatios } from "./ratio.ts";
import { sourcesOf } from "./sources.ts";
import { outputTokens, speeds, timesOf } from "./timing.ts";
import type { PutEnergy } from "./attribute.ts";
import { type Block, blocksOf, type Put, shareOf, wasPut } from "./windows.ts";

/** Derives every cell's row from what was recorded. A pure function: the same run gives the same rows, byte for byte. */
export function summarise(run: Run, observations: readonly Observation[]): CellSummary[] {
  const asked = observations.filter((observation) => observation.kind === "question");
  const questions = groupBy(asked, (observation) => observation.task);
  const idle = observations.filter((observation) => observation.kind === "idle");
  const byCell = groupBy(
    observations.filter((observation) => observation.kind !== "question" && observation.kind !== "idle"),
    (observation) => observation.cell,
  );
  const cells = run.cells.map((cell) => {
    const ofTask = (questions.get(cell.task) ?? []).map((observation) => observation.question);
    return summariseCell(run, cell, ofTask, byCell.get(cell.key) ?? [], idle);
  });
  return withRatios(cells, run.plan.seed);
}

type CellObservation = Exclude<Observation, { kind: "question" | "idle" }>;

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
  idle: readonly IdleObservation[],
): CellSummary {
  const { seed } = run.plan;
  const { definition, model } = recordsOf(run, cell);
  const trials = run.plan.trials * repeatsOf(definition);
  const windows = ofKind(observations, "window");
  const answered = ofKind(observations, "answer");
  const failed = ofKind(observations, "failure");
  const puts = [...answered, ...failed.filter(wasPut)];
  const blocks = blocksOf(windows, puts);
  const byId = new Map(questions.map((question) => [question.id, question]));
  const judged = judgeAnswers(cell, definition, byId, answered);
  const sources = sourcesOf(run, cell, idle);
  const energies = sources.flatMap((source) => cellEnergy(source, blocks, judged, run.environment, seed) ?? []);
  const read = new Set(energies.map(({ summary: { source } }) => source));
  const best = energies.find(({ summary }) => 2 * summary.unread <= blocks.length) ?? energies[0];
  const answers = judged.map((one) => present({ ...one, energy: best?.energyOf.get(one.answer)?.gross }));
  const failures = failuresOf(run, trials, questions, answered, failed);
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
    totals: totalsOf(cell, questions, blocks, answers, best?.energyOf),
    ...(isJudged(cell) && correctness(definition, questions, answers, failures, seed)),
    promptTokens: answered.reduce((sum, answer) => sum + answer.prompt_tokens, 0),
    outputTokens: answered.reduce((sum, answer) => sum + outputTokens(answer), 0),
    load: load && secondsFrom(load.load),
    firstAnswer: load?.first_answer === undefined ? undefined : secondsFrom(load.first_answer),
    ...timesOf(answered, questions.length),
    ...speeds(answered, windows),
    weightBytes: weightBytesOf(model, cell),
    peakMemory: memory.length === 0 ? undefined : Math.max(...memory),
    energy: best?.summary,
    energies: energies.map((energy) => energy.summary),
    unreadSources: sources.filter(({ counts, source }) => counts && !read.has(source)).map(({ source }) => source),
  });
  return { ...summary, caveats: caveatsOf(run, summary) };
}

function recordsOf(run: Run, cell: Cell): { definition: TaskDefinition; model: ModelRecord } {
  const definition = run.tasks[cell.task]?.definition;
  const model = run.models[cell.model];
  if (definition !== undefined && model !== undefined) return { definition, model };
  throw new Error(`run.json of "${run.id}" does not record the task or the model of cell "${cell.key}"`);
}

function weightBytesOf(
  { graphs, weight_bytes }: ModelRecord,
  { precision, lowering, weights }: Cell,
): Bytes | undefined {
  const graph = graphs?.find(
    (one) => one.precision === precision && one.lowering === lowering && one.weights === weights,
  );
  return graph?.weight_bytes ?? weight_bytes;
}

function judgeAnswers(
  cell: Cell,
  definition: TaskDefinition,
  byId: ReadonlyMap<string, Question>,
  answered: readonly Answer[],
): JudgedAnswer[] {
  const asked = answered.map((answer) => {
    const question = byId.get(answer.question);
    if (question !== undefined) return { question, trial: answer.trial, answer };
    throw new Error(`the observations hold an answer of ${answer.cell} to "${answer.question}", but not that question`);
  });
  if (!isJudged(cell)) return asked;
  const siblings = siblingsOf(asked);
  return asked.map((one) => {
    const outputs = siblings(one).map(({ answer }) => answer.output);
    return { ...one, ...judge(definition, one.question, one.answer.output, outputs) };
  });
}

interface MeasuredPut {
  readonly put: Put;
  readonly seconds: Seconds;
  readonly energy: PutEnergy | undefined;
}

/** What every question took, over all puts of it that were measured. */
function totalsOf(
  cell: Cell,
  questions: readonly Question[],
  blocks: readonly Block[],
  answers: readonly JudgedAnswer[],
  energyOf: ReadonlyMap<Put, PutEnergy> | undefined,
): QuestionTotals[] {
  const judged = new Map<Put, JudgedAnswer>(answers.map((one) => [one.answer, one]));
  const puts = blocks.flatMap((block) =>
    block.puts.map((put): MeasuredPut => ({
      put,
      seconds: block.seconds * shareOf(block, put),
      energy: energyOf?.get(put),
    })),
  );
  const byQuestion = groupBy(puts, ({ put }) => put.question);
  return questions.flatMap(({ id }) => {
    const own = byQuestion.get(id);
    if (own === undefined) return [];
    const sum = (pick: (one: MeasuredPut) => number): number => own.reduce((total, one) => total + pick(one), 0);
    const measured = own.flatMap(({ energy }) => energy ?? []);
    /** Of a question that was put several times and not measured each time, the mean of those that were stands for all. */
    const joules = (pick: (energy: PutEnergy) => number): number =>
      (own.length / measured.length) * measured.reduce((total, energy) => total + pick(energy), 0);
    const aboveIdle = measured.every(({ marginal }) => marginal !== undefined);
    return [
      present({
        question: id,
        puts: own.length,
        credit: isJudged(cell) ? sum(({ put }) => judged.get(put)?.credit ?? 0) : undefined,
        seconds: sum(({ seconds }) => seconds),
        promptTokens: sum(({ put }) => (put.kind === "answer" ? put.prompt_tokens : 0)),
        outputTokens: sum(({ put }) => (put.kind === "answer" ? outputTokens(put) : 0)),
        energy:
          measured.length > 0
            ? present({
                gross: joules((energy) => energy.gross),
                marginal: aboveIdle ? joules((energy) => energy.marginal as number) : undefined,
              })
            : undefined,
      }),
    ];
  });
}

/**
 * Answers that never came: those that failed by themselves, and those that a dead process still owed. Questions that a
 * stopped run never came to are neither: they say nothing of the model.
 */
function failuresOf(
  run: Run,
  trials: number,
  questions: readonly Question[],
  answered: readonly Answer[],
  failures: readonly Failure[],
): FailedAnswer[] {
  const out: FailedAnswer[] = [];
  for (let trial = 0; trial < trials; trial++) {
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

type Correctness = Pick<CellSummary, "correct" | "accuracy" | "chance">;

/** By the task's metric of credit. Absent of a task that has none, as one of perplexities. */
function correctness(
  definition: TaskDefinition,
  questions: readonly Question[],
  answers: readonly JudgedAnswer[],
  failures: readonly FailedAnswer[],
  seed: number,
): Correctness {
  if (creditMetricOf(definition) === undefined) return {};
  const puts = [...answers, ...failures].map((one): ScoredPut => {
    const credit = "credit" in one ? one.credit : undefined;
    return present({ question: one.question, score: credit === undefined ? undefined : { value: credit } });
  });
  return present({
    correct: answers.reduce((sum, { credit = 0 }) => sum + credit, 0),
    accuracy: answers.length === 0 ? undefined : qualityOf(itemsOf(puts, true) ?? [], "mean", seed)?.estimate,
    chance: definition.perjoule.chance ?? blindGuess(definition, questions),
  });
}

/** Metrics by which one of the choices is taken, so that a guess takes a right one as often as there are such. */
const OF_CHOICE: readonly MetricName[] = ["acc", "acc_norm", "acc_bytes", "acc_mutual_info", "probability_mass"];

/** Expected accuracy of a guess among the choices. */
function blindGuess(definition: TaskDefinition, questions: readonly Question[]): Share | undefined {
  const metric = creditMetricOf(definition)?.metric;
  const isChoice = definition.output_type === "multiple_choice" && metric !== undefined && OF_CHOICE.includes(metric);
  if (!isChoice || questions.length === 0) return undefined;
  const shares = questions.map(({ choices = [], targets }) => (targets?.length ?? 1) / choices.length);
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}
