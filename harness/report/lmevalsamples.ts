import { createHash } from "node:crypto";
import { isCredit } from "../metric.ts";
import type { Output } from "../observation.ts";
import { present } from "../present.ts";
import type { CellSummary, FailedAnswer, JudgedAnswer } from "../report.ts";
import type { Score } from "../score/aggregate.ts";
import { pipelinesOf } from "../score/filters.ts";
import { extractedOf, scoreOf } from "../score/score.ts";
import { floatText, reprOf } from "../store/template/print.ts";
import { type Metric, metricsOf, type Question, samplingOf, type TaskDefinition, writingLimitsOf } from "../task.ts";
import { groupBy } from "./group.ts";
import { type Branch, lmEvalMetric } from "./lmevalbranches.ts";
import { itemsOf, siblingsOf } from "./quality.ts";

/** A line of lm-eval's `samples_*.jsonl` (`SampleResult`): one question under one filter. The value of each of `metrics` stands beside, under its name. */
export interface LmEvalSample {
  readonly doc_id: number;
  readonly doc: Question;
  readonly target: string;
  readonly arguments: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** By request, then by repeat. Of likelihoods `[ln p, is greedy]`, as texts. */
  readonly resps: readonly (readonly Response[])[];
  readonly filtered_resps: readonly (Response | readonly Response[])[];
  readonly filter: string;
  readonly metrics: readonly string[];
  readonly doc_hash: string;
  readonly prompt_hash: string;
  readonly target_hash: string;
}

type Response = string | readonly string[];
type Put = JudgedAnswer | FailedAnswer;
type Logged = number | readonly [number, number];

