import { CheckpointError } from "../build/checkpointerror.ts";
import { constantTensor } from "./constant.ts";
import type { OnnxAttribute, OnnxFunction, OnnxGraph, OnnxModel, OnnxNode, OnnxTensor } from "./onnxmodel.ts";
import { loopOps, type Enclosure, type Program, type ProgramNode } from "./program.ts";

/** A function may call others twice each, so a small file can describe a graph without end. */
const nodesMax = 1_000_000;
/** Functions that call functions; recursion is not allowed in ONNX. */
const depthMax = 64;

/** The names that can be seen in a graph: its own, then those of the graphs around it. */
interface Names {
  own: Map<string, string>;
  outer?: Names;
}

type Attributes = ReadonlyMap<string, OnnxAttribute>;

/** Where nodes stand while they are laid out. */
interface Place {
  /** The one name of each value that can be seen here. */
  names: Names;
  within: readonly Enclosure[];
  depth: number;
  /** Attributes of the call whose function this is. */
  call?: Attributes;
}

/** Lays out a model: subgraphs before their node, functions in place of their calls. */
export function flatten(model: OnnxModel): Program {
  const functions = new Map(model.functions.map((body) => [`${body.domain}:${body.name}`, body]));
  const nodes: ProgramNode[] = [];
  const tensors = new Map<string, OnnxTensor>();
  const taken = new Set<string>();
  let owners = 0;

  const declare = (names: Names, name: string): string => {
    let unique = name;
    for (let count = 2; taken.has(unique); count++) unique = `${name}~${count}`;
    taken.add(unique);
    names.own.set(name, unique);
    return unique;
  };
  const add = (node: Omit<ProgramNode, "index">): void => {
    nodes.push({ ...node, index: nodes.length });
  };
  // Calls count as nodes do: functions that hold nothing but calls would never end otherwise.
  let visited = 0;
  const visit = (): void => {
    visited += 1;
    if (visited <= nodesMax) return;
    throw new CheckpointError(
      `${model.path} describes more than ${nodesMax} nodes, more than any real model; it was not read`,
    );
  };

  const layOut = (body: readonly OnnxNode[], place: Place): void => {
    if (place.depth > depthMax)
      throw new CheckpointError(`${model.path} has functions that call each other without end; it was not read`);
    for (const node of body) {
      visit();
      const attributes = withCall(node.attributes, place.call);
      const inputs = node.inputs.map((name) => find(place.names, name) ?? name);
      const callee = functions.get(`${node.domain}:${node.op}`);
      if (callee) {
        layOutCall(callee, inputs, node, { ...place, call: attributes });
        continue;
      }
      const results = layOutSubgraphs(node.op, attributes, inputs, place);
      const outputs = node.outputs.map((name) => (name === "" ? "" : declare(place.names, name)));
      const constant = node.op === "Constant" && outputs[0] ? constantTensor(outputs[0], attributes) : undefined;
      if (constant) tensors.set(constant.name, constant);
      else {
        const { op, domain, name } = node;
        add({ op, domain, name, inputs: [...inputs, ...results], outputs, attributes, within: place.within });
      }
    }
  };

  const layOutCall = (callee: OnnxFunction, inputs: readonly string[], node: OnnxNode, place: Place): void => {
    const names: Names = { own: new Map(callee.inputs.map((name, at) => [name, inputs[at] ?? ""])) };
    const call = new Map([...callee.defaults, ...(place.call ?? [])]);
    layOut(callee.nodes, { ...place, names, call, depth: place.depth + 1 });
    for (const [at, name] of node.outputs.entries()) {
      const inner = names.own.get(callee.outputs[at] ?? "");
      if (name !== "" && inner !== undefined) place.names.own.set(name, inner);
    }
  };

  const layOutSubgraphs = (op: string, attributes: Attributes, inputs: readonly string[], place: Place): string[] => {
    const graphs = [...attributes].flatMap(([branch, value]) =>
      "graphs" in value ? value.graphs.map((graph) => ({ branch, graph })) : [],
    );
    if (graphs.length === 0) return [];
    const owner = owners++;
    return graphs.flatMap(({ branch, graph }) => {
      const within = [...place.within, { op, owner, branch, inputs }];
      const names: Names = { own: new Map(), outer: place.names };
      for (const [at, { name }] of graph.inputs.entries()) {
        const handed = handedIn(op, at, graph.inputs.length, inputs);
        const outputs = [declare(names, name)];
        add({ ...handed, domain: "", name, outputs, attributes: new Map(), within });
      }
      return layOutGraph(graph, { ...place, names, within, depth: place.depth + 1 });
    });
  };

  const layOutGraph = (graph: OnnxGraph, place: Place): string[] => {
    for (const tensor of graph.tensors) tensors.set(declare(place.names, tensor.name), tensor);
    layOut(graph.nodes, place);
    return graph.outputs.map(({ name }) => find(place.names, name) ?? name);
  };

  const names: Names = { own: new Map() };
  for (const { name } of model.graph.inputs) declare(names, name);
  layOutGraph(model.graph, { names, within: [], depth: 0 });
  const { inputs, outputs } = model.graph;
  return { nodes, tensors, ...links(nodes), inputs, outputs };
}

function find(names: Names | undefined, name: string): string | undefined {
  for (let scope = names; scope; scope = scope.outer) {
    const found = scope.own.get(name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The pseudo-node that gives a subgraph its input number `at`. */
function handedIn(op: string, at: number, count: number, inputs: readonly string[]): { op: string; inputs: string[] } {
  if (op === "Loop") {
    if (at === 0) return { op: loopOps.iteration, inputs: [inputs[0] ?? ""] };
    // Loop: trip count, condition, carried values; its body: iteration, condition, carried values.
    return { op: loopOps.carried, inputs: [inputs[at] ?? ""] };
  }
  // Scan: states, then sequences, which the body gets one slice of at a time; older versions have a length in front.
  const value = inputs[inputs.length - count + at] ?? "";
  return { op: op === "Scan" ? loopOps.slice : loopOps.carried, inputs: [value] };
}

function withCall(attributes: Attributes, call: Attributes | undefined): Attributes {
  if (![...attributes.values()].some((value) => "reference" in value)) return attributes;
  const resolved = [...attributes].flatMap(([name, value]) => {
    const actual = "reference" in value ? call?.get(value.reference) : value;
    return actual ? [[name, actual] as const] : [];
  });
  return new Map(resolved);
}

function links(nodes: readonly ProgramNode[]): Pick<Program, "producers" | "consumers"> {
  const producers = new Map<string, ProgramNode>();
  const consumers = new Map<string, ProgramNode[]>();
  for (const node of nodes) {
    for (const output of node.outputs) if (output !== "") producers.set(output, node);
    for (const input of new Set(node.inputs)) {
      if (input === "") continue;
      const others = consumers.get(input);
      if (others) others.push(node);
      else consumers.set(input, [node]);
    }
  }
  return { producers, consumers };
}
