import type { Architecture } from "./architecture.ts";
import { addExperts } from "./experts.ts";
import { GraphBuilder, storedBytes, type Graph } from "./graph.ts";
import { builderHash } from "./hash.ts";
import type { Lowering } from "./lowering.ts";
import type { Precision } from "./precision.ts";
import { randomWeights } from "./random.ts";
import { writeGraph } from "./write.ts";

export interface ExpertsVariant {
  precision: Precision;
  lowering: Lowering;
}

/** Stored bytes beyond which another layer would only take longer: no processor keeps as much in its caches. */
const enoughBytes = 2 ** 27;

/**
 * Experts of an architecture and nothing else, with random weights, to be timed in one lowering beside another: as many of its
 * sparse layers as it takes to be larger than a cache. Input `rows` and output `mixed` are float32 [1, rows, hidden].
 */
export function expertsGraph(architecture: Architecture, variant: ExpertsVariant): Graph {
  const builder = new GraphBuilder();
  const rows = builder.input("rows", "float32", [1, "rows", architecture.hidden]);
  builder.output("mixed", "float32", [1, "rows", architecture.hidden]);
  const scope = { ...variant, builder, architecture, weights: randomWeights(architecture) };
  let sum = rows;
  for (const { feedForward } of architecture.blocks) {
    if (feedForward.kind !== "sparse") continue;
    sum = builder.node({ op: "Add", inputs: [sum, addExperts(scope, rows, feedForward)] });
    if (storedBytes(builder.graph) > enoughBytes) break;
  }
  builder.node({ op: "Identity", inputs: [sum], outputs: ["mixed"] });
  return builder.graph;
}

/** Writes `expertsGraph` into a folder and returns its path. */
export async function writeExperts(
  architecture: Architecture,
  variant: ExpertsVariant,
  folder: string,
): Promise<string> {
  return writeGraph(expertsGraph(architecture, variant), folder, {
    producerVersion: (await builderHash()).slice(0, 8),
  });
}
