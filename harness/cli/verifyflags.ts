import type { Argv } from "yargs";
import { present } from "../present.ts";
import { JSON_OPTION, number, text } from "./flags.ts";
import type { VerifyFlags } from "./verify.ts";

export function verifyOptions(argv: Argv): Argv<{ run: string }> {
  return argv
    .positional("run", { type: "string", demandOption: true, describe: "a run folder" })
    .option("out", {
      alias: "o",
      type: "string",
      describe: "the new run's folder, new or empty [default: results/<utc>-verify-<run>]",
    })
    .option("limit", {
      type: "string",
      describe: "only the first so many questions of each task, of those that were asked",
    })
    .option("json", JSON_OPTION)
    .option("quiet", { type: "boolean", default: false, describe: "no progress on stderr" });
}

export function verifyFlags(argv: Record<string, unknown>): VerifyFlags {
  return present({
    out: text(argv, "out"),
    limit: number(argv, "limit", 1),
    json: argv["json"] === true,
    quiet: argv["quiet"] === true,
  });
}
