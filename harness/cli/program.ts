import yargs, { type Argv } from "yargs";
import { present } from "../present.ts";
import { Device, MeterChoice, type Plan } from "../run.ts";
import type { CostFlags } from "./costs.ts";
import type { RunFlags } from "./run.ts";

/** What each command does; `main.ts` gives the real ones, a test gives others. Each returns an exit code. */
export interface Commands {
  run(flags: RunFlags): Promise<number>;
  report(folders: readonly string[], flags: { json: boolean; prices?: string }): Promise<number>;
  costs(folder: string, flags: CostFlags): Promise<number>;
  pricesList(flags: { json: boolean; prices?: string }): Promise<number>;
  pricesShow(name: string, flags: { json: boolean; prices?: string }): Promise<number>;
  modelsList(flags: { json: boolean }): Promise<number>;
  tasksList(flags: { json: boolean }): Promise<number>;
}

/** A mistake in how the command was written: exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Parses the arguments and runs one command. */
export async function program(args: readonly string[], commands: Commands, version: string): Promise<number> {
  let code = 0;
  const set = (running: Promise<number>): Promise<void> => running.then((result) => void (code = result));
  const cli = yargs([...args])
    .scriptName("perjoule")
    // `run -m a plan.yaml` names one model and a plan, not two models.
    .parserConfiguration({ "greedy-arrays": false })
    .usage("$0 <command>\n\nWhat does a correct answer cost, on my machine, and how sure are we?")
    .command(
      "run [plan]",
      "run models against tasks, write a run folder, print the table",
      (argv) => runOptions(argv),
      (argv) => set(commands.run(runFlags(argv as Record<string, unknown>))),
    )
    .command(
      "report <runs..>",
      "derive every table again from the raw observations; needs no model",
      (argv) =>
        argv
          .positional("runs", { type: "string", array: true, demandOption: true, describe: "run folders" })
          .option("prices", PRICES_OPTION)
          .option("json", JSON_OPTION),
      (argv) => set(commands.report(argv.runs, present({ json: argv.json, prices: text(argv, "prices") }))),
    )
    .command(
      "costs <run>",
      "what a run's answers cost under dated prices: rank, break-evens, figures of others",
      (argv) =>
        argv
          .positional("run", { type: "string", demandOption: true, describe: "a run folder" })
          .option("scenario", { type: "string", describe: "id of a price [default: the first price of electricity]" })
          .option("prices", PRICES_OPTION)
          .option("json", JSON_OPTION),
      (argv) =>
        set(
          commands.costs(
            argv.run,
            present({ json: argv.json, scenario: text(argv, "scenario"), prices: text(argv, "prices") }),
          ),
        ),
    )
    .command("prices", "the dated price books", (argv) =>
      argv
        .command(
          "ls",
          "list every price with its date and whether it could be verified",
          (ls) => ls.option("prices", PRICES_OPTION).option("json", JSON_OPTION),
          (ls) => set(commands.pricesList(present({ json: ls.json, prices: text(ls, "prices") }))),
        )
        .command(
          "show <name>",
          "everything that is known of one price, or of a kind of them",
          (show) =>
            show
              .positional("name", { type: "string", demandOption: true, describe: "id or kind" })
              .option("prices", PRICES_OPTION)
              .option("json", JSON_OPTION),
          (show) => set(commands.pricesShow(show.name, present({ json: show.json, prices: text(show, "prices") }))),
        )
        .demandCommand(1, "prices: say what to do, for example `perjoule prices ls`"),
    )
    .command("models", "the models that come with perjoule", (argv) =>
      argv
        .command(
          "ls",
          "list them with their sizes",
          (ls) => ls.option("json", JSON_OPTION),
          (ls) => set(commands.modelsList({ json: ls.json })),
        )
        .demandCommand(1, "models: say what to do, for example `perjoule models ls`"),
    )
    .command("tasks", "the tasks that come with perjoule", (argv) =>
      argv
        .command(
          "ls",
          "list them with how they are scored",
          (ls) => ls.option("json", JSON_OPTION),
          (ls) => set(commands.tasksList({ json: ls.json })),
        )
        .demandCommand(1, "tasks: say what to do, for example `perjoule tasks ls`"),
    )
    .demandCommand(1, "say what to do, for example `perjoule run`")
    .epilogue("exit codes: 0 done, 1 could not run, 2 usage, 3 ran but some answer failed")
    .strict()
    .recommendCommands()
    .version(version)
    .help()
    .wrap(100)
    .exitProcess(false)
    .fail((message, error) => {
      // yargs suggests a command without saying what it did not know.
      throw (
        error ??
        new UsageError(message.startsWith("Did you mean") ? `unknown command "${args[0]}". ${message}` : message)
      );
    });
  await cli.parseAsync();
  return code;
}

