import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { View } from "./architecture.ts";
import { at, elementCount, gather, slice, spanOf, transposed, whole } from "./weights.ts";

const counting = (length: number) => Float32Array.from({ length }, (_, i) => i);

/** The view's elements by the definition of strides, one by one. */
function byDefinition(view: View, stored: Float32Array): number[] {
  const walk = (axis: number, from: number): number[] =>
    axis === view.shape.length
      ? [stored[from]!]
      : Array.from({ length: view.shape[axis]! }, (_, i) => walk(axis + 1, from + i * view.strides[axis]!)).flat();
  return walk(0, view.offset);
}

function read(view: View): number[] {
  const { begin, end } = spanOf(view);
  return [...gather(view, counting(elementCount(view.tensor)).subarray(begin, end))];
}

describe("views", () => {
  const stacked = whole({ name: "stacked", shape: [2, 4, 3] });

  it("an expert of a packed tensor, and its halves", () => {
    expect(read(at(stacked, 1))).toEqual([12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23]);
    expect(read(slice(at(stacked, 1), { from: 2, count: 2 }))).toEqual([18, 19, 20, 21, 22, 23]);
  });

  it("every second row from the second on", () => {
    expect(read(slice(at(stacked, 0), { from: 1, count: 2, step: 2 }))).toEqual([3, 4, 5, 9, 10, 11]);
  });

  it("a transposed matrix, and every second of its rows", () => {
    const matrix = transposed(whole({ name: "matrix", shape: [2, 4] }));
    expect(matrix.shape).toEqual([4, 2]);
    expect(read(matrix)).toEqual([0, 4, 1, 5, 2, 6, 3, 7]);
    expect(read(slice(matrix, { from: 1, count: 2, step: 2 }))).toEqual([1, 5, 3, 7]);
  });

  it("span no more than from their first to their last element", () => {
    expect(spanOf(at(stacked, 1))).toEqual({ begin: 12, end: 24 });
    expect(spanOf(slice(at(stacked, 0), { from: 1, count: 2, step: 2 }))).toEqual({ begin: 3, end: 12 });
    expect(spanOf(slice(stacked, { from: 1, count: 0 }))).toEqual({ begin: 12, end: 12 });
  });

  it("are read as strides are defined, whatever was made of them", () => {
    const shape = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 3 });
    const steps = fc.array(fc.tuple(fc.constantFrom("at", "slice", "transposed"), fc.nat(), fc.nat(3)), {
      maxLength: 4,
    });
    fc.assert(
      fc.property(shape, steps, (dimensions, changes) => {
        let view = whole({ name: "tensor", shape: dimensions });
        for (const [change, from, step] of changes) {
          const length = view.shape[0]!;
          const first = from % length;
          if (change === "transposed") view = transposed(view);
          else if (change === "at" && view.shape.length > 1) view = at(view, first);
          else view = slice(view, { from: first, count: Math.ceil((length - first) / (step + 1)), step: step + 1 });
        }
        expect(read(view)).toEqual(byDefinition(view, counting(elementCount(view.tensor))));
      }),
      { numRuns: 100 },
    );
  });
});
