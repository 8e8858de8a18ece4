import type { Caveat, CellSummary } from "../report.ts";
import type { Run } from "../run.ts";
import type { Estimate } from "../stats/interval.ts";

/** Share of processor time that others may use before the run; above it latencies are not the model's alone. */
const BUSY = 0.1;

/** Share of empty answers above which the question was probably put in a way the model does not know. */
const MANY_EMPTY = 0.2;

/** What a reader must know before believing a row. */
export function caveatsOf(run: Run, cell: Omit<CellSummary, "caveats">): Caveat[] {
  const caveats: Caveat[] = [];
  if (cell.energy?.grade === "C") {
    caveats.push({
      id: "energy_modelled",
      text: "energy is modelled from processor time, not measured",
      remedy: "run on a machine whose energy counters can be read",
    });
  }
  if (cell.energy === undefined && run.plan.meter !== "none" && cell.answers.length > 0) {
    caveats.push({
      id: "energy_absent",
      text: "the system does not tell processor time",
      remedy: "none on this system",
    });
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
      text: "some answers failed and count as wrong",
      detail: `${cell.cell.key}: ${cell.failures.length} of ${cell.questions}, ${cell.failures[0]?.reason}`,
      remedy: "every reason stands in answers.csv",
    });
  }
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

/** Not shown to be better than a blind guess. Without an interval nothing is shown. */
function couldBeGuessing(accuracy: Estimate | undefined, chance: number): boolean {
  return accuracy !== undefined && (accuracy.interval?.low ?? 0) <= chance;
}
