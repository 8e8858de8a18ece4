import { describe, expect, it } from "vitest";
import {
  grouped,
  groupedDecoder,
  latent,
  latentDecoder,
  learned,
  plain,
  sparse,
  view,
  writeRandomGraph,
  type SparseOptions,
} from "../build/architecture.support.ts";
import { hybridDecoder } from "../build/hybrid.support.ts";
import type { Architecture } from "../build/architecture.ts";
import { kvBytesPerToken as bytesCached, parametersActive, parametersTotal } from "../build/count.ts";
import type { Precision } from "../build/precision.ts";
import { inspectGraph } from "./describegraph.ts";

const heads = { heads: 4, kvHeads: 2, headDim: 16 };
const latents = { heads: 4, nopeDim: 16, rotaryDim: 8, valueDim: 16, latentDim: 24 };
const routing = { perToken: 2, renormalise: true, scale: 1 };
const mixture = (options: Partial<SparseOptions> = {}) => ({
  feedForward: (name: string) => sparse(name, { experts: 4, routing, ...options }),
});

const architectures: [string, Architecture, Precision[]][] = [
  ["grouped queries", groupedDecoder(heads), ["fp32", "fp16", "int8", "int4"]],
  ["biases, sinks and a window", groupedDecoder({ ...heads, bias: true, sinks: true, window: 4 }), ["fp32", "int4"]],
  ["a norm over all heads", groupedDecoder({ ...heads, headNorm: "all" }), ["fp32", "int4"]],
  ["scales", groupedDecoder(heads, { scales: { embeddingScale: 5, residualScale: 0.5, logitScale: 0.25 } }), ["fp32"]],
  [
    "learned positions and a tied head",
    groupedDecoder(
      { heads: 4, kvHeads: 4, headDim: 8, bias: true },
      { positions: learned, norms: "layer", feedForward: (name) => plain(name, 48), head: "tied" },
    ),
    ["fp32", "fp16", "int8"],
  ],
  ["convolutions before grouped queries", hybridDecoder({ second: heads }), ["fp32", "fp16", "int8", "int4"]],
  ["convolutions with biases", hybridDecoder({ length: 4, bias: true, second: heads }), ["fp32", "int8"]],
  ["latent attention", latentDecoder(latents), ["fp32", "int8"]],
  ["latent attention, queries in two steps", latentDecoder({ ...latents, queryRank: 8 }), ["fp32"]],
  ["as many experts as latent heads", latentDecoder(latents, mixture()), ["fp32", "fp16"]],
  [
    "experts of which one is picked",
    groupedDecoder(heads, mixture({ routing: { ...routing, perToken: 1 } })),
    ["fp32"],
  ],
  ["a shared expert with a gate", groupedDecoder(heads, mixture({ shared: "gated" })), ["fp32"]],
  ["experts with biases", groupedDecoder(heads, mixture({ clamped: true })), ["fp32"]],
  [
    "shares not renormalised",
    groupedDecoder(heads, mixture({ routing: { ...routing, renormalise: false } })),
    ["fp32"],
  ],
  [
    "experts by sigmoids with a bias",
    groupedDecoder(heads, {
      feedForward: (name) => {
        const sigmoid = { bias: view(`${name}.balance`, 4), epsilon: 1e-6 };
        return sparse(name, { experts: 4, inner: 32, routing: { ...routing, sigmoid } });
      },
    }),
    ["fp32", "int8"],
  ],
  [
    "groups of experts",
    groupedDecoder(heads, mixture({ experts: 8, routing: { ...routing, groups: { count: 4, chosen: 2 } } })),
    ["fp32"],
  ],
];

describe("inspectGraph", () => {
  it.each(architectures)("agrees with the architecture on %s", async (_, architecture, precisions) => {
    const hasExperts = architecture.blocks.some(({ feedForward }) => feedForward.kind === "sparse");
    for (const precision of precisions) {
      const { parameters, kvBytesPerToken, mixtures, gaps } = await inspectGraph(
        await writeRandomGraph(architecture, precision),
      );
      const [total, active] = [parametersTotal(architecture), parametersActive(architecture)];
      expect({ precision, parameters, kvBytesPerToken, gaps, mixtures: mixtures.length }).toEqual({
        precision,
        parameters: { total, active, executed: active },
        kvBytesPerToken: bytesCached(architecture),
        gaps: [],
        mixtures: hasExperts ? 2 : 0,
      });
    }
  });

  it("counts attention over what is cached, by heads and not by what they share", async () => {
    const [ofGroups, ofLatents] = await Promise.all(
      [groupedDecoder(heads), latentDecoder(latents)].map(async (architecture) =>
        inspectGraph(await writeRandomGraph(architecture)),
      ),
    );
    const { heads: count, headDim } = grouped("", heads);
    expect(ofGroups!.flops.perPastToken).toBe(2 * 4 * count * headDim);
    // Each head scores the shared key, latent and rotated part, and sums it up.
    const { latentDim, rotaryDim } = latent("", latents);
    expect(ofLatents!.flops.perPastToken).toBe(2 * 4 * latents.heads * (latentDim + rotaryDim));
  });
});
