/** One layer of experts, lowered in ways that exporters other than perjoule choose. Rows x [tokens, hidden] in, y out. */
import { generator } from "../build/checkpoint.support.ts";
import { graph, integers, model, node, tensor, type, valueInfo, type GraphContent } from "./model.support.ts";

export const [hidden, inner, experts, perToken] = [8, 6, 4, 2];
export const all = Array.from({ length: experts }, (_, expert) => expert);

/** Weights of one seed, so that lowerings of the same experts compute the same. */
function weights(name: string, shape: readonly number[], seed: number): Uint8Array {
  const random = generator(seed);
  const length = shape.reduce((product, dimension) => product * dimension, 1);
  return tensor(
    name,
    shape,
    Float32Array.from({ length }, () => random() - 0.5),
  );
}

/** Scores, the choice of two, and their weights [tokens, experts], zero where not chosen. */
export const router = {
  nodes: [
    node("MatMul", ["x", "router"], ["scores"]),
    node("Softmax", ["scores"], ["shares"]),
    node("TopK", ["shares", "k"], ["best", "chosen"]),
    node("Mul", ["shares", "zero"], ["nothing"]),
    node("ScatterElements", ["nothing", "chosen", "best"], ["gates"], { axis: { int: 1 } }),
  ],
  tensors: [weights("router", [hidden, experts], 1), integers("k", [perToken]), tensor("zero", [])],
};

const [x, y] = [valueInfo("x", type.float, ["tokens", hidden]), valueInfo("y", type.float, ["tokens", hidden])];

/** A model of a router, which comes first, and what takes its `gates`, `chosen` and `best`. */
export function layer({ nodes, tensors = [] }: GraphContent, scores: GraphContent = router): Uint8Array {
  return model({
    nodes: [...scores.nodes, ...nodes],
    tensors: [...(scores.tensors ?? []), ...tensors],
    inputs: [x],
    outputs: [y],
  });
}

export const matrices = all.flatMap((expert) => [
  weights(`gate.${expert}`, [hidden, inner], 10 + expert),
  weights(`up.${expert}`, [hidden, inner], 20 + expert),
  weights(`down.${expert}`, [inner, hidden], 30 + expert),
]);

/** The nodes of one expert over `input`, its result in `output`. */
export function unit(expert: number, input: string, output: string) {
  const name = (stem: string) => `${stem}.${expert}.of.${input}`;
  return [
    node("MatMul", [input, `gate.${expert}`], [name("gated")]),
    node("Sigmoid", [name("gated")], [name("sigmoid")]),
    node("Mul", [name("gated"), name("sigmoid")], [name("silu")]),
    node("MatMul", [input, `up.${expert}`], [name("lifted")]),
    node("Mul", [name("silu"), name("lifted")], [name("both")]),
    node("MatMul", [name("both"), `down.${expert}`], [output]),
  ];
}

export const sum = node(
  "Sum",
  all.map((expert) => `weighted.${expert}`),
  ["y"],
);
export const indices = all.map((expert) => integers(`index.${expert}`, [expert]));

/** The column of the gates for an expert, [tokens, 1], times its output. */
export const weigh = (expert: number) => [
  node("Gather", ["gates", `index.${expert}`], [`gate.of.${expert}`], { axis: { int: 1 } }),
  node("Mul", [`out.${expert}`, `gate.of.${expert}`], [`weighted.${expert}`]),
];

/** Every expert for every row. */
export function allExperts(): Uint8Array {
  return layer({
    nodes: [...all.flatMap((expert) => [...unit(expert, "x", `out.${expert}`), ...weigh(expert)]), sum],
    tensors: [...matrices, ...indices],
  });
}

/** Every expert for every row, matrices of all experts in one product. */
export function stackedExperts(): Uint8Array {
  return layer({
    nodes: [
      node("Unsqueeze", ["x", "axis"], ["rows"]),
      node("MatMul", ["rows", "first"], ["both"]),
      node("Relu", ["both"], ["active"]),
      node("MatMul", ["active", "last"], ["outs"]),
      node("Transpose", ["gates"], ["turned"], { perm: { ints: [1, 0] } }),
      node("Unsqueeze", ["turned", "end"], ["column"]),
      node("Mul", ["outs", "column"], ["weighted"]),
      node("ReduceSum", ["weighted", "axis"], ["y"], { keepdims: { int: 0 } }),
    ],
    tensors: [
      integers("axis", [0]),
      integers("end", [2]),
      weights("first", [experts, hidden, inner], 2),
      weights("last", [experts, inner, hidden], 3),
    ],
  });
}

