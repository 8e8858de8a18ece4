import { type Caveat, type CellSummary, isJudged } from "../report.ts";
import type { Run } from "../run.ts";
import type { Estimate } from "../stats/interval.ts";
import { groupBy } from "./group.ts";
import { randomCaveats } from "./randomcaveats.ts";

/** Share of processor time that others may use before the run; above it latencies are not the model's alone. */
const BUSY = 0.1;

/** Share of empty answers above which the question was probably put in a way the model does not know. */
const MANY_EMPTY = 0.2;

/** What a reader must know before believing a row. */
export function caveatsOf(run: Run, cell: Omit<CellSummary, "caveats">): Caveat[] {
  const caveats: Caveat[] = [];
  if (run.plan.meter !== "none" && cell.answers.length > 0) {
    caveats.push(...unreadSources(cell), ...energyCaveats(cell));
  }
  if (cell.chance !== undefined && cell.chance > 0 && couldBeGuessing(cell.accuracy, cell.chance)) {
    caveats.push({
      id: "at_chance",
      text: "accuracy is not shown to be better than blind guessing, so the cost per correct answer is that of a guess",
      remedy: "ask more questions or drop the row",
    });
  }
  if (cell.failures.length > 0) {
    caveats.push({
      id: "failed_answers",
      text: isJudged(cell.cell) ? "some answers failed and count as wrong" : "some answers failed",
      detail: `${cell.cell.key}: ${cell.failures.length} of ${cell.questions}, ${cell.failures[0]?.reason}`,
      remedy: "every reason stands in answers.csv",
    });
  }
  caveats.push(...(isJudged(cell.cell) ? textCaveats(cell) : randomCaveats(run, cell)));
  const { absent, aggregates, data = [] } = run.tasks[cell.cell.task] ?? {};
  const plainMean = Object.values(aggregates ?? {}).some((list) => list.some((one) => !one.weight_by_size));
  if (plainMean && cell.accuracy !== undefined && haveUnlikeSizes(cell)) {
    caveats.push({
      id: "questions_weighted",
      text: "accuracy and costs are over questions; the group's own figure, in metrics.csv, lets each of its tasks count the same",
      detail: cell.cell.task,
      remedy: "read metrics.csv for the group's score",
    });
  }
  if (data.some(({ split }) => data.some((other) => other.split === `few-shot: ${split}`))) {
    caveats.push({
      id: "examples_from_asked",
      text: "examples come from the split that is asked, and may hold the question with its answer",
      detail: cell.cell.task,
      remedy: "name a training_split or fewshot_split in the task",
    });
  }
  if (absent !== undefined) {
    caveats.push({
      id: "partial_group",
      text: "the data held some of a group's tasks only: its score is of those, and not that of the group",
      detail: `${cell.cell.task}: without ${absent.length} tasks, ${absent.slice(0, 3).join(", ")}${absent.length > 3 ? ", ..." : ""}`,
      remedy: "leave --data out to pull all of it, or give a whole copy",
    });
  }
  const busy = run.environment.busy_before;
  if (busy !== undefined && busy > BUSY) {
    caveats.push({
      id: "busy_machine",
      text: `the machine was busy before the run: ${Math.round(busy * 100)} % of its processor time was in use`,
      remedy: "stop other work and run again",
    });
  }
  if (run.plan.warmup === 0) {
    caveats.push({
      id: "no_warmup",
      text: "nothing was asked before the timed answers",
      remedy: "leave --warmup at 1 or more",
    });
  }
  if (run.state !== "finished") {
    caveats.push({ id: "interrupted", text: "the run was stopped before its end", remedy: "run it again" });
  }
  return caveats;
}

/** Whether a group's tasks have unlike numbers of questions. */
function haveUnlikeSizes({ answers, failures }: Omit<CellSummary, "caveats">): boolean {
  const tasks = groupBy([...answers, ...failures], ({ question }) => question.members?.at(-1));
  return new Set([...tasks.values()].map((own) => own.length)).size > 1;
}