/** lm-eval's `hash_string`. */
export function hashString(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/**
 * What was asked of a task, filter by filter in its order. All repeats of a question are one sample; one that failed left no
 * response and earned nothing.
 */
export function lmEvalSamples(definition: TaskDefinition, branch: Branch, cell: CellSummary): LmEvalSample[] {
  const puts = groupBy<Put, string>([...cell.answers, ...cell.failures], ({ question }) => question.id);
  const siblings = siblingsOf(cell.answers);
  const hasAnswers = branch.questions.some(({ id }) => puts.get(id)?.some((put) => "answer" in put));
  return pipelinesOf(definition).flatMap(({ name, steps }) =>
    branch.questions.flatMap((question, index): LmEvalSample[] => {
      const own = puts.get(question.id);
      if (own === undefined) return [];
      const readings = own.map((put): Reading => {
        if (!("answer" in put)) return {};
        const { output } = put.answer;
        const outputs = siblings(put).map(({ answer }) => answer.output);
        return { output, extracted: extractedOf(definition, steps, output, outputs) };
      });
      const values = hasAnswers ? valuesOf(definition, question, readings) : {};
      const { doc_hash, prompt_hash, target_hash, ...sample } = sampleOf(definition, question, readings);
      const hashes = { doc_hash, prompt_hash, target_hash };
      return [{ doc_id: index, ...sample, filter: name, metrics: Object.keys(values), ...hashes, ...values }];
    }),
  );
}

/** An answer and what a filter took it to be; of a failure nothing. */
interface Reading {
  readonly output?: Output;
  readonly extracted?: string;
}

function sampleOf(
  definition: TaskDefinition,
  question: Question,
  readings: readonly Reading[],
): Omit<LmEvalSample, "doc_id" | "filter" | "metrics"> {
  const requests = requestsOf(definition, question);
  const outputs = readings.flatMap(({ output }) => output ?? []);
  const responses = outputs.map((output) => responsesOf(question, output));
  const target = targetOf(question);
  return {
    doc: question,
    target,
    arguments: Object.fromEntries(
      requests.map((given, i) => [`gen_args_${i}`, Object.fromEntries(given.map((one, j) => [`arg_${j}`, one]))]),
    ),
    resps: requests.map((_, i) => responses.flatMap((of) => (of[i] === undefined ? [] : [of[i]]))),
    filtered_resps: filteredOf(readings, responses),
    doc_hash: hashString(JSON.stringify(question, null, 2)),
    prompt_hash: hashString(String(requests[0]?.[0])),
    target_hash: hashString(target),
  };
}

/** The arguments of each request that lm-eval makes of a question: a context with what follows it, or with how to write. */
function requestsOf(definition: TaskDefinition, question: Question): readonly (readonly unknown[])[] {
  const { prompt, choices, contexts } = question;
  if (question.rolling) return [[question.target]];
  if (choices === undefined) return [[prompt, writingOf(definition)]];
  const after = choices.map((choice, i) => [prompt + (contexts?.[i] ?? ""), choice]);
  return question.unconditional ? [...after, ...choices.map((choice) => ["", choice])] : after;
}

/** `generation_kwargs` as they were in force. */
function writingOf(definition: TaskDefinition): object {
  const { maxTokens, stops } = writingLimitsOf(definition);
  const isDrawn = samplingOf(definition) !== undefined;
  return { ...definition.generation_kwargs, until: stops, max_gen_toks: maxTokens, do_sample: isDrawn };
}

/** Request by request. Whether a choice would have been written after nothing is not recorded: Python's None. */
function responsesOf(question: Question, output: Output): readonly Response[] {
  if (output.type === "generation") return [output.text];
  const { choices } = output;
  if (question.rolling) return choices.map((choice) => floatText(choice.log_likelihood));
  const alone = choices.flatMap(({ unconditional }) => unconditional ?? []);
  return [
    ...choices.map((choice) => [floatText(choice.log_likelihood), reprOf(choice.greedy)]),
    ...alone.map((logLikelihood) => [floatText(logLikelihood), reprOf(null)]),
  ];
}

/** Of texts what the filter left of every repeat, which is no list where there is one; of likelihoods the first repeat's. */
function filteredOf(
  readings: readonly Reading[],
  responses: readonly (readonly Response[])[],
): LmEvalSample["filtered_resps"] {
  const isText = readings.every(({ output }) => output === undefined || output.type === "generation");
  if (!isText || responses.length === 0) return responses[0] ?? [];
  const texts = readings.flatMap(({ extracted }) => extracted ?? []);
  return texts.length === 1 ? texts : [texts];
}

/** Python's `str` of the reference: a list where there are several, of indexes where there are choices. */
function targetOf({ target, targets, choices }: Question): string {
  if (targets === undefined) return target;
  return reprOf(choices === undefined ? [...targets] : targets.map(BigInt));
}

/** By lm-eval's name of each metric, where the question has a value. */
function valuesOf(
  definition: TaskDefinition,
  question: Question,
  readings: readonly Reading[],
): Record<string, Logged> {
  return Object.fromEntries(
    metricsOf(definition).flatMap((metric): [string, Logged][] => {
      const score = scoreUnder(metric, definition, question, readings);
      return score === undefined ? [] : [[lmEvalMetric(metric.metric, definition), loggedValue(score)]];
    }),
  );
}

function scoreUnder(
  metric: Metric,
  definition: TaskDefinition,
  question: Question,
  readings: readonly Reading[],
): Score | undefined {
  const scores = readings.map(({ output, extracted = "" }) =>
    output === undefined ? undefined : scoreOf(metric, definition, question, output, extracted),
  );
  const isUnscored = readings.some(({ output }, i) => output !== undefined && scores[i] === undefined);
  if (isUnscored) return undefined;
  const puts = scores.map((score) => present({ question, score }));
  return itemsOf(puts, isCredit(metric.metric, definition.output_type))?.[0];
}

/** lm-eval keeps pairs of what only means something together: labels (right, taken), and ln p with what it is spread over. */
function loggedValue({ value, weight, gold }: Score): Logged {
  if (gold !== undefined) return [gold, value];
  return weight === undefined ? value : [value, weight];
}
