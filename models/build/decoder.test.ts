import { describe, expect, it } from "vitest";
import type { Architecture } from "./architecture.ts";
import {
  groupedDecoder,
  latentDecoder,
  learned,
  plain,
  randomWeights,
  rotary,
  sparse,
  unit,
  view,
  writeRandomGraph,
  type SparseOptions,
} from "./architecture.support.ts";
import { hybridDecoder } from "./hybrid.support.ts";
import { distance, tokens, tolerance } from "./reference.support.ts";
import { loadReference } from "./reference.ts";
import { largestDifference, openGraph } from "./session.support.ts";

function sparseDecoder(options: SparseOptions): Architecture {
  const feedForward = (name: string) => sparse(name, options);
  return groupedDecoder({ heads: 2, kvHeads: 2, headDim: 16 }, { feedForward });
}

const small = { heads: 4, kvHeads: 2, headDim: 16 };
const routing = { perToken: 2, renormalise: true, scale: 1 };
const smallLatent = { heads: 4, nopeDim: 8, rotaryDim: 8, valueDim: 12, latentDim: 16 };

const architectures: Record<string, Architecture> = {
  "grouped queries": groupedDecoder(small),
  "grouped queries, tied head": groupedDecoder(small, { head: "tied" }),
  "heads of 8, which are rotated before": groupedDecoder({ ...small, headDim: 8 }),
  "one key/value head": groupedDecoder({ ...small, kvHeads: 1 }),
  "neighbours rotated": groupedDecoder(small, { positions: rotary(16, { pairs: "neighbours" }) }),
  "neighbours rotated before": groupedDecoder(
    { ...small, headDim: 8 },
    { positions: rotary(8, { pairs: "neighbours" }) },
  ),
  "scaled rotation": groupedDecoder(small, { positions: rotary(16, { scale: 1.3 }) }),
  "scaled rotation before": groupedDecoder({ ...small, headDim: 8 }, { positions: rotary(8, { scale: 1.3 }) }),
  "normed heads": groupedDecoder({ ...small, headNorm: "each" }),
  "normed heads of 8": groupedDecoder({ ...small, headDim: 8, headNorm: "each" }),
  "heads normed together": groupedDecoder({ ...small, headNorm: "all" }),
  "heads normed together, as many keys": groupedDecoder({ ...small, kvHeads: 4, headNorm: "all" }),
  clipped: groupedDecoder({ ...small, clip: 0.4 }),
  "clipped heads of 8": groupedDecoder({ ...small, headDim: 8, clip: 0.4 }),
  "normed, then clipped": groupedDecoder({ ...small, headNorm: "all", clip: 0.8 }),
  biases: groupedDecoder({ ...small, bias: true }),
  "biases and normed heads of 8": groupedDecoder({ ...small, headDim: 8, bias: true, headNorm: "each" }),
  "a window": groupedDecoder({ ...small, window: 4 }),
  "a window of one": groupedDecoder({ ...small, window: 1 }),
  sinks: groupedDecoder({ ...small, sinks: true }),
  "sinks, a window, biases": groupedDecoder({ ...small, headDim: 8, sinks: true, window: 3, bias: true }),
  "another scale": groupedDecoder({ ...small, scale: 1 }),
  "learned positions, layer norms": groupedDecoder(
    { heads: 4, kvHeads: 4, headDim: 8, bias: true },
    { positions: learned, norms: "layer", feedForward: (name) => plain(name, 48), head: "tied" },
  ),
  "learned positions, a window, unscaled": groupedDecoder(
    { heads: 2, kvHeads: 2, headDim: 16, window: 4, scale: 1 },
    { positions: learned, norms: "layer", feedForward: (name) => plain(name, 48) },
  ),
  "multipliers, root mean square norms": groupedDecoder(small, {
    scales: { embeddingScale: 12, residualScale: 0.22, logitScale: 1 / 3 },
    head: "tied",
  }),
  "multipliers, learned positions, layer norms": groupedDecoder(small, {
    positions: learned,
    norms: "layer",
    scales: { embeddingScale: 3, residualScale: 0.5, logitScale: 2 },
  }),
  latent: latentDecoder(smallLatent),
  "latent, query in two steps": latentDecoder({ ...smallLatent, queryRank: 24 }),
  "latent, rotated inside": latentDecoder({ ...smallLatent, rotaryDim: 16, latentDim: 48 }),
  "latent, biases, halves rotated": latentDecoder(
    { ...smallLatent, queryRank: 12, bias: true },
    { positions: rotary(8) },
  ),
  "latent, scaled rotation": latentDecoder(
    { ...smallLatent, rotaryDim: 16 },
    { positions: rotary(16, { pairs: "neighbours", scale: 1.3 }) },
  ),
  "convolutions, then grouped queries": hybridDecoder({ second: { ...small, headNorm: "each" } }),
  "convolutions alone": hybridDecoder(),
  "convolutions of two positions, tied head": hybridDecoder({ length: 2 }, { head: "tied" }),
  "convolutions of six positions, with biases": hybridDecoder({ length: 6, bias: true, second: small }),
  "units with biases": groupedDecoder(small, { feedForward: (name) => unit(name, 24, { bias: true }) }),
  "clamped units": groupedDecoder(small, { feedForward: (name) => unit(name, 24, { clamped: true }) }),
  "experts, one per token": sparseDecoder({ experts: 5, routing: { perToken: 1, renormalise: false, scale: 1 } }),
  "experts, renormalised": sparseDecoder({ experts: 5, routing }),
  "experts, renormalised and scaled": sparseDecoder({ experts: 5, routing: { ...routing, scale: 2.5 } }),
  "experts, scaled as routed": sparseDecoder({ experts: 6, routing: { perToken: 3, renormalise: false, scale: 1.5 } }),
  "experts, a shared one": sparseDecoder({ experts: 5, routing, shared: "plain" }),
  "experts, a gated shared one": sparseDecoder({ experts: 5, routing, shared: "gated" }),
  "experts in groups": sparseDecoder({
    experts: 6,
    routing: { perToken: 2, renormalise: false, scale: 3, groups: { count: 3, chosen: 2 } },
    shared: "plain",
  }),
  "experts by sigmoids": sparseDecoder({ experts: 5, routing: { ...routing, sigmoid: { epsilon: 1e-6 } } }),
  "experts by sigmoids, biased, as they are": sparseDecoder({
    experts: 6,
    routing: { perToken: 3, renormalise: false, scale: 1.5, sigmoid: { bias: view("balance", 6), epsilon: 0 } },
  }),
  "experts by sigmoids, biased, scaled": sparseDecoder({
    experts: 6,
    routing: { ...routing, scale: 2.5, sigmoid: { bias: view("balance", 6), epsilon: 0.1 } },
    shared: "plain",
  }),
  "experts, clamped, with biases": sparseDecoder({ experts: 4, routing, clamped: true }),
};