/** What the texts of answers show. */
function textCaveats(cell: Omit<CellSummary, "caveats">): Caveat[] {
  const caveats: Caveat[] = [];
  const cut = cell.answers.filter(
    ({ answer }) => answer.output.type === "generation" && answer.output.finish === "length",
  ).length;
  if (cut > 0) {
    caveats.push({
      id: "truncated_answers",
      text: "some answers reached the length limit",
      detail: `${cell.cell.key}: ${cut} of ${cell.questions}`,
      remedy: "raise max_gen_toks in the task if the answer may be longer",
    });
  }
  const shortened = cell.answers.filter(({ answer }) => (answer.truncated_tokens ?? 0) > 0).length;
  if (shortened > 0) {
    caveats.push({
      id: "truncated_prompts",
      text: "some prompts lost their beginning, for which the model's context has no room; lm-eval cuts them at the same place",
      detail: `${cell.cell.key}: ${shortened} of ${cell.questions}`,
      remedy: "ask with fewer examples (--num-fewshot), or a model of a longer context",
    });
  }
  const empty = cell.answers.filter(
    ({ answer }) => answer.output.type === "generation" && answer.output.text.trim() === "",
  );
  if (empty.length > MANY_EMPTY * cell.answers.length) {
    caveats.push({
      id: "empty_answers",
      text: "many answers are empty: the model wrote nothing before its end or a stop string",
      detail: `${cell.cell.key}: ${empty.length} of ${cell.questions}`,
      remedy: "check the prompt's form and `until` in the task",
    });
  }
  return caveats;
}

/** A meter that the run had and that told nothing of these answers. */
function unreadSources({ cell, unreadSources: sources }: Omit<CellSummary, "caveats">): Caveat[] {
  if (sources.length === 0) return [];
  return [
    {
      id: "unread_windows",
      text: "a meter of this run gave no usable reading; energy is by another or absent",
      detail: `${cell.key}: ${sources.join(", ")}`,
      remedy: "`perjoule meters` says how well the meter works",
    },
  ];
}

const FEW_WINDOWS = 5;

function energyCaveats({ cell, energy, windows }: Omit<CellSummary, "caveats">): Caveat[] {
  if (energy === undefined) {
    return [
      cell.device === "cpu"
        ? {
            id: "energy_absent",
            text: "no window's energy could be read, nor processor time to model it from",
            remedy: "`perjoule meters` says what works here",
          }
        : {
            id: "energy_absent",
            text: "no meter covers the device, and a model of the processor knows nothing of it",
            remedy: "`perjoule meters` says what works here",
          },
    ];
  }
  const caveats: Caveat[] = [];
  if (energy.grade === "C" || energy.grade === "D") {
    caveats.push({
      id: "energy_modelled",
      text:
        energy.grade === "C"
          ? "energy is modelled, not measured: time times an assumed power at the process's utilisation"
          : "energy is not measured: time times the watts that were stated, at the process's utilisation",
      remedy: "`perjoule meters` says what would measure it",
    });
  }
  if (energy.short || energy.marginalBound !== undefined) {
    caveats.push({
      id: "energy_below_resolution",
      text: energy.short
        ? "windows are shorter than the meter needs"
        : "energy above idle cannot be told from nothing; only its upper bound is given",
      remedy: "raise --min-duration or ask more questions",
    });
  }
  if (energy.contaminated !== undefined && energy.contaminated > 0) {
    caveats.push({
      id: "contaminated_windows",
      text: "other processes, stolen time or throttling took part in some windows",
      detail: `${cell.key}: ${energy.contaminated} of ${windows}${energy.windows + energy.unread < windows ? ", left out" : ""}`,
      remedy: "stop other work, or repeat with --trials on a quiet machine",
    });
  }
  if (energy.flags.length > 0) {
    caveats.push({
      id: "meter_says",
      text: `the meter says: ${energy.flags.join("; ")}`,
      remedy: "`perjoule meters` says more",
    });
  }
  const isCounted = energy.grade === "A" || energy.grade === "B";
  if (isCounted && energy.windows < FEW_WINDOWS) {
    caveats.push({
      id: "few_windows",
      text: `energy rests on fewer than ${FEW_WINDOWS} windows`,
      detail: `${cell.key}: ${energy.windows}`,
      remedy: "ask more questions, or repeat with --trials",
    });
  }
  if (isCounted && energy.idleLoaded === undefined) {
    caveats.push({
      id: "idle_unknown",
      text: "no idle window was quiet, so what the work added to idle is not known",
      remedy: "stop other work and run again",
    });
  }
  if (energy.unread > 0) {
    caveats.push({
      id: "unread_windows",
      text: "the energy of some windows could not be read; their questions are in no energy figure",
      detail: `${cell.key}: ${energy.unread} of ${windows}`,
      remedy: "`perjoule meters` says how well the meter works",
    });
  }
  return caveats;
}

/** Not shown to be better than a blind guess. Without an interval nothing is shown. */
function couldBeGuessing(accuracy: Estimate | undefined, chance: number): boolean {
  return accuracy !== undefined && (accuracy.interval?.low ?? 0) <= chance;
}
