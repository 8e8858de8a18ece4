import { InferenceSession, Tensor } from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import { largestDifference } from "../build/session.support.ts";
import { inspectGraph } from "./describegraph.ts";
import {
  allExperts,
  branches,
  experts,
  gatheredWeights,
  hidden,
  inner,
  loopOver,
  perToken,
  routedRows,
  stackedExperts,
} from "./experts.support.ts";
import { writeModel } from "./model.support.ts";

const declared = { experts, perToken };
const routerFlops = 2 * hidden * experts;
const gated = 3 * hidden * inner;
const plain = 2 * hidden * inner;

describe("mixturesOf", () => {
  it.each([
    ["every expert for every row", allExperts(), "all_experts", "all", "all", gated, 12],
    ["a product with the stacked experts", stackedExperts(), "all_experts", "all", "all", plain, 2],
    ["experts over the rows routed to them", routedRows(), "rows", "routed", "routed", gated, 12],
    ["an If around each expert", branches(), "branch", "routed", "all", gated, 12],
    ["matrices gathered from a stack", gatheredWeights(), "gathered_weights", "routed", "routed", plain, 2],
    ["a loop over experts and all rows", loopOver("all"), "loop", "all", "all", plain, 2],
    ["a loop over experts and their rows", loopOver("routed"), "loop", "routed", "routed", plain, 2],
  ] as const)("%s", async (_, bytes, how, executed, rows, parameters, nodes) => {
    const { mixtures, flops, parameters: counts } = await inspectGraph(writeModel(bytes));
    const executedPerToken = executed === "all" ? experts : perToken;
    expect(mixtures).toEqual([
      {
        layer: 0,
        declared,
        executed,
        executedPerToken,
        how,
        rows,
        positions: "every",
        nodes: expect.objectContaining({ length: nodes }),
        perExpert: { parameters, bytes: 4 * parameters, flops: 2 * parameters },
      },
    ]);
    expect(flops.perToken).toBe(routerFlops + executedPerToken * 2 * parameters);
    expect(counts).toEqual({
      total: hidden * experts + experts * parameters,
      active: hidden * experts + perToken * parameters,
      executed: hidden * experts + executedPerToken * parameters,
    });
  });
});

async function run(bytes: Uint8Array): Promise<Float32Array> {
  const session = await InferenceSession.create(bytes, { intraOpNumThreads: 1 });
  const x = Float32Array.from({ length: 3 * hidden }, (_, at) => Math.sin(at));
  const { y } = await session.run({ x: new Tensor("float32", x, [3, hidden]) });
  await session.release();
  return y!.data as Float32Array;
}

describe("the lowerings of these tests", () => {
  it.each([
    ["of gated units", [allExperts(), routedRows(), branches()]],
    ["of stacks", [stackedExperts(), gatheredWeights(), loopOver("all"), loopOver("routed")]],
  ])("%s compute the same in ONNX Runtime", async (_, models) => {
    const [first, ...rest] = await Promise.all(models.map(run));
    expect(Math.max(...first!.map(Math.abs))).toBeGreaterThan(1e-3);
    for (const other of rest) expect(largestDifference(other, first!)).toBeLessThan(1e-6);
  });
});
