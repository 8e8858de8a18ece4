import type { GatedUnit, SparseFeedForward } from "./architecture.ts";
import { addGated } from "./gatedunit.ts";
import { addRouting, type Routed } from "./routing.ts";
import { integers, number, type Scope } from "./scope.ts";

/**
 * Each expert over the rows routed to it. One gather puts the rows in the order of their experts, one split cuts them apart and
 * one scatter adds the weighted outputs up, so that an expert itself is nothing but its unit.
 */
export function addSorted(scope: Scope, rows: string, logits: string, sparse: SparseFeedForward): string {
  const { builder } = scope;
  const { experts, routing } = sparse;
  const sorted = addSorting(scope, addRouting(scope, logits, experts.length, routing), logits);
  const inputs = addSplit(scope, builder.node({ op: "Gather", inputs: [rows, sorted.rows] }), sorted.counts, experts);
  const isUsed = scope.lowering === "branch" ? addSplit(scope, sorted.isUsed, "", experts) : undefined;
  const outputs = experts.map((unit, expert) =>
    isUsed ? addIf(scope, isUsed[expert]!, inputs[expert]!, unit) : addGated(scope, inputs[expert]!, unit),
  );
  const weighted = builder.node({
    op: "Mul",
    inputs: [
      builder.node({ op: "Concat", inputs: outputs, attributes: { axis: { int: 0 } } }),
      unsqueezed(scope, sorted.weights),
    ],
  });
  return builder.node({
    op: "ScatterND",
    inputs: [
      builder.node({ op: "Mul", inputs: [rows, number(scope, "zero", 0)] }),
      unsqueezed(scope, sorted.rows),
      weighted,
    ],
    attributes: { reduction: { string: "add" } },
  });
}

/** Pairs of a row and an expert in the order of experts; n of them. */
interface Sorted {
  /** int64 [n] */
  rows: string;
  /** float32 [n] */
  weights: string;
  /** int64 [experts]: pairs of each. */
  counts: string;
  /** bool [experts] */
  isUsed: string;
}

/** NonZero lists the elements of a matrix row by row: of weights as [experts, rows] that is expert by expert. */
function addSorting(scope: Scope, { experts, weights }: Routed, logits: string): Sorted {
  const { builder } = scope;
  const dense = builder.node({
    op: "ScatterElements",
    inputs: [builder.node({ op: "Mul", inputs: [logits, number(scope, "zero", 0)] }), experts, weights],
    attributes: { axis: { int: 1 } },
  });
  const byExpert = builder.node({ op: "Transpose", inputs: [dense], attributes: { perm: { ints: [1, 0] } } });
  const pairs = builder.node({ op: "NonZero", inputs: [byExpert] });
  const isPair = builder.node({ op: "Cast", inputs: [byExpert], attributes: { to: { int: 9 } } });
  const counts = builder.node({
    op: "ReduceSum",
    inputs: [
      builder.node({ op: "Cast", inputs: [isPair], attributes: { to: { int: 7 } } }),
      integers(scope, "axis", [1]),
    ],
    attributes: { keepdims: { int: 0 } },
  });
  return {
    rows: builder.node({ op: "Gather", inputs: [pairs, builder.constant("one", "int64", [], BigInt64Array.of(1n))] }),
    weights: builder.node({
      op: "GatherND",
      inputs: [byExpert, builder.node({ op: "Transpose", inputs: [pairs], attributes: { perm: { ints: [1, 0] } } })],
    }),
    counts,
    isUsed: builder.node({ op: "Cast", inputs: [counts], attributes: { to: { int: 9 } } }),
  };
}

/** One part of `input` per expert along the first axis: of the given lengths, or of length 1 where `lengths` is "". */
function addSplit({ builder }: Scope, input: string, lengths: string, experts: readonly GatedUnit[]): string[] {
  const outputs = experts.map(() => builder.fresh("part"));
  builder.node({
    op: "Split",
    inputs: lengths === "" ? [input] : [input, lengths],
    outputs,
    attributes: { axis: { int: 0 }, ...(lengths === "" && { num_outputs: { int: experts.length } }) },
  });
  return outputs;
}

/** The unit over `input` if the expert has rows; else `input` itself, which then is as empty as the result. */
function addIf(scope: Scope, isUsed: string, input: string, unit: GatedUnit): string {
  const { builder } = scope;
  return builder.node({
    op: "If",
    inputs: [isUsed],
    attributes: {
      then_branch: { graph: builder.branch(() => addGated(scope, input, unit)) },
      else_branch: { graph: builder.branch(() => builder.node({ op: "Identity", inputs: [input] })) },
    },
  });
}

function unsqueezed(scope: Scope, input: string): string {
  return scope.builder.node({ op: "Unsqueeze", inputs: [input, integers(scope, "axis", [1])] });
}
