import type { Argv } from "yargs";
import { present } from "../present.ts";
import { REPORT_FORMATS, type ReportFormat } from "../report/lmevalformat.ts";
import { Depth, Precision, WeightSource } from "../model.ts";
import { Device, LoweringChoice, MeterChoice, type Plan, SolverName } from "../run.ts";
import {
  number,
  oneOf,
  optional,
  PRICES_OPTION,
  JSON_OPTION,
  seconds,
  text,
  UsageError,
  WALL_OPTION,
  wholeNumber,
  words,
} from "./flags.ts";
import type { RunFlags } from "./run.ts";

export function runOptions(argv: Argv): Argv {
  return argv
    .positional("plan", { type: "string", describe: "a YAML file with the keys below; flags win over it" })
    .option("models", {
      alias: "m",
      type: "string",
      array: true,
      describe: "ids or folders, separated by commas [default: all that come with perjoule]",
    })
    .option("tasks", {
      alias: "t",
      type: "string",
      array: true,
      describe: "ids or folders, separated by commas [default: all that come with perjoule]",
    })
    .option("device", {
      type: "string",
      array: true,
      describe: `where to run: ${Device.options.join(", ")} [default: cpu]`,
    })
    .option("threads", { type: "string", array: true, describe: "threads inside one operator [default: 1]" })
    .option("precision", {
      type: "string",
      array: true,
      describe: `how matrices are stored: ${Precision.options.join(", ")}; several are set side by side [default: fp32]`,
    })
    .option("lowering", {
      type: "string",
      array: true,
      describe: `what experts become: ${LoweringChoice.options.join(", ")} [default: auto, the fastest here]`,
    })
    .option("weights", {
      type: "string",
      describe: `${WeightSource.options.join(" or ")}; random ones are timed, not judged [default: stored]`,
    })
    .option("depth", {
      type: "string",
      describe:
        "share of each model's layers, as 1/8: models too large for this machine, of random weights [default: 1]",
    })
    .option("solver", {
      type: "string",
      array: true,
      describe:
        "how written answers are asked for: direct, steps, vote:K (2 to 64 draws), review:N (1 to 8 rounds) [default: direct]",
    })
    .option("limit", { type: "string", describe: "only the first so many questions of each task" })
    .option("num-fewshot", {
      type: "string",
      describe: "examples before each question [default: the task's own; a task that says 0 keeps it]",
    })
    .option("fewshot-seed", { type: "string", describe: "of the drawing of examples [default: 1234, lm-eval's]" })
    .option("data", {
      type: "string",
      array: true,
      describe: "TASK=PATH: a file or folder of a task's data, in place of what it names",
    })
    .option("trials", { type: "string", describe: "passes over the questions, each in a fresh process [default: 1]" })
    .option("warmup", { type: "string", describe: "answers asked and thrown away in every process [default: 3]" })
    .option("seed", { type: "string", describe: "orders the cells and the resampling [default: 42]" })
    .option("meter", {
      type: "string",
      describe: `where joules come from: ${MeterChoice.options.join(", ")} [default: auto, the best that works]`,
    })
    .option("wall", WALL_OPTION)
    .option("cpu-watts", { type: "string", describe: "IDLE,MAX watts of this machine as you know them (grade D)" })
    .option("min-duration", {
      type: "string",
      describe: "seconds a measured window takes at least [default: what the meter needs]",
    })
    .option("prices", PRICES_OPTION)
    .option("format", FORMAT_OPTION)
    .option("out", {
      alias: "o",
      type: "string",
      describe: "the run's folder, new or empty [default: results/<utc>-<name>]",
    })
    .option("dry-run", { type: "boolean", default: false, describe: "print the grid and stop" })
    .option("json", JSON_OPTION)
    .option("quiet", { type: "boolean", default: false, describe: "no progress on stderr" })
    .example(
      "$0 run -m pocket-dense-s,pocket-moe-32x1 -t addition --limit 50",
      "two models, one task, fifty questions",
    );
}

