import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { groupedDecoder, learned, randomWeights, rotary, writeRandomGraph } from "./architecture.support.ts";
import { hybridDecoder } from "./hybrid.support.ts";
import { distance, tokens, tolerance } from "./reference.support.ts";
import { loadReference } from "./reference.ts";
import { openGraph } from "./session.support.ts";

/** Sizes and kinds of parts in any combination that an architecture may have. */
const anyArchitecture = fc
  .record({
    kvHeads: fc.constantFrom(1, 2, 3),
    queriesPerKey: fc.constantFrom(1, 2, 3),
    headDim: fc.constantFrom(8, 16, 24, 32),
    bias: fc.boolean(),
    headNorm: fc.constantFrom("each" as const, "all" as const, undefined),
    clip: fc.constantFrom(0.5, undefined),
    window: fc.constantFrom(1, 3, 7, undefined),
    sinks: fc.boolean(),
    scale: fc.constantFrom(1, 0.1, undefined),
    pairs: fc.constantFrom("halves" as const, "neighbours" as const),
    convolved: fc.constantFrom(2, 3, undefined, undefined),
    positions: fc.constantFrom("rotary" as const, "learned" as const),
    norms: fc.constantFrom("rms" as const, "layer" as const),
    head: fc.constantFrom("own" as const, "tied" as const),
    scales: fc.record({
      embeddingScale: fc.constantFrom(1, 5.7),
      residualScale: fc.constantFrom(1, 0.3),
      logitScale: fc.constantFrom(1, 0.25),
    }),
  })
  .map(({ kvHeads, queriesPerKey, headDim, headNorm, clip, window, scale, pairs, positions, convolved, ...rest }) => {
    const attention = {
      heads: kvHeads * queriesPerKey,
      kvHeads,
      headDim,
      bias: rest.bias,
      sinks: rest.sinks,
      ...(headNorm && { headNorm }),
      ...(clip !== undefined && { clip }),
      ...(window !== undefined && { window }),
      ...(scale !== undefined && { scale }),
    };
    const parts = {
      positions: positions === "learned" ? learned : rotary(headDim, { pairs }),
      norms: rest.norms,
      head: rest.head,
      scales: rest.scales,
    };
    return convolved === undefined
      ? groupedDecoder(attention, parts)
      : hybridDecoder({ length: convolved, bias: rest.bias, second: attention }, parts);
  });

describe("decoderGraph", () => {
  it("equals the reference for any combination of parts", async () => {
    await fc.assert(
      fc.asyncProperty(anyArchitecture, async (architecture) => {
        const reading = (await loadReference(architecture, randomWeights))();
        const graph = await openGraph(await writeRandomGraph(architecture));
        for (const part of [tokens(6, 1), tokens(1, 2), tokens(3, 3)]) {
          expect(distance((await graph.next([part]))[0]!, reading, part)).toBeLessThan(tolerance);
        }
        await graph.close();
      }),
      { seed: 1, numRuns: 60 },
    );
  });
});
