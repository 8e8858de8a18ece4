/**
 * The forward pass in plain float64, one token after another, written from the published definitions and sharing nothing with the
 * graph but the architecture's description. Clear rather than fast: the yardstick of the tests, and of anybody who doubts a graph.
 */
import type { Architecture, View } from "./architecture.ts";
import { mixerOf, type LayerCache } from "./referenceattention.ts";
import { feedForwardOf } from "./referencefeedforward.ts";
import { apply, normed } from "./referencemaps.ts";
import { viewsOf } from "./tensors.ts";
import { add, times, type Elements, type Vector } from "./vectors.ts";
import type { Weights } from "./weights.ts";

/** One sequence being read; what is kept is kept by layer and position. */
export interface Reading {
  /** Reads one more token and returns the logits [vocab] of what follows it. */
  next(token: number): Vector;
}

/** Loads every weight, then starts any number of readings of the model. */
export async function loadReference(architecture: Architecture, weights: Weights): Promise<() => Reading> {
  const loaded = new Map<View, Float32Array>();
  for (const view of viewsOf(architecture)) loaded.set(view, await weights.read(view));
  return () => startReading(architecture, (view) => loaded.get(view)!);
}

function startReading(architecture: Architecture, elements: Elements): Reading {
  const { hidden, blocks, normEpsilon, positions } = architecture;
  const cache = blocks.map((): LayerCache => []);
  const row = (view: View, index: number): Vector => [...elements(view).subarray(index * hidden, (index + 1) * hidden)];
  let position = 0;
  return {
    next(token) {
      let x = times(row(architecture.embedding, token), architecture.embeddingScale);
      if (positions.kind === "learned") x = add(x, row(positions.table, position));
      const update = (change: Vector) => add(x, times(change, architecture.residualScale));
      for (const [layer, { attentionNorm, attention, feedForwardNorm, feedForward }] of blocks.entries()) {
        const place = { elements, position, positions, normEpsilon, cache: cache[layer]! };
        x = update(mixerOf(attention, normed(elements, attentionNorm, x, normEpsilon), place));
        x = update(feedForwardOf(feedForward, normed(elements, feedForwardNorm, x, normEpsilon), elements));
      }
      position++;
      const head = architecture.head ?? { weight: architecture.embedding };
      const logits = apply(elements, head, normed(elements, architecture.norm, x, normEpsilon));
      return times(logits, architecture.logitScale);
    },
  };
}
