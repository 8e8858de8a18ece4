import { onnxRuntime } from "../../../harness/engine/runtime.ts";
import { expectedDistinct } from "../../inspect/distinct.ts";
import { traceRouting } from "../../inspect/trace.ts";
import { randomTokens } from "../tokens.ts";
import { EXTENT, type Extent } from "./cell.ts";

/** How many experts a decode step reads in a layer. */
export interface Touched {
  readonly batch: number;
  /** Different experts, on average over layers and steps. */
  readonly experts: number;
  /** What even and independent routing would give. */
  readonly ifEven: number;
}

/** Reads the tokens of decode cells once more, one by one, and notes which experts they go to. Not timed. */
export async function touchedExperts(
  graph: string,
  { batches, vocabulary, extent = EXTENT }: { batches: readonly number[]; vocabulary: number; extent?: Extent },
): Promise<Touched[]> {
  const runtime = await onnxRuntime();
  const touched: Touched[] = [];
  for (const batch of batches) {
    const reading = { vocabulary, threads: 1, batch, prompt: extent.context, tokens: extent.steps };
    const { prompt, steps } = randomTokens(reading);
    const rows = Array.from({ length: batch }, (_, row) => [
      ...prompt.subarray(row * extent.context, (row + 1) * extent.context),
      ...steps.map((step) => step[row]!),
    ]);
    const { layers } = await traceRouting(runtime, graph, rows, { intraOpNumThreads: 1, interOpNumThreads: 1 });
    const decoded = layers.flatMap((layer) => layer.steps.slice(extent.context));
    const { experts, perToken } = layers[0]!;
    touched.push({
      batch,
      experts: decoded.reduce((sum, { distinct }) => sum + distinct, 0) / decoded.length,
      ifEven: expectedDistinct(experts, perToken, batch),
    });
  }
  return touched;
}

export function touchedText(touched: readonly Touched[]): string {
  const each = touched.map(
    ({ batch, experts, ifEven }) => `${experts.toFixed(2)} at batch ${batch} (${ifEven.toFixed(2)} if even)`,
  );
  return `experts read by a decode step, mean of layers: ${each.join(", ")}`;
}
