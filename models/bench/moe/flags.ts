import { parseArgs } from "node:util";
import { lowerings, type Lowering } from "../../build/lowering.ts";
import { precisions, type Precision } from "../../build/precision.ts";
import { someOf, whole } from "../flagvalues.ts";
import { phases, type Phase } from "./cell.ts";

export interface Flags {
  readonly rounds: number;
  readonly precisions: readonly Precision[];
  readonly lowerings: readonly Lowering[];
  /** Rows that are read together. */
  readonly batches: readonly number[];
  readonly phases: readonly Phase[];
  /** What a measurement takes at least. */
  readonly seconds: number;
  /** Folder to write the results to. */
  readonly out?: string;
}

const usual = { rounds: "5", batch: "1,4,16,64", seconds: 0.3 };
/** Whether everything runs, in a minute; the rates mean little. */
const quick = { rounds: "1", batch: "1,4", seconds: 0.05 };

/** What the command line says; throws a RangeError, or what `parseArgs` throws, if it says something else. */
export function flagsOf(args: readonly string[]): Flags {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: "string" },
      precision: { type: "string", default: "fp32,int8,int4" },
      lowering: { type: "string", default: lowerings.join(",") },
      batch: { type: "string" },
      phase: { type: "string", default: phases.join(",") },
      out: { type: "string" },
      quick: { type: "boolean", default: false },
    },
  });
  const { seconds, ...defaults } = values.quick ? quick : usual;
  return {
    rounds: whole("rounds", values.rounds ?? defaults.rounds, 1),
    precisions: someOf("precision", values.precision, precisions),
    lowerings: someOf("lowering", values.lowering, lowerings),
    batches: [...new Set((values.batch ?? defaults.batch).split(",").map((batch) => whole("batch", batch, 1)))],
    phases: someOf("phase", values.phase, phases),
    seconds,
    ...(values.out !== undefined && { out: values.out }),
  };
}
