import type { MixtureInspection } from "./inspection.ts";
import type { Lowering } from "./experts.ts";

/** What each lowering computes. */
const computes: Readonly<Record<Lowering, string>> = {
  moe_node: "one MoE node computes those picked",
  qmoe_node: "one QMoE node computes those picked",
  rows: "one subgraph an expert computes the rows routed to it",
  branch: "one If an expert skips those that no row picked",
  gathered_weights: "the matrices of those picked are copied out of a stack",
  loop: "a loop runs over the experts",
  all_experts: "all are computed for every token, then weighted",
};

/** The mixtures of a graph in a sentence; layers that are alike are counted together. */
export function summarise(mixtures: readonly MixtureInspection[]): string {
  if (mixtures.length === 0) return "dense: no mixture of experts";
  const kinds = new Map<string, number>();
  for (const mixture of mixtures) kinds.set(sentence(mixture), (kinds.get(sentence(mixture)) ?? 0) + 1);
  return [...kinds].map(([text, count]) => `${text} (${count === 1 ? "1 layer" : `${count} layers`})`).join("; ");
}

function sentence({ declared: { experts, perToken }, executed, how }: MixtureInspection): string {
  const declared = `${perToken === undefined ? "an unknown number" : perToken} of ${experts} experts a token declared`;
  if (executed === "routed") return `${declared}, ${perToken ?? "those"} executed: ${computes[how]}`;
  const times =
    perToken === undefined
      ? ""
      : `, ${Number((experts / perToken).toFixed(2))} times the expert work of top-${perToken}`;
  return `all-experts graph: ${declared}, all ${experts} executed${times}: ${computes[how]}`;
}
