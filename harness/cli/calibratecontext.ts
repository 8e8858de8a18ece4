import { createInterface } from "node:readline/promises";
import { spinning } from "../execute/load.ts";
import { modelLoad } from "../execute/loop.ts";
import { environment } from "../meter/environment.ts";
import { thisHost } from "../meter/host.ts";
import { allMeters } from "../meter/meters.ts";
import { wallMeter } from "../meter/wall/wall.ts";
import { present } from "../present.ts";
import { findModel } from "../store/models.ts";
import { prepareModel } from "../store/prepare.ts";
import { versions } from "../store/root.ts";
import { loadTask } from "../store/task/load.ts";
import { writingLimitsOf } from "../task.ts";
import type { CalibrateContext } from "./calibrate.ts";

/** The model that is run as a stage: the smallest that comes with perjoule, on a task of generated answers. */
const MODEL = "pocket-dense-s";
const TASK = "addition";
const QUESTIONS = 50;

/** This machine, its meters and its user, for `perjoule calibrate`. */
export async function calibrateContext(
  stdout: (text: string) => void,
  note: (text: string) => void,
  signal: AbortSignal,
): Promise<CalibrateContext> {
  const { model, graph } = await prepareModel(findModel(MODEL), note);
  const { definition, questions } = await loadTask(TASK, { limit: QUESTIONS });
  const [first, ...others] = questions;
  if (first === undefined) throw new Error(`the task "${TASK}" has no questions`);
  const { maxTokens, stops } = writingLimitsOf(definition);
  const opening = present({
    source: model.source,
    folder: model.folder,
    graph,
    device: "cpu" as const,
    threads: 1,
    maxTokens,
    stops: [...stops],
  });
  return present({
    meters: allMeters({}),
    wallMeter,
    host: thisHost(),
    environment: environment(versions()),
    loads: {
      half: () => spinning(0.5),
      full: () => spinning(1),
      model: () => modelLoad(opening, [first, ...others]),
    },
    now: () => new Date(),
    ask: process.stdin.isTTY ? asking(signal) : undefined,
    stdout,
    note,
    signal,
  });
}

/** Asks on the terminal; the prompt goes to stderr, since stdout is the result. */
function asking(signal: AbortSignal): (question: string) => Promise<string> {
  return async (question) => {
    const terminal = createInterface({ input: process.stdin, output: process.stderr });
    try {
      return await terminal.question(question, { signal });
    } finally {
      terminal.close();
    }
  };
}
