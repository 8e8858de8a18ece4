/** A traced run: which experts a graph routes tokens to. Never timed, since what is written down costs time of its own. */
import type { InferenceSession } from "onnxruntime-node";
import { CheckpointError } from "../build/checkpointerror.ts";
import { flatten } from "./flatten.ts";
import { readOnnx } from "./readonnx.ts";
import { routerOutputs, type RouterOutput } from "./routeroutput.ts";
import { openStepper, type Runtime } from "./stepper.ts";
import { summariseUsage, type UsageSummary } from "./usage.ts";
import { tracedGraph } from "./tracedgraph.ts";
import { walk } from "./walk.ts";

export interface LayerTrace {
  layer: number;
  experts: number;
  perToken: number;
  steps: readonly StepTrace[];
  usage: UsageSummary;
}

export interface StepTrace {
  /** Tokens of the batch routed to each expert, by its number. */
  counts: readonly number[];
  /** Experts with any: those whose weights the step reads. */
  distinct: number;
}

export interface RoutingTrace {
  /** Rows decoded together. */
  batch: number;
  layers: readonly LayerTrace[];
}

/**
 * Feeds `rows` of token ids to the graph at `path`, one token of each row a step, and returns which experts they were routed to. Rows
 * longer than the shortest are cut. What runs is a copy of the graph, in memory, whose routers' choices are outputs.
 */
export async function traceRouting(
  runtime: Runtime,
  path: string,
  rows: readonly (readonly number[])[],
  options: InferenceSession.SessionOptions = {},
): Promise<RoutingTrace> {
  const length = Math.min(...rows.map((row) => row.length));
  if (rows.length === 0 || length === 0)
    throw new RangeError(
      `cannot trace ${path} with ${rows.length} rows of ${rows.length === 0 ? "no" : length} tokens`,
    );
  const program = flatten(readOnnx(path));
  const routers = routerOutputs(walk(program).mixtures, path);
  const names = [...new Set(routers.map(({ value }) => value))];
  const stepper = await openStepper(runtime, tracedGraph(path, program, names), options);
  const steps: StepTrace[][] = routers.map(() => []);
  try {
    for (let at = 0; at < length; at++) {
      const outputs = await stepper.next(rows.map((row) => row[at]!));
      for (const [which, router] of routers.entries()) {
        const output = outputs[router.value];
        if (!output) throw new CheckpointError(`${path} gave no value for "${router.value}", the output of a router`);
        steps[which]!.push(countChoices(router, router.choicesIn(output)));
      }
    }
  } finally {
    await stepper.close();
  }
  return {
    batch: rows.length,
    layers: routers.map(({ layer, experts, perToken }, which) => ({
      layer,
      experts,
      perToken,
      steps: steps[which]!,
      usage: summariseUsage(steps[which]!, { experts, perToken, batch: rows.length }),
    })),
  };
}

function countChoices({ experts }: RouterOutput, choices: readonly number[]): StepTrace {
  const counts = Array.from({ length: experts }, () => 0);
  for (const choice of choices) counts[choice]! += 1;
  return { counts, distinct: counts.filter((count) => count > 0).length };
}
