import { describe, expect, it } from "vitest";
import { inspectGraph } from "./describegraph.ts";
import {
  all,
  experts,
  hidden,
  indices,
  inner,
  layer,
  matrices,
  perToken,
  router,
  sum,
  unit,
  weigh,
} from "./experts.support.ts";
import { integers, node, tensor, writeModel, type GraphContent } from "./model.support.ts";

const units = all.flatMap((expert) => unit(expert, "x", `out.${expert}`));
const everyExpert = { nodes: [...units, ...all.flatMap(weigh), sum], tensors: [...matrices, ...indices] };
const scored = [node("MatMul", ["x", "router"], ["scores"]), node("Softmax", ["scores"], ["shares"])];
const weight = tensor("router", [hidden, experts]);
const zero = tensor("zero", []);

const found = async (content: GraphContent, scores?: GraphContent) =>
  (await inspectGraph(writeModel(layer(content, scores)))).mixtures;

describe("routersOf", () => {
  it("takes the largest of the scores for a choice of one", async () => {
    const scores = {
      nodes: [
        ...scored,
        node("ArgMax", ["shares"], ["chosen"], { axis: { int: 1 } }),
        node("ReduceMax", ["shares", "last"], ["best"]),
        node("Mul", ["shares", "zero"], ["nothing"]),
        node("ScatterElements", ["nothing", "chosen", "best"], ["gates"], { axis: { int: 1 } }),
      ],
      tensors: [weight, zero, integers("last", [1])],
    };
    const [mixture] = await found(everyExpert, scores);
    expect(mixture).toMatchObject({ declared: { experts, perToken: 1 }, executed: "all", how: "all_experts" });
  });

  it("counts the last choice where groups of experts are chosen first", async () => {
    const scores = {
      nodes: [
        ...scored,
        node("Reshape", ["shares", "pairs"], ["grouped"]),
        node("ReduceMax", ["grouped", "last"], ["heads"]),
        node("TopK", ["heads", "one"], ["", "group"], { axis: { int: 1 } }),
        node("GatherElements", ["grouped", "group"], ["kept"], { axis: { int: 1 } }),
        node("Concat", ["kept", "kept"], ["masked"], { axis: { int: 1 } }),
        node("Reshape", ["masked", "flat"], ["candidates"]),
        node("TopK", ["candidates", "k"], ["best", "chosen"]),
        node("Mul", ["shares", "zero"], ["nothing"]),
        node("ScatterElements", ["nothing", "chosen", "best"], ["gates"], { axis: { int: 1 } }),
      ],
      tensors: [
        weight,
        zero,
        integers("pairs", [-1, 2, 2]),
        integers("last", [2]),
        integers("one", [1]),
        integers("flat", [-1, 4]),
        integers("k", [perToken]),
      ],
    };
    const mixtures = await found(everyExpert, scores);
    expect(mixtures).toHaveLength(1);
    expect(mixtures[0]!.declared).toEqual({ experts, perToken });
  });

  it("declares no k where the graph computes it, and counts all experts", async () => {
    const scores = { ...router, nodes: [node("Shape", ["x"], ["k"], { end: { int: 1 } }), ...router.nodes] };
    const withoutK = { ...scores, tensors: [weight, zero] };
    const inspection = await inspectGraph(writeModel(layer(everyExpert, withoutK)));
    expect(inspection.mixtures[0]).toMatchObject({ declared: { experts }, executed: "all", executedPerToken: experts });
    expect(inspection.gaps).toContainEqual(expect.stringContaining("how many experts a token picks"));
  });

  it("declares no k where scores only weigh the experts", async () => {
    const scores = { nodes: [...scored, node("Identity", ["shares"], ["gates"])], tensors: [weight] };
    const [mixture] = await found(everyExpert, scores);
    expect(mixture!.declared).toEqual({ experts });
    expect(mixture).toMatchObject({ executed: "all", how: "all_experts" });
  });

  it("finds a router behind its experts", async () => {
    const late = {
      nodes: [...units, ...router.nodes, ...all.flatMap(weigh), sum],
      tensors: [...router.tensors, ...matrices, ...indices],
    };
    expect(await found(late, { nodes: [] })).toMatchObject([{ declared: { experts, perToken } }]);
  });
});

