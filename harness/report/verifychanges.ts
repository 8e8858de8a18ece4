import type { ModelRecord } from "../model.ts";
import type { Environment, Run } from "../run.ts";
import type { Question, Task } from "../task.ts";
import { otherWords } from "./compareruns.ts";

/** A model or a task that is not here as it was in the run. */
export interface Change {
  readonly kind: "model" | "task";
  readonly id: string;
  /** What differs, and what to do. */
  readonly why: string;
}

/** A model as it is found here: what is known of the one of the run decides what of it is hashed. */
export type ModelHere = Pick<ModelRecord, "folder"> &
  Partial<Pick<ModelRecord, "sha256" | "tokenizer_sha256" | "files">>;

/** What of a model is not as the run recorded it; undefined where all that was hashed is the same. */
export function modelChange(recorded: ModelRecord, here: ModelHere): Change | undefined {
  const unlike =
    recorded.files === undefined ? unlikeSets(recorded, here) : unlikeFiles(recorded.files, here.files ?? {});
  if (unlike.length === 0) return undefined;
  return {
    kind: "model",
    id: recorded.id,
    why: `in "${here.folder}" ${unlike.join(", ")}; ${MODEL_REMEDY}`,
  };
}

const MODEL_REMEDY =
  "put the run's files there and verify again, or run it and compare it with the run as another model";

function unlikeFiles(there: Readonly<Record<string, string>>, here: Readonly<Record<string, string>>): string[] {
  const names = [...new Set([...Object.keys(there), ...Object.keys(here)])];
  return names.flatMap((name) => {
    const [one, other] = [there[name], here[name]];
    if (one === other) return [];
    if (one === undefined) return `there is ${name}, which the run did not have`;
    if (other === undefined) return `${name} is missing`;
    return `${name} is another (${hashes(one, other)})`;
  });
}

/** Older runs have one hash for several files together. */
function unlikeSets(there: ModelRecord, here: ModelHere): string[] {
  const model =
    there.sha256 === here.sha256 ? [] : [`${WEIGHTS[there.source]} differ (${hashes(there.sha256, here.sha256)})`];
  const tokenizer =
    there.tokenizer_sha256 === here.tokenizer_sha256
      ? []
      : [
          `tokenizer.json and tokenizer_config.json together differ (${hashes(there.tokenizer_sha256, here.tokenizer_sha256)})`,
        ];
  return [...model, ...tokenizer];
}

/** What the hash of a source is over. */
const WEIGHTS: Readonly<Record<ModelRecord["source"], string>> = {
  checkpoint: "config.json and the weight files together",
  shape: "the contents of config.json",
  onnx: "the contents of the ONNX graph",
  script: "the contents of script.json",
};

function hashes(there: string | undefined, here: string | undefined): string {
  const short = (hash = "none"): string => hash.slice(0, 12);
  return `sha256 ${short(there)} there, ${short(here)} here`;
}

type TaskThere = Run["tasks"][string];

/** Which of a task's files are not as the run recorded them; undefined where all are. */
export function taskChange(recorded: TaskThere, here: Pick<Task, "id" | "sha256" | "data">): Change | undefined {
  if (recorded.sha256 === here.sha256) return undefined;
  const known = new Map(
    here.data.flatMap(({ split, files }) => files.map((file) => [`${split}/${file.name}`, file.sha256])),
  );
  const files = (recorded.data ?? []).flatMap(({ split, files: own }) =>
    own.flatMap(({ name, sha256 }) => {
      const other = known.get(`${split}/${name}`);
      if (other === sha256) return [];
      return other === undefined
        ? `its data file ${name} is missing`
        : `its data file ${name} is another (${hashes(sha256, other)})`;
    }),
  );
  const together = recorded.data === undefined ? "its definition and data together differ" : "its definition differs";
  const unlike = files.length > 0 ? files.join(", ") : `${together} (${hashes(recorded.sha256, here.sha256)})`;
  return { kind: "task", id: here.id, why: `${unlike}; ask it as it was in the run, and verify again` };
}

/** Whether a task whose files are the same is put in other words, which another version of perjoule may do. */
export function questionChange(
  id: string,
  there: readonly Question[],
  here: readonly Question[],
  versions: readonly [there: Environment, here: Pick<Environment, "perjoule">],
): Change | undefined {
  const known = new Set(there.map((question) => question.id));
  const unknown = here.filter((question) => !known.has(question.id)).length;
  const unlike = otherWords(here, there) + unknown;
  if (unlike === 0) return undefined;
  const [one, other] = versions.map(({ perjoule }) => perjoule);
  return {
    kind: "task",
    id,
    why: `its files are the same, but ${unlike} of ${here.length} questions are not put in the same words (perjoule ${one} there, ${other} here); verify with the version of the run`,
  };
}