const JSON_OPTION = {
  type: "boolean",
  default: false,
  describe: "one JSON document on stdout in place of a table",
} as const;

const PRICES_OPTION = {
  type: "string",
  describe: "a price book of your own, beside those of `perjoule prices ls`",
} as const;

function runOptions(argv: Argv): Argv {
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
    .option("limit", { type: "string", describe: "only the first so many questions of each task" })
    .option("trials", { type: "string", describe: "passes over the questions, each in a fresh process [default: 1]" })
    .option("warmup", { type: "string", describe: "answers asked and thrown away in every process [default: 3]" })
    .option("seed", { type: "string", describe: "orders the cells and the resampling [default: 42]" })
    .option("meter", {
      type: "string",
      describe: `where joules come from: ${MeterChoice.options.join(", ")} [default: auto, the best that works]`,
    })
    .option("wall", { type: "string", describe: "a smart plug's URL, or a CSV file that a wall meter writes" })
    .option("cpu-watts", { type: "string", describe: "IDLE,MAX watts of this machine as you know them (grade D)" })
    .option("min-duration", {
      type: "string",
      describe: "seconds a measured window takes at least [default: what the meter needs]",
    })
    .option("prices", PRICES_OPTION)
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

function runFlags(argv: Record<string, unknown>): RunFlags {
  const settings = present({
    models: words(argv, "models"),
    tasks: words(argv, "tasks"),
    device: words(argv, "device")?.map((word) => oneOf("device", word, Device.options)),
    threads: words(argv, "threads")?.map((word) => wholeNumber("threads", word, 1)),
    limit: number(argv, "limit", 1),
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
    dryRun: argv["dryRun"] === true,
    json: argv["json"] === true,
    quiet: argv["quiet"] === true,
  });
}

function optional<A, B>(value: A | undefined, map: (value: A) => B): B | undefined {
  return value === undefined ? undefined : map(value);
}

/** `a,b` and `-m a -m b` mean the same; `\\,` is a comma of the name itself. */
function words(argv: Record<string, unknown>, flag: string): string[] | undefined {
  const value = argv[flag];
  if (!Array.isArray(value)) return undefined;
  const list = value
    .flatMap((word) => String(word).split(/(?<!\\),/))
    .map((word) => word.replaceAll("\\,", ","))
    .filter((word) => word !== "");
  if (list.length === 0) throw new UsageError(`--${flag}: names nothing`);
  return list;
}

/** yargs makes a list of a flag that is given twice. */
function text(argv: Record<string, unknown>, flag: string): string | undefined {
  const value = argv[flag];
  if (value === undefined || typeof value === "string") return value;
  throw new UsageError(`--${flag}: given more than once`);
}

function oneOf<T extends string>(flag: string, word: string, options: readonly T[]): T {
  const found = options.find((option) => option === word);
  if (found === undefined) throw new UsageError(`--${flag}: "${word}" is none of ${options.join(", ")}`);
  return found;
}

function number(argv: Record<string, unknown>, flag: string, least: number): number | undefined {
  return optional(text(argv, flag), (word) => wholeNumber(flag, word, least));
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

function seconds(flag: string, word: string): number {
  const value = word.trim() === "" ? NaN : Number(word);
  if (!(value >= 0 && value <= 3_600))
    throw new UsageError(`--${flag}: "${word}" is not a number of seconds up to 3600`);
  return value;
}

function wholeNumber(flag: string, word: string, least: number): number {
  const value = Number(word);
  if (word.trim() === "" || !Number.isSafeInteger(value) || value < least) {
    throw new UsageError(`--${flag}: "${word}" is not a whole number of at least ${least}`);
  }
  return value;
}