/** Each expert over the rows that chose it, found by comparing and added back, as traced from transformers' `MixtralSparseMoeBlock`. */
export function routedRows(): Uint8Array {
  const nodes = all.flatMap((expert) => [
    node("Equal", ["chosen", `index.${expert}`], [`is.${expert}`]),
    node("Cast", [`is.${expert}`], [`number.${expert}`], { to: { int: type.float } }),
    node("ReduceMax", [`number.${expert}`, "second"], [`any.${expert}`], { keepdims: { int: 0 } }),
    node("NonZero", [`any.${expert}`], [`found.${expert}`]),
    node("Transpose", [`found.${expert}`], [`places.${expert}`], { perm: { ints: [1, 0] } }),
    node("GatherND", ["x", `places.${expert}`], [`rows.${expert}`]),
    ...unit(expert, `rows.${expert}`, `out.${expert}`),
    node("Gather", ["gates", `index.${expert}`], [`gate.of.${expert}`], { axis: { int: 1 } }),
    node("GatherND", [`gate.of.${expert}`, `places.${expert}`], [`gate.at.${expert}`]),
    node("Mul", [`out.${expert}`, `gate.at.${expert}`], [`weighted.${expert}`]),
    node(
      "ScatterND",
      [expert === 0 ? "none" : `sum.${expert}`, `places.${expert}`, `weighted.${expert}`],
      [expert === experts - 1 ? "y" : `sum.${expert + 1}`],
      { reduction: { string: "add" } },
    ),
  ]);
  return layer({
    nodes: [node("Mul", ["x", "zero"], ["none"]), ...nodes],
    tensors: [...matrices, ...indices, integers("second", [1])],
  });
}

/** An `If` around each expert, over all rows. */
export function branches(): Uint8Array {
  const nodes = all.flatMap((expert) => [
    node("Equal", ["chosen", `index.${expert}`], [`is.${expert}`]),
    node("Cast", [`is.${expert}`], [`number.${expert}`], { to: { int: type.int32 } }),
    node("ReduceMax", [`number.${expert}`], [`any.${expert}`], { keepdims: { int: 0 } }),
    node("Cast", [`any.${expert}`], [`if.${expert}`], { to: { int: type.bool } }),
    node("If", [`if.${expert}`], [`out.${expert}`], {
      else_branch: {
        graph: graph({
          nodes: [node("Mul", ["x", "zero"], ["result"])],
          outputs: [valueInfo("result", type.float, ["tokens", hidden])],
        }),
      },
      then_branch: {
        graph: graph({
          nodes: unit(expert, "x", "done"),
          outputs: [valueInfo("done", type.float, ["tokens", hidden])],
        }),
      },
    }),
  ]);
  return layer({ nodes: [...nodes, ...all.flatMap(weigh), sum], tensors: [...matrices, ...indices] });
}

/** The matrices of the chosen experts are copied out of stacks: [tokens, k, .., ..]. */
export function gatheredWeights(): Uint8Array {
  return layer({
    nodes: [
      node("Gather", ["first", "chosen"], ["firsts"]),
      node("Gather", ["last", "chosen"], ["lasts"]),
      node("Unsqueeze", ["x", "axes"], ["rows"]),
      node("MatMul", ["rows", "firsts"], ["both"]),
      node("Relu", ["both"], ["active"]),
      node("MatMul", ["active", "lasts"], ["outs"]),
      node("Squeeze", ["outs", "row"], ["flat"]),
      node("Unsqueeze", ["best", "row"], ["column"]),
      node("Mul", ["flat", "column"], ["weighted"]),
      node("ReduceSum", ["weighted", "pick"], ["y"], { keepdims: { int: 0 } }),
    ],
    tensors: [
      integers("axes", [1, 2]),
      integers("row", [2]),
      integers("pick", [1]),
      weights("first", [experts, hidden, inner], 2),
      weights("last", [experts, inner, hidden], 3),
    ],
  });
}

/** A `Loop` over the experts, each over all rows or over those that chose it. */
export function loopOver(rows: "all" | "routed"): Uint8Array {
  const weighted = [
    node("Unsqueeze", [rows === "all" ? "gate" : "some", "end"], ["column"]),
    node("Mul", ["out", "column"], ["weighted"]),
  ];
  const pick = [
    node("NonZero", ["gate"], ["found"]),
    node("Squeeze", ["found", "axis"], ["places"]),
    node("Gather", ["gate", "places"], ["some"]),
    node("Gather", ["x", "places"], ["picked"]),
  ];
  const putBack = [
    node("Unsqueeze", ["places", "end"], ["at"]),
    node("ScatterND", ["before", "at", "weighted"], ["after"], { reduction: { string: "add" } }),
  ];
  const body = graph({
    nodes: [
      node("Gather", ["gates", "expert"], ["gate"], { axis: { int: 1 } }),
      ...(rows === "all" ? [] : pick),
      node("Gather", ["first", "expert"], ["one"]),
      node("Gather", ["last", "expert"], ["other"]),
      node("MatMul", [rows === "all" ? "x" : "picked", "one"], ["both"]),
      node("Relu", ["both"], ["active"]),
      node("MatMul", ["active", "other"], ["out"]),
      ...weighted,
      ...(rows === "all" ? [node("Add", ["before", "weighted"], ["after"])] : putBack),
      node("Identity", ["going"], ["on"]),
    ],
    inputs: [
      valueInfo("expert", type.int64, []),
      valueInfo("going", type.bool, []),
      valueInfo("before", type.float, ["tokens", hidden]),
    ],
    outputs: [valueInfo("on", type.bool, []), valueInfo("after", type.float, ["tokens", hidden])],
  });
  return layer({
    nodes: [
      node("Mul", ["x", "zero"], ["none"]),
      node("Loop", ["trips", "", "none"], ["y"], { body: { graph: body } }),
    ],
    tensors: [
      integers("trips", [experts], []),
      ...(rows === "all" ? [] : [integers("axis", [0])]),
      integers("end", [1]),
      weights("first", [experts, hidden, inner], 2),
      weights("last", [experts, inner, hidden], 3),
    ],
  });
}
