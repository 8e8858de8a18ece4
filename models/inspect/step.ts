import { expectedDistinct } from "./distinct.ts";
import type { GraphInspection, MixtureInspection } from "./inspection.ts";

/** What one step of a graph computes and reads. */
export interface StepWork {
  flops: number;
  weightBytes: number;
  /** Cache entries read; absent where the graph's cache is not known. */
  kvBytes?: number;
}

/** One token for each of `batch` sequences of `past` tokens. The batch picks as many different experts as even routing would. */
export function decodeStep(graph: GraphInspection, { batch, past }: { batch: number; past: number }): StepWork {
  const { body, tail, flops, mixtures, kvBytesPerToken } = graph;
  const perRow = body.flops + tail.flops + (flops.perPastToken ?? 0) * (past + 1);
  const step = { flops: batch * perRow, weightBytes: body.bytes };
  for (const mixture of mixtures) add(step, mixture, batch);
  return { ...step, ...(kvBytesPerToken !== undefined && { kvBytes: batch * past * kvBytesPerToken }) };
}

/**
 * A prompt of `tokens` read at once, logits wanted for the last. Attention is causal: kernels that also compute the masked half do
 * almost twice as much of it.
 */
export function prefillStep(graph: GraphInspection, tokens: number): StepWork {
  const { body, tail, flops, mixtures } = graph;
  const withLogits = flops.logits === "last" || flops.logits === "asked" ? 1 : tokens;
  const attention = ((flops.perPastToken ?? 0) * tokens * (tokens + 1)) / 2;
  const step = { flops: tokens * body.flops + withLogits * tail.flops + attention, weightBytes: body.bytes };
  for (const mixture of mixtures) add(step, mixture, mixture.positions === "logits" ? withLogits : tokens);
  return step;
}

/** Adds a mixture that computes `rows` tokens. */
function add(step: StepWork, { declared, executed, rows: computed, perExpert }: MixtureInspection, rows: number): void {
  const { experts, perToken = experts } = declared;
  const read = executed === "all" ? experts : expectedDistinct(experts, perToken, rows);
  step.flops += rows * (executed === "routed" && computed === "routed" ? perToken : read) * perExpert.flops;
  step.weightBytes += read * perExpert.bytes;
}
