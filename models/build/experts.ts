import type { SparseFeedForward } from "./architecture.ts";
import { addGated } from "./gatedunit.ts";
import { addFused } from "./fusedexperts.ts";
import { addLinear } from "./linear.ts";
import { addSorted } from "./sortedexperts.ts";
import { integers, type Scope } from "./scope.ts";

/** Adds a router, the chosen experts by the scope's lowering, and what is shared by all tokens. */
export function addExperts(scope: Scope, input: string, sparse: SparseFeedForward): string {
  const { builder, architecture } = scope;
  const rows = builder.node({ op: "Reshape", inputs: [input, integers(scope, "shape", [-1, architecture.hidden])] });
  // A router is small, and a rounded one sends tokens elsewhere: it is never quantised.
  const logits = addLinear(scope, rows, [sparse.router], builder.fresh("router"), "fp32");
  const mixed =
    scope.lowering === "fused" ? addFused(scope, rows, logits, sparse) : addSorted(scope, rows, logits, sparse);
  const all = sparse.shared
    ? builder.node({ op: "Add", inputs: [mixed, addShared(scope, rows, sparse.shared)] })
    : mixed;
  const shape = builder.node({ op: "Shape", inputs: [input] });
  return builder.node({ op: "Reshape", inputs: [all, shape] });
}

function addShared(scope: Scope, rows: string, { unit, gate }: NonNullable<SparseFeedForward["shared"]>): string {
  const { builder } = scope;
  const shared = addGated(scope, rows, unit);
  if (!gate) return shared;
  const opening = builder.node({
    op: "Sigmoid",
    inputs: [addLinear(scope, rows, [gate], builder.fresh("gate"), "fp32")],
  });
  return builder.node({ op: "Mul", inputs: [shared, opening] });
}