describe("mixturesOf", () => {
  const perExpert = 3 * hidden * inner;

  it("leaves out an expert of the same shape that all tokens share", async () => {
    const shared = ["gate", "up"].map((name) => tensor(`${name}.shared`, [hidden, inner]));
    const content = {
      nodes: [
        ...units,
        node("MatMul", ["x", "gate.shared"], ["a"]),
        node("MatMul", ["x", "up.shared"], ["b"]),
        node("Mul", ["a", "b"], ["c"]),
        node("MatMul", ["c", "down.shared"], ["shared"]),
        ...all.flatMap(weigh),
        node("Sum", ["shared", ...all.map((expert) => `weighted.${expert}`)], ["y"]),
      ],
      tensors: [...matrices, ...indices, ...shared, tensor("down.shared", [inner, hidden])],
    };
    const { mixtures, parameters } = await inspectGraph(writeModel(layer(content)));
    expect(mixtures[0]!.nodes).toHaveLength(3 * experts);
    expect(parameters).toEqual({
      total: hidden * experts + (experts + 1) * perExpert,
      active: hidden * experts + (perToken + 1) * perExpert,
      executed: hidden * experts + (experts + 1) * perExpert,
    });
  });

  it("finds rows that a one-hot of the choice lists, as traced from transformers", async () => {
    const content = {
      nodes: [
        node("OneHot", ["chosen", "depth", "ends"], ["hot"]),
        node("Transpose", ["hot"], ["mask"], { perm: { ints: [2, 1, 0] } }),
        node("Unsqueeze", ["x", "first"], ["stacked"]),
        ...all.flatMap((expert) => [
          node("Gather", ["mask", `one.${expert}`], [`hits.${expert}`]),
          node("NonZero", [`hits.${expert}`], [`where.${expert}`]),
          node("Gather", [`where.${expert}`, "row"], [`tokens.${expert}`]),
          node("Gather", ["stacked", `tokens.${expert}`], [`picked.${expert}`], { axis: { int: 1 } }),
          node("Reshape", [`picked.${expert}`, "flat"], [`rows.${expert}`]),
        ]),
        ...all.flatMap((expert) => unit(expert, `rows.${expert}`, `out.${expert}`)),
        node(
          "Concat",
          all.map((expert) => `out.${expert}`),
          ["y"],
        ),
      ],
      tensors: [
        ...matrices,
        integers("depth", [experts]),
        integers("ends", [0, 1]),
        integers("first", [0]),
        integers("row", [1], []),
        integers("flat", [-1, hidden]),
        ...all.map((expert) => integers(`one.${expert}`, [expert], [])),
      ],
    };
    expect(await found(content)).toMatchObject([{ how: "rows", rows: "routed", declared: { experts, perToken } }]);
  });

  it("calls a choice of tokens, and matrices side by side, no mixture", async () => {
    const content = {
      nodes: [
        ...["q", "k", "v", "o"].map((name) => node("MatMul", ["x", `gate.${"qkvo".indexOf(name)}`], [name])),
        node("Sum", ["q", "k", "v", "o"], ["wide"]),
        node("MatMul", ["wide", "down.0"], ["y"]),
        node("MatMul", ["y", "head"], ["logits"]),
        node("TopK", ["logits", "k"], ["tokens", "ids"]),
      ],
      tensors: [...matrices, tensor("head", [hidden, experts]), integers("k", [perToken])],
    };
    expect(await found(content, { nodes: [] })).toEqual([]);
  });

  it("gives each of two layers its own router", async () => {
    const second = (name: string) => `second.${name}`;
    const content = {
      nodes: [
        ...everyExpert.nodes,
        node("MatMul", ["y", "router.2"], [second("scores")]),
        node("TopK", [second("scores"), "k.2"], [second("best"), second("chosen")]),
        node("MatMul", ["y", "wide"], [second("wide")]),
        node("MatMul", [second("wide"), "narrow"], ["z"]),
        node("Unsqueeze", ["y", "k"], ["rows"]),
        node("MatMul", ["rows", "stack"], ["stacked"]),
        node("MatMul", ["stacked", "back"], ["backs"]),
      ],
      tensors: [
        ...everyExpert.tensors,
        tensor("router.2", [hidden, experts]),
        integers("k.2", [3]),
        tensor("wide", [hidden, inner]),
        tensor("narrow", [inner, hidden]),
        tensor("stack", [experts, hidden, inner]),
        tensor("back", [experts, inner, hidden]),
      ],
    };
    const mixtures = await found(content);
    expect(mixtures.map(({ layer: number, declared, nodes }) => [number, declared.perToken, nodes.length])).toEqual([
      [0, perToken, 3 * experts],
      [1, 3, 2],
    ]);
  });
});
