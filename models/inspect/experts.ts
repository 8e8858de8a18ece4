/** Finds the mixtures of experts of a graph by its structure, whatever its names. */
import { expertInputs, type Matrix } from "./matrix.ts";
import { constantValues, hasBehind, intAttribute, nodesBehind, type Program, type ProgramNode } from "./program.ts";
import { picksExperts, routersOf, type Router } from "./router.ts";
import { sourceOf } from "./source.ts";
import { betweenMax, unitGroups, type Unit } from "./unit.ts";
import type { WeightOf } from "./weight.ts";

/**
 * How a graph computes a mixture:
 * - `moe_node`, `qmoe_node`: ONNX Runtime's operator, which computes the chosen experts;
 * - `rows`: a subgraph for each expert, over the rows routed to it;
 * - `branch`: an `If` around each expert, over all rows as soon as one is routed to it, or over the routed ones;
 * - `gathered_weights`: the matrices of the chosen experts are copied out of a stack, for each row;
 * - `loop`: a `Loop` or `Scan` over the experts;
 * - `all_experts`: every expert for every row, then weighted or masked.
 */
export type Lowering = "moe_node" | "qmoe_node" | "rows" | "branch" | "gathered_weights" | "loop" | "all_experts";

/** One layer's mixture of experts. */
export interface Mixture {
  how: Lowering;
  /** E, and k where the graph holds it. */
  declared: { experts: number; perToken?: number };
  /** Whether every expert is computed for every row, or those that the router picks. */
  executed: "all" | "routed";
  /** Rows that an expert computes once it runs: those routed to it, or all of the step. */
  rows: "routed" | "all";
  /** Nodes that compute experts. */
  nodes: readonly ProgramNode[];
  /** Absent where nothing in the graph scores the experts. */
  router?: { matrix?: Matrix; choice?: ProgramNode; logits?: string };
}

/** The mixtures of a graph in the order of execution. */
export function mixturesOf(program: Program, matrices: readonly Matrix[], weightOf: WeightOf): Mixture[] {
  const routers = routersOf(program, matrices);
  const found = [
    ...program.nodes.flatMap((node) => mixtureNode(program, node, weightOf) ?? []),
    ...unitGroups(program, matrices).flatMap((group) => unitMixture(program, group, routers) ?? []),
    ...stackMixtures(program, matrices, routers),
  ];
  return found.sort((a, b) => a.nodes[0]!.index - b.nodes[0]!.index);
}

/** A `MoE` or `QMoE` node: k is its attribute, E the first dimension of its matrices. */
function mixtureNode(program: Program, node: ProgramNode, weightOf: WeightOf): Mixture | undefined {
  const place = expertInputs[node.op]?.[0];
  const experts = place === undefined ? undefined : weightOf(node.inputs[place] ?? "")?.shape[0];
  if (experts === undefined) return undefined;
  const logits = node.inputs[1];
  return {
    how: node.op === "QMoE" ? "qmoe_node" : "moe_node",
    declared: { experts, perToken: Math.min(intAttribute(node, "k") ?? 1, experts) },
    executed: "routed",
    rows: "routed",
    nodes: [node],
    ...(logits && { router: { logits } }),
  };
}

/** As many equal feed-forwards of the same activations as a router has outputs. */
function unitMixture(program: Program, group: readonly Unit[], routers: readonly Router[]): Mixture | undefined {
  if (group.length < 2) return undefined;
  const router = routerFor(group[0]!.value, group.length, group[0]!.last.node.index, routers);
  if (!router) return undefined;
  // A shared expert of the same shape is a unit too many: it is neither conditional nor over picked rows.
  const conditional = group.filter((unit) => unit.rowsBy !== undefined || isBranched(program, unit.last.node));
  const units = conditional.length === router.experts ? conditional : group.slice(0, router.experts);
  const nodes = units.flatMap(({ first, last }) => [...first, last].map(({ node }) => node));
  const [one] = units as [Unit];
  const rows = one.rowsBy !== undefined && isRouted(program, one.rowsBy) ? "routed" : "all";
  const how = isBranched(program, one.last.node) ? "branch" : rows === "routed" ? "rows" : "all_experts";
  return { how, executed: how === "all_experts" ? "all" : "routed", rows, nodes, ...declaredBy(router) };
}

