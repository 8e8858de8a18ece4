import type { Argv } from "yargs";
import { Precision, WeightSource } from "../model.ts";
import { present } from "../present.ts";
import { LoweringChoice } from "../run.ts";
import { JSON_OPTION, number, oneOf, optional, text, UsageError } from "./flags.ts";

/** Which graph of a model. */
export interface GraphFlags {
  readonly precision?: Precision;
  readonly lowering?: LoweringChoice;
  /** Stored ones where there are any, if not given. */
  readonly weights?: WeightSource;
}

export interface BuildFlags extends GraphFlags {
  readonly json: boolean;
}

export interface InspectFlags extends GraphFlags {
  readonly json: boolean;
  /** Tokens before the one that is decoded, and of the prompt. */
  readonly context?: number;
  /** Sequences decoded together. */
  readonly batch?: number;
  /** Texts whose routing is traced; none of them for texts of our own. Absent: nothing is traced. */
  readonly trace?: readonly string[];
  /** Compare the graph's logits with those of fp32. */
  readonly error: boolean;
  /** A file whose text the logits are compared over. */
  readonly text?: string;
  readonly threads?: number;
}

export function modelOption<T>(argv: Argv<T>): Argv<T & { model: string }> {
  return argv.positional("model", {
    type: "string",
    demandOption: true,
    describe: "an id of `perjoule models ls`, or a folder",
  });
}

export function buildOptions<T>(argv: Argv<T>): Argv<T> {
  return argv
    .option("precision", {
      type: "string",
      describe: `how matrices are stored: ${Precision.options.join(", ")} [default: fp32]`,
    })
    .option("lowering", {
      type: "string",
      describe: `what experts become: ${LoweringChoice.options.join(", ")} [default: auto]`,
    })
    .option("weights", {
      type: "string",
      describe: `${WeightSource.options.join(" or ")} [default: stored, where there are any]`,
    })
    .option("json", JSON_OPTION);
}

export function inspectOptions<T>(argv: Argv<T>): Argv<T> {
  return buildOptions(argv)
    .option("context", {
      type: "string",
      describe: "tokens before the one that is decoded [default: 512, or what the model can take]",
    })
    .option("batch", { type: "string", describe: "sequences decoded together [default: 1]" })
    .option("trace", {
      type: "string",
      array: true,
      describe: "a text whose tokens' experts are traced in a run of its own [default: questions of our tasks]",
    })
    .option("error", {
      type: "boolean",
      default: false,
      describe: "how far the logits are from those in fp32; builds both",
    })
    .option("text", { type: "string", describe: "a file: the text of --error [default: questions of our tasks]" })
    .option("threads", { type: "string", describe: "threads of --trace and --error [default: 1]" });
}

export function buildFlags(argv: Record<string, unknown>): BuildFlags {
  return { ...graphFlags(argv), json: argv["json"] === true };
}

export function inspectFlags(argv: Record<string, unknown>): InspectFlags {
  const file = text(argv, "text");
  const error = argv["error"] === true;
  if (file !== undefined && !error) throw new UsageError("--text: is the text of --error, which is not given");
  return present({
    ...graphFlags(argv),
    json: argv["json"] === true,
    context: number(argv, "context", 1),
    batch: number(argv, "batch", 1),
    trace: optional(argv["trace"], (texts) => (texts as unknown[]).map(String).filter((word) => word !== "")),
    error,
    text: file,
    threads: number(argv, "threads", 1),
  });
}

function graphFlags(argv: Record<string, unknown>): GraphFlags {
  return present({
    precision: optional(text(argv, "precision"), (word) => oneOf("precision", word, Precision.options)),
    lowering: optional(text(argv, "lowering"), (word) => oneOf("lowering", word, LoweringChoice.options)),
    weights: optional(text(argv, "weights"), (word) => oneOf("weights", word, WeightSource.options)),
  });
}
