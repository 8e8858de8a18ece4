/** Feed-forward units and mixtures of them, under the names and in the layouts that `transformers` stores them by. */
import type { GatedUnit, Linear, Routing, SparseFeedForward, Tensor, View } from "./architecture.ts";
import { CheckpointError } from "./checkpointerror.ts";
import { linear } from "./parts.ts";
import { at, slice, transposed, whole } from "./weights.ts";

const llamaNames = { gate: "gate_proj", up: "up_proj", down: "down_proj" };

/** Three linear maps under `name`, as Llama calls them if not said otherwise. */
export function gatedUnit(
  name: string,
  hidden: number,
  inner: number,
  { bias = false, names = llamaNames } = {},
): GatedUnit {
  return {
    kind: "gated",
    gate: linear(`${name}.${names.gate}`, hidden, inner, { bias }),
    up: linear(`${name}.${names.up}`, hidden, inner, { bias }),
    down: linear(`${name}.${names.down}`, inner, hidden, { bias }),
  };
}

export interface ExpertSizes {
  hidden: number;
  inner: number;
  count: number;
}

/** Units `name.0`, `name.1`, ..., each with tensors of its own. */
export function separateExperts(name: string, { hidden, inner, count }: ExpertSizes, names = llamaNames): GatedUnit[] {
  return Array.from({ length: count }, (_, expert) => gatedUnit(`${name}.${expert}`, hidden, inner, { names }));
}

/** All experts in two tensors: [experts, 2 * inner, hidden], gate rows first, and [experts, hidden, inner]. */
export function stackedExperts(input: string, output: string, { hidden, inner, count }: ExpertSizes): GatedUnit[] {
  const gateUp = whole({ name: input, shape: [count, 2 * inner, hidden] });
  const down = whole({ name: output, shape: [count, hidden, inner] });
  return Array.from({ length: count }, (_, expert) => ({
    kind: "gated",
    gate: { weight: slice(at(gateUp, expert), { from: 0, count: inner }) },
    up: { weight: slice(at(gateUp, expert), { from: inner, count: inner }) },
    down: { weight: at(down, expert) },
  }));
}

/**
 * gpt-oss: all experts in two tensors with biases, gate and up in turn. As numbers they are [experts, hidden, 2 * inner] and
 * [experts, inner, hidden]; in MXFP4, whose groups run along the input, [experts, 2 * inner, hidden] and [experts, hidden, inner].
 */
export function interleavedExperts(
  name: string,
  { hidden, inner, count }: ExpertSizes,
  { packed, clamped }: { packed: boolean; clamped: GatedUnit["clamped"] & {} },
): GatedUnit[] {
  const tensor = (part: string, shape: readonly number[]): Tensor => ({ name: `${name}.${part}`, shape });
  const matrices = (part: string, inputs: number, outputs: number) => {
    const all = whole(tensor(part, packed ? [count, outputs, inputs] : [count, inputs, outputs]));
    return (expert: number) => (packed ? at(all, expert) : transposed(at(all, expert)));
  };
  const gateUp = matrices("gate_up_proj", hidden, 2 * inner);
  const down = matrices("down_proj", inner, hidden);
  const gateUpBias = whole(tensor("gate_up_proj_bias", [count, 2 * inner]));
  const downBias = whole(tensor("down_proj_bias", [count, hidden]));
  return Array.from({ length: count }, (_, expert) => {
    const everySecond = (view: View, from: number) => slice(view, { from, count: inner, step: 2 });
    const half = (from: number): Linear => ({
      weight: everySecond(gateUp(expert), from),
      bias: everySecond(at(gateUpBias, expert), from),
    });
    return {
      kind: "gated",
      gate: half(0),
      up: half(1),
      down: { weight: down(expert), bias: at(downBias, expert) },
      clamped,
    };
  });
}

/** A mixture, whose routing must be possible with as many experts. */
export function mixture(parts: Omit<SparseFeedForward, "kind">): SparseFeedForward {
  checkRouting(parts.routing, parts.experts.length);
  return { kind: "sparse", ...parts };
}

function checkRouting({ perToken, groups }: Routing, count: number): void {
  if (perToken > count) throw new CheckpointError(`num_experts_per_tok ${perToken} exceeds the ${count} experts`);
  if (!groups) return;
  if (count % groups.count !== 0 || groups.chosen > groups.count) {
    throw new CheckpointError(
      `${count} experts cannot be routed to ${groups.chosen} of ${groups.count} groups (topk_group of n_group)`,
    );
  }
  const eligible = (count / groups.count) * groups.chosen;
  if (perToken > eligible) {
    throw new CheckpointError(`num_experts_per_tok ${perToken} exceeds the ${eligible} experts of the chosen groups`);
  }
}