/**
 * Matrices [experts, .., ..] multiplied whole, or one at a time: those that read what a router reads, and those that read what these
 * made. Others have a matrix for each head, as latent attention has.
 */
function stackMixtures(program: Program, matrices: readonly Matrix[], routers: readonly Router[]): Mixture[] {
  const matrixAt = new Map(matrices.map((matrix) => [matrix.node, matrix]));
  const routerOf = new Map<Matrix, Router>();
  for (const matrix of matrices) {
    const experts = matrix.stack ?? (matrix.weight.chosenBy === undefined ? undefined : 1 / matrix.weight.share);
    if (experts === undefined) continue;
    const fitting = routers.filter((router) => router.experts === Math.round(experts));
    const source = sourceOf(program, matrix.activation).value;
    const router = fitting.find((candidate) => candidate.source === source) ?? inherited(matrix);
    if (router && fitting.includes(router)) routerOf.set(matrix, router);
  }
  return [...new Set(routerOf.values())].map((router) =>
    stackMixture(
      program,
      router,
      matrices.filter((matrix) => routerOf.get(matrix) === router),
    ),
  );

  function inherited({ activation }: Matrix): Router | undefined {
    const search = { isGoal: (node: ProgramNode) => matrixAt.has(node), stops: picksExperts, limit: betweenMax };
    const before = nodesBehind(program, activation, search) ?? [];
    const found = before.map((node) => routerOf.get(matrixAt.get(node)!));
    return found.every((router) => router === found[0]) ? found[0] : undefined;
  }
}

function stackMixture(program: Program, router: Router, stacks: readonly Matrix[]): Mixture {
  const nodes = stacks.map(({ node }) => node);
  return { ...stackLowering(program, stacks[0]!, router), nodes, ...declaredBy(router) };
}

function stackLowering(program: Program, matrix: Matrix, router: Router): Pick<Mixture, "how" | "executed" | "rows"> {
  if (matrix.weight.chosenBy === undefined) return { how: "all_experts", executed: "all", rows: "all" };
  const loop = matrix.node.within.findLast(({ op }) => op === "Loop" || op === "Scan");
  if (!loop) return { how: "gathered_weights", executed: "routed", rows: "routed" };
  const picksRows = sourceOf(program, matrix.activation).rowsBy !== undefined;
  const trips = loop.op === "Scan" ? router.experts : constantValues(program, loop.inputs[0] ?? "")?.[0];
  const isAll = trips === router.experts && !picksRows;
  return { how: "loop", executed: isAll ? "all" : "routed", rows: picksRows ? "routed" : "all" };
}

/** The router of that many experts that reads the same activations, else the nearest one before that chooses. */
function routerFor(source: string, size: number, index: number, routers: readonly Router[]): Router | undefined {
  const fitting = routers.filter(({ experts }) => experts >= 2 && experts <= size && size < 2 * experts);
  const same = fitting.filter((router) => router.source === source);
  const choosing = same.filter(({ choice }) => choice);
  if (same.length > 0) return nearest(choosing.length > 0 ? choosing : same, index);
  return nearest(
    fitting.filter(({ experts, choice }) => experts === size && choice),
    index,
  );
}

function nearest(routers: readonly Router[], index: number): Router | undefined {
  const before = routers.filter(({ matrix }) => matrix.node.index < index);
  return before.sort((a, b) => b.matrix.node.index - a.matrix.node.index)[0] ?? routers[0];
}

function declaredBy({ experts, perToken, matrix, choice }: Router): Pick<Mixture, "declared" | "router"> {
  return {
    declared: { experts, ...(perToken !== undefined && { perToken }) },
    router: { matrix, ...(choice && { choice }) },
  };
}

/** Conditions and rows are made of the choice by comparing, reducing and listing: at most so many nodes. */
const routedMax = 200;

function isBranched(program: Program, node: ProgramNode): boolean {
  return node.within.some(({ op, inputs }) => op === "If" && isRouted(program, inputs[0] ?? ""));
}

/** Whether a value follows from the router's choice. */
function isRouted(program: Program, value: string): boolean {
  return hasBehind(program, value, picksExperts, routedMax);
}
