import { describe, expect, it } from "vitest";
import type { Architecture } from "./architecture.ts";
import {
  groupedDecoder,
  randomWeights,
  sparse,
  view,
  writeRandomGraph,
  type SparseOptions,
} from "./architecture.support.ts";
import { lowerings, type Lowering } from "./lowering.ts";
import { evenQuantisationOf, precisions, quantisationOf, type Precision } from "./precision.ts";
import { dequantiseRows, quantiseRows } from "./quantise.ts";
import { tokens } from "./reference.support.ts";
import { loadReference, type Reading } from "./reference.ts";
import { openGraph } from "./session.support.ts";
import { toFloat16 } from "./float16.ts";
import { toFloat32 } from "./dtype.ts";
import type { Weights } from "./weights.ts";

const routing = { perToken: 2, renormalise: true, scale: 1 };
const inner = 32;

const mixtures: Record<string, SparseOptions> = {
  renormalised: { experts: 5, routing, inner },
  "one per token, a shared one": {
    experts: 4,
    routing: { perToken: 1, renormalise: false, scale: 1 },
    inner,
    shared: "gated",
  },
  "in groups, scaled": {
    experts: 6,
    routing: { perToken: 2, renormalise: false, scale: 1.5, groups: { count: 3, chosen: 2 } },
    inner,
  },
  "by sigmoids, renormalised": { experts: 5, routing: { ...routing, sigmoid: { epsilon: 1e-6 } }, inner },
  "by sigmoids, biased, as they are": {
    experts: 5,
    routing: { perToken: 3, renormalise: false, scale: 1.5, sigmoid: { bias: view("balance", 5), epsilon: 0 } },
    inner,
  },
  "clamped, with biases": { experts: 4, routing, inner, clamped: true },
};

function mixture(options: SparseOptions): Architecture {
  return groupedDecoder(
    { heads: 2, kvHeads: 1, headDim: 16 },
    { feedForward: (name) => sparse(name, options), head: "tied" },
  );
}

describe.each(Object.entries(mixtures))("experts, %s", (_, options) => {
  const architecture = mixture(options);

  describe.each(precisions)("in %s", (precision) => {
    it.each(lowerings)("as %s equal the reference with weights rounded alike", async (lowering) => {
      const start = await loadReference(architecture, roundedAlike(precision, lowering));
      const graph = await openGraph(await writeRandomGraph(architecture, precision, lowering));
      const reading = start();
      const [prompt] = await graph.next([tokens(6, 1)]);
      expect(errorOf(prompt!, reading, tokens(6, 1))).toBeLessThan(toleranceOf(precision));
      const steps: Float32Array[] = [];
      for (const token of tokens(5, 2)) steps.push((await graph.next([[token]]))[0]![0]!);
      expect(errorOf(steps, reading, tokens(5, 2))).toBeLessThan(toleranceOf(precision));
      await graph.close();
    });

    it.each(lowerings)("as %s say the same of rows alone and together", async (lowering) => {
      const file = await writeRandomGraph(architecture, precision, lowering);
      const prompts = [1, 2, 3].map((seed) => tokens(5, seed));
      const together = await openGraph(file);
      const rows = await together.next(prompts);
      for (const [row, prompt] of prompts.entries()) {
        const alone = await openGraph(file);
        const [logits] = await alone.next([prompt]);
        for (const [position, expected] of logits!.entries())
          expect(relativeError(rows[row]![position]!, expected)).toBeLessThan(1e-5);
        await alone.close();
      }
      await together.close();
    });
  });
});

describe("QMoE", () => {
  it.each([16, 32, 64])("takes blocks shorter than a row of %i", async (width) => {
    const architecture = mixture({ experts: 4, routing, inner: width });
    await expect(writeRandomGraph(architecture, "int4", "fused").then(openGraph)).resolves.toBeDefined();
  });

  it("is refused where rows have no blocks in common, and another lowering is named", async () => {
    const architecture = mixture({ experts: 4, routing, inner: 24 });
    await expect(writeRandomGraph(architecture, "int4", "fused")).rejects.toThrow(/32 and 24 elements .*"branch"/);
    await expect(writeRandomGraph(architecture, "int4", "branch").then(openGraph)).resolves.toBeDefined();
  });
});

/** Weights after what the graph's storage does to them: routers, gates, norms and biases stay, all other matrices are rounded. */
function roundedAlike(precision: Precision, lowering: Lowering): Weights {
  return {
    async read(wanted) {
      const elements = await randomWeights.read(wanted);
      const { name } = wanted.tensor;
      const columns = wanted.shape[1];
      if (columns === undefined || /router|sharedgate/.test(name) || precision === "fp32") return elements;
      if (precision === "fp16") return toFloat32("F16", new Uint8Array(toFloat16(elements).buffer));
      const isExpert = /feedforward\.\d/.test(name);
      const quantisation =
        name === "embedding"
          ? evenQuantisationOf("int8", columns)!
          : isExpert && lowering === "fused"
            ? evenQuantisationOf(precision, columns, columns / 2)!
            : quantisationOf(precision, columns)!;
      return dequantiseRows(quantiseRows(elements, columns, quantisation), columns, quantisation);
    },
  };
}

/** What is left is the order of sums, and for integers that activations are rounded to 8 bits. */
function toleranceOf(precision: Precision): number {
  return precision === "fp32" || precision === "fp16" ? 1e-5 : 0.03;
}

/** Of the token in the middle: rounded activations send a token to another expert now and then, and its logits elsewhere. */
function errorOf(logits: readonly Float32Array[], reading: Reading, read: readonly number[]): number {
  const errors = read.map((token, i) => relativeError(logits[i]!, reading.next(token)));
  return errors.sort((a, b) => a - b)[Math.floor((errors.length - 1) / 2)]!;
}

/** Root mean square of the difference over that of what is expected. */
function relativeError(actual: Float32Array, expected: ArrayLike<number>): number {
  expect(actual).toHaveLength(expected.length);
  const square = (values: Float32Array) => values.reduce((sum, value) => sum + value * value, 0);
  return Math.sqrt(square(actual.map((value, i) => value - expected[i]!)) / square(Float32Array.from(expected)));
}