export function runFlags(argv: Record<string, unknown>): RunFlags {
  const settings = present({
    models: words(argv, "models"),
    tasks: words(argv, "tasks"),
    device: words(argv, "device")?.map((word) => oneOf("device", word, Device.options)),
    threads: words(argv, "threads")?.map((word) => wholeNumber("threads", word, 1)),
    precision: words(argv, "precision")?.map((word) => oneOf("precision", word, Precision.options)),
    lowering: words(argv, "lowering")?.map((word) => oneOf("lowering", word, LoweringChoice.options)),
    weights: optional(text(argv, "weights"), (word) => oneOf("weights", word, WeightSource.options)),
    depth: optional(text(argv, "depth"), depthFlag),
    solver: words(argv, "solver")?.map(solverFlag),
    limit: number(argv, "limit", 1),
    num_fewshot: number(argv, "numFewshot", 0),
    fewshot_seed: number(argv, "fewshotSeed", 0),
    data: dataFlag(argv),
    trials: number(argv, "trials", 1),
    warmup: number(argv, "warmup", 0),
    seed: number(argv, "seed", 0),
    meter: optional(text(argv, "meter"), (word) => oneOf("meter", word, MeterChoice.options)),
    wall: text(argv, "wall"),
    cpu_watts: optional(text(argv, "cpuWatts"), wattsPair),
    min_duration: optional(text(argv, "minDuration"), (word) => seconds("min-duration", word)),
    prices: text(argv, "prices"),
  }) satisfies Partial<Plan>;
  return present({
    settings,
    plan: text(argv, "plan"),
    out: text(argv, "out"),
    format: formatFlag(argv),
    dryRun: argv["dryRun"] === true,
    json: argv["json"] === true,
    quiet: argv["quiet"] === true,
  });
}

export const FORMAT_OPTION = {
  type: "string",
  describe: `another program's files besides the tables: ${REPORT_FORMATS.join(", ")}`,
} as const;

export function formatFlag(argv: Record<string, unknown>): ReportFormat | undefined {
  return optional(text(argv, "format"), (word) => oneOf("format", word, REPORT_FORMATS));
}

function solverFlag(word: string): SolverName {
  const { data, error } = SolverName.safeParse(word);
  if (data === undefined) throw new UsageError(`--solver: ${error.issues[0]?.message}`);
  return data;
}

function depthFlag(word: string): Depth {
  const { data, error } = Depth.safeParse(word);
  if (data === undefined) throw new UsageError(`--depth: ${error.issues[0]?.message}`);
  return data;
}

/** `TASK=PATH`, several times. */
export function dataFlag(argv: Record<string, unknown>): Record<string, string> | undefined {
  const places = words(argv, "data")?.map((word): [string, string] => {
    const [, task, place] = /^([^=]+)=(.+)$/.exec(word) ?? [];
    if (task === undefined || place === undefined) {
      throw new UsageError(`--data: "${word}" is not TASK=PATH, for example gsm8k=data/gsm8k`);
    }
    return [task, place];
  });
  const twice = places?.find(([task], i) => places.findIndex(([other]) => other === task) < i);
  if (twice !== undefined) throw new UsageError(`--data: "${twice[0]}" is given two places`);
  return places && Object.fromEntries(places);
}

/** `IDLE,MAX` */
function wattsPair(word: string): NonNullable<Plan["cpu_watts"]> {
  const [idle, max, ...more] = word.split(",").map((part) => (part.trim() === "" ? NaN : Number(part)));
  const isPair = idle !== undefined && max !== undefined && more.length === 0;
  if (!isPair || !(idle >= 0) || !(max > idle) || !(max <= MOST_WATTS)) {
    throw new UsageError(`--cpu-watts: "${word}" is not IDLE,MAX in watts, for example 20,65`);
  }
  return { idle, max };
}

/** No single machine draws more. */
const MOST_WATTS = 5_000;