describe.each(Object.entries(architectures))("decoderGraph %s", (_, architecture) => {
  async function setUp() {
    const startReading = await loadReference(architecture, randomWeights);
    const graph = await openGraph(await writeRandomGraph(architecture));
    return { startReading, graph };
  }

  it("equals the reference: a prompt, single tokens, several at once", async () => {
    const { startReading, graph } = await setUp();
    const reference = startReading();
    for (const part of [tokens(20, 1), tokens(1, 2), tokens(1, 3), tokens(4, 4), tokens(1, 5)]) {
      const [logits] = await graph.next([part]);
      expect(distance(logits!, reference, part)).toBeLessThan(tolerance);
    }
    await graph.close();
  });

  it("equals the reference: two prompts of different lengths, the shorter padded on the right", async () => {
    const { startReading, graph } = await setUp();
    const references = [startReading(), startReading()];
    const prompts = [tokens(9, 6), tokens(5, 7)];
    const padded = [prompts[0]!, [...prompts[1]!, 0, 0, 0, 0]];
    const rows = await graph.next(padded, { lengths: [9, 5] });
    for (const [row, prompt] of prompts.entries()) {
      expect(distance(rows[row]!, references[row]!, prompt)).toBeLessThan(tolerance);
    }
    for (const seed of [8, 9, 10]) {
      const step = [tokens(1, seed), tokens(1, seed + 10)];
      const next = await graph.next(step);
      for (const row of [0, 1]) expect(distance(next[row]!, references[row]!, step[row]!)).toBeLessThan(tolerance);
    }
    await graph.close();
  });
});

describe("decoderGraph latent attention", () => {
  it("equals the reference where padded rows go on with several tokens at once", async () => {
    const architecture = latentDecoder(smallLatent);
    const startReading = await loadReference(architecture, randomWeights);
    const graph = await openGraph(await writeRandomGraph(architecture));
    const references = [startReading(), startReading()];
    const prompts = [tokens(3, 1), tokens(6, 2)];
    await graph.next([[...prompts[0]!, 0, 0, 0], prompts[1]!], { lengths: [3, 6] });
    for (const [row, prompt] of prompts.entries()) for (const token of prompt) references[row]!.next(token);
    const parts = [tokens(4, 3), tokens(4, 4)];
    const rows = await graph.next(parts);
    for (const row of [0, 1]) expect(distance(rows[row]!, references[row]!, parts[row]!)).toBeLessThan(tolerance);
    await graph.close();
  });
});

describe("decoderGraph precision", () => {
  const cases = {
    grouped: groupedDecoder(small, { head: "tied" }),
    latent: latentDecoder(smallLatent),
    hybrid: hybridDecoder({ second: small }),
  };

  it.each([
    { kind: "grouped", precision: "fp16", within: 0.02 },
    { kind: "latent", precision: "fp16", within: 0.02 },
    { kind: "hybrid", precision: "fp16", within: 0.02 },
    { kind: "grouped", precision: "int8", within: 0.3 },
    { kind: "latent", precision: "int8", within: 0.3 },
    { kind: "hybrid", precision: "int8", within: 0.3 },
  ] as const)("$precision is near the reference with $kind attention, and not in float32", async (test) => {
    const architecture = cases[test.kind];
    const reading = (await loadReference(architecture, randomWeights))();
    const graph = await openGraph(await writeRandomGraph(architecture, test.precision));
    const apart = distance((await graph.next([tokens(12, 1)]))[0]!, reading, tokens(12, 1));
    expect(apart).toBeLessThan(test.within);
    expect(apart).toBeGreaterThan(tolerance);
    await graph.close();
  });
});

describe("decoderGraph num_logits_to_keep", () => {
  it.each([1, 3, 7, 20])("%i gives the logits of that many last positions, or of all there are", async (keep) => {
    const path = await writeRandomGraph(groupedDecoder(small, { norms: "layer", positions: learned }));
    const graphs = [await openGraph(path), await openGraph(path)];
    for (const part of [tokens(7, 1), tokens(1, 2), tokens(7, 3)]) {
      const [all, kept] = [await graphs[0]!.next([part]), await graphs[1]!.next([part], { keep })];
      expect(kept[0]).toHaveLength(Math.min(keep, part.length));
      const expected = all[0]!.slice(-keep);
      for (const [at, logits] of kept[0]!.entries())
        expect(largestDifference(logits, expected[at]!)).toBeLessThan(1e-5);
    }
    await Promise.all(graphs.map((graph) => graph.close()));
  });
});
