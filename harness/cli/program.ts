import yargs from "yargs";
import { present } from "../present.ts";
import type { ClaimsFlags } from "./claims.ts";
import { claimsFlags, claimsOptions } from "./claimsflags.ts";
import type { CompareFlags } from "./compare.ts";
import type { CostFlags } from "./costs.ts";
import type { CalibrateFlags } from "./calibrate.ts";
import { calibrateFlags, calibrateOptions } from "./calibrateflags.ts";
import { JSON_OPTION, PRICES_OPTION, text, UsageError, WALL_OPTION } from "./flags.ts";
import { type ModelsCommands, modelsCommands } from "./modelscommands.ts";
import type { RunFlags } from "./run.ts";
import type { ReportFlags } from "./report.ts";
import { FORMAT_OPTION, formatFlag, runFlags, runOptions } from "./runflags.ts";
import { type SizeFlags, sizeFlags, sizeOptions } from "./sizeflags.ts";
import { type TasksCommands, tasksCommands } from "./taskscommands.ts";
import type { VerifyFlags } from "./verify.ts";
import { verifyFlags, verifyOptions } from "./verifyflags.ts";

/** What each command does; `main.ts` gives the real ones, a test gives others. Each returns an exit code. */
export interface Commands extends ModelsCommands, TasksCommands {
  run(flags: RunFlags): Promise<number>;
  report(folders: readonly string[], flags: ReportFlags): Promise<number>;
  compare(folders: readonly string[], flags: CompareFlags): Promise<number>;
  claims(flags: ClaimsFlags): Promise<number>;
  verify(folder: string, flags: VerifyFlags): Promise<number>;
  costs(folder: string, flags: CostFlags): Promise<number>;
  size(flags: SizeFlags): Promise<number>;
  pricesList(flags: { json: boolean; prices?: string }): Promise<number>;
  pricesShow(name: string, flags: { json: boolean; prices?: string }): Promise<number>;
  meters(flags: { json: boolean; wall?: string }): Promise<number>;
  calibrate(flags: CalibrateFlags): Promise<number>;
}

/** The words of a command line before its first flag. */
function words(args: readonly string[]): string {
  const flag = args.findIndex((word) => word.startsWith("-"));
  return args.slice(0, flag < 0 ? args.length : flag).join(" ");
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
          .option("format", FORMAT_OPTION)
          .option("json", JSON_OPTION),
      (argv) =>
        set(
          commands.report(
            argv.runs,
            present({ json: argv.json, prices: text(argv, "prices"), format: formatFlag(argv) }),
          ),
        ),
    )
    .command(
      "compare <runs..>",
      "models in pairs on the same questions: accuracy, latency, energy and dollars, with p-values for all pairs together",
      (argv) =>
        argv
          .positional("runs", { type: "string", array: true, demandOption: true, describe: "run folders" })
          .option("out", {
            alias: "o",
            type: "string",
            describe: "a folder for comparisons.csv and comparisons.html, new, empty or of these only",
          })
          .option("json", JSON_OPTION),
      (argv) => set(commands.compare(argv.runs, present({ json: argv.json, out: text(argv, "out") }))),
    )
    .command(
      "claims <file> [runs..]",
      "judge registered claims: run what is missing, then supported, refuted, inconclusive or not comparable",
      (argv) => claimsOptions(argv),
      (argv) => set(commands.claims(claimsFlags(argv as Record<string, unknown>))),
    )
    .command(
      "verify <run>",
      "run it again here; which of its numbers agree",
      (argv) => verifyOptions(argv),
      (argv) => set(commands.verify(argv.run, verifyFlags(argv as Record<string, unknown>))),
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
    .command(
      "size [run]",
      "how many questions a comparison of two models needs, and what a run could have found",
      (argv) => sizeOptions(argv),
      (argv) => set(commands.size(sizeFlags(argv as Record<string, unknown>))),
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
    .command(
      "meters",
      "where joules can come from on this machine, and why they cannot come from elsewhere",
      (argv) => argv.option("wall", WALL_OPTION).option("json", JSON_OPTION),
      (argv) => set(commands.meters(present({ json: argv.json, wall: text(argv, "wall") }))),
    )
    .command(
      "calibrate",
      "fit the meter to a wall meter: idle, half load, full load, a model, idle again",
      (argv) => calibrateOptions(argv),
      (argv) => set(commands.calibrate(calibrateFlags(argv as Record<string, unknown>))),
    )
    .command("models", "models: what they are, and their graphs", (argv) => modelsCommands(argv, commands, set))
    .command("tasks", "tasks: what they ask, how they are scored, and whether one is well-formed", (argv) =>
      tasksCommands(argv, commands, set),
    )
    .demandCommand(1, "say what to do, for example `perjoule run`")
    .epilogue(
      "exit codes: 0 done, 1 could not run, 2 usage, 3 ran but some answer failed, or verify found what does not agree, 100 a claim was refuted (claims --strict)",
    )
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
        new UsageError(message.startsWith("Did you mean") ? `unknown command "${words(args)}". ${message}` : message)
      );
    });
  await cli.parseAsync();
  return code;
}
