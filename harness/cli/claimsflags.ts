import type { Argv } from "yargs";
import { present } from "../present.ts";
import type { ClaimsFlags } from "./claims.ts";
import { JSON_OPTION, PRICES_OPTION, text, UsageError } from "./flags.ts";

export function claimsOptions(argv: Argv) {
  return argv
    .positional("file", { type: "string", demandOption: true, describe: "a YAML file of claims" })
    .positional("runs", {
      type: "string",
      array: true,
      describe: "run folders, or folders that claims wrote, that may hold what it needs",
    })
    .option("run", {
      type: "boolean",
      default: true,
      describe: "run what no run has; --no-run judges by what there is",
    })
    .option("strict", { type: "boolean", default: false, describe: "exit with 100 if a claim is refuted" })
    .option("out", {
      alias: "o",
      type: "string",
      describe: "folder for claims.csv, claims.html and the runs [default: results/<utc>-<file>]",
    })
    .option("prices", PRICES_OPTION)
    .option("dry-run", { type: "boolean", default: false, describe: "print the cells that would run and stop" })
    .option("json", JSON_OPTION)
    .option("quiet", { type: "boolean", default: false, describe: "no progress" });
}

export function claimsFlags(argv: Record<string, unknown>): ClaimsFlags {
  const file = text(argv, "file");
  if (file === undefined) throw new UsageError("claims: name a YAML file of claims");
  const runs = Array.isArray(argv["runs"]) ? argv["runs"].map(String) : [];
  return present({
    file,
    runs,
    missing: argv["run"] === false ? ("leave" as const) : ("run" as const),
    fails: argv["strict"] === true ? ("refuted" as const) : ("never" as const),
    out: text(argv, "out"),
    prices: text(argv, "prices"),
    dryRun: argv["dryRun"] === true,
    json: argv["json"] === true,
    quiet: argv["quiet"] === true,
  });
}
