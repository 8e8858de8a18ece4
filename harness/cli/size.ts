import type { Report } from "../api.ts";
import { present } from "../present.ts";
import type { SizeFlags } from "./sizeflags.ts";
import { type PilotPair, pilotPairs } from "./sizepilot.ts";
import { supposedOf } from "./sizestated.ts";
import { answered, pilotText, statedText } from "./sizetext.ts";

/**
 * Says how many questions a comparison of two models on the same questions needs: from shares that are stated, or from a run as a
 * pilot. Of a run also what it could have found. Nothing is written.
 */
export async function sizeCommand(
  flags: SizeFlags,
  read: (folder: string) => Promise<Pick<Report, "folder" | "cells">>,
  stdout: (text: string) => void,
): Promise<number> {
  const { run } = flags;
  stdout(run === undefined ? ofStated(flags) : ofPilot(flags, await read(run)));
  return 0;
}

function ofStated(flags: SizeFlags): string {
  const supposed = supposedOf(flags);
  const answers = answered(supposed, flags);
  if (!flags.json) return statedText(supposed, flags, answers);
  const { difference, rates } = supposed;
  return json(present({ ...testOf(flags), difference, rates, answers }));
}

function ofPilot(flags: SizeFlags, report: Pick<Report, "folder" | "cells">): string {
  const pairs = pilotPairs(report, flags);
  if (!flags.json) return pilotText(pairs, flags);
  return json(present({ ...testOf(flags), folder: report.folder, pairs: pairs.map(recordOfPair) }));
}

function testOf({ margin, power, alpha }: SizeFlags): object {
  return present({ test: margin === undefined ? "mcnemar" : "tango", alpha, margin, power });
}

function recordOfPair({ needed, ...pair }: PilotPair): object {
  return present({
    task: pair.task,
    a: pair.a,
    b: pair.b,
    questions: pair.questions,
    accuracy_a: pair.accuracyA,
    accuracy_b: pair.accuracyB,
    only_a: pair.onlyA,
    only_b: pair.onlyB,
    needed: needed && {
      difference: needed.difference,
      discordance: needed.discordance,
      questions: needed.questions,
      questions_high: needed.questionsHigh,
    },
    detectable_difference: pair.detectable,
    detectable_margin: pair.detectableMargin,
    reservation: pair.reservation,
  });
}

function json(document: object): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}
