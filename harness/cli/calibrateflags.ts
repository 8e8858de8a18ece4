import type { Argv } from "yargs";
import { present } from "../present.ts";
import { MeterChoice } from "../run.ts";
import type { CalibrateFlags } from "./calibrate.ts";
import { JSON_OPTION, oneOf, text, UsageError, WALL_OPTION } from "./flags.ts";

/** Long enough for a plug that counts in watt-hours, and for the machine to get warm. */
const DEFAULT_SECONDS = "180";

/** A shorter look at a plug says little, and what it says holds for half a year. */
const LEAST_SECONDS = 30;

export function calibrateOptions(argv: Argv): Argv {
  return argv
    .option("wall", WALL_OPTION)
    .option("typed", {
      type: "string",
      describe: "watts at the wall by stage, if known beforehand: IDLE,HALF,FULL,MODEL,IDLE [default: asked for]",
    })
    .option("seconds", { type: "string", default: DEFAULT_SECONDS, describe: "of every stage, after it settled" })
    .option("meter", { type: "string", default: "auto", describe: "the meter to calibrate, or `model`" })
    .option("model", { type: "boolean", default: true, describe: "run a model as one of the stages" })
    .option("json", JSON_OPTION)
    .example("$0 calibrate --wall http://192.168.1.20/rpc/Switch.GetStatus?id=0", "by a plug that can be asked")
    .example("$0 calibrate", "by a plug that you read yourself");
}

export function calibrateFlags(argv: Record<string, unknown>): CalibrateFlags {
  const word = text(argv, "seconds") ?? DEFAULT_SECONDS;
  const seconds = word.trim() === "" ? NaN : Number(word);
  if (!(seconds >= LEAST_SECONDS && seconds <= 3_600)) {
    throw new UsageError(`--seconds: "${word}" is not a number of seconds from ${LEAST_SECONDS} to 3600`);
  }
  return present({
    seconds,
    meter: oneOf("meter", text(argv, "meter") ?? "auto", MeterChoice.options),
    wall: text(argv, "wall"),
    typed: text(argv, "typed"),
    model: argv["model"] !== false,
    json: argv["json"] === true,
  });
}
