import { bitsOf, type ElementType } from "./elementtype.ts";
import { flatten } from "./flatten.ts";
import type { GraphInspection, MixtureInspection } from "./inspection.ts";
import { cacheShape } from "./kvcache.ts";
import type { OnnxModel } from "./onnxmodel.ts";
import type { Program } from "./program.ts";
import { readOnnx } from "./readonnx.ts";
import { summarise } from "./summarise.ts";
import { walk, type MixtureWork, type Walk } from "./walk.ts";

/** Reads a graph file, whoever wrote it, and says what it stores, reads and computes. Fails with a `CheckpointError` if it cannot be read. */
export async function inspectGraph(path: string): Promise<GraphInspection> {
  return inspectModel(readOnnx(path));
}

/** As `inspectGraph`, of a model already read. */
export function inspectModel(model: OnnxModel): GraphInspection {
  const { path, fileBytes, producer, opsets } = model;
  const program = flatten(model);
  const walked = walk(program);
  const { stored, body, tail } = walked;
  const mixtures = walked.mixtures.map(described);
  const cache = cacheShape(program.inputs);
  const sum = (of: (mixture: MixtureInspection) => number) => mixtures.reduce((total, each) => total + of(each), 0);
  const executed = ({ executedPerToken, declared }: MixtureInspection) => executedPerToken ?? declared.experts;
  return {
    path,
    fileBytes,
    producer,
    opsets,
    parameters: {
      total: Math.round(stored.parameters),
      active: Math.round(
        body.parameters +
          sum(({ perExpert, declared }) => perExpert.parameters * (declared.perToken ?? declared.experts)),
      ),
      executed: Math.round(body.parameters + sum((each) => each.perExpert.parameters * executed(each))),
    },
    weightBytes: stored.bytes,
    weightBytesPerToken: Math.round(body.bytes + sum((each) => each.perExpert.bytes * executed(each))),
    ...(cache && { kvBytesPerToken: cache.bytesPerToken }),
    flops: {
      perToken: body.flops + tail.flops + sum((each) => each.perExpert.flops * executed(each)),
      perLogits: tail.flops + sum((each) => (each.positions === "logits" ? each.perExpert.flops * executed(each) : 0)),
      ...(tail.positions && { logits: tail.positions }),
      ...attentionFlops(walked),
    },
    types: typesOf(program, walked),
    mixtures,
    summary: summarise(mixtures),
    gaps: gapsOf(walked, cache ? "cache" : "no cache"),
    body,
    tail: { flops: tail.flops },
  };
}

function described(mixture: MixtureWork, at: number): MixtureInspection {
  const { layer = at, declared, executed, how, rows, positions, nodes, perExpert } = mixture;
  const perToken = executed === "all" ? declared.experts : declared.perToken;
  return {
    layer,
    declared,
    executed,
    ...(perToken !== undefined && { executedPerToken: perToken }),
    how,
    rows,
    positions,
    nodes: nodes.map(({ name, outputs }) => name || (outputs[0] ?? "")),
    perExpert,
  };
}

/** Scores and weighted values: 2 x 2 x heads x length of a head for each position attended to. */
function attentionFlops({ attentions }: Walk): { perPastToken?: number } {
  const widths = attentions.flatMap(({ width }) => width ?? []);
  return widths.length === 0 ? {} : { perPastToken: widths.reduce((total, width) => total + 4 * width, 0) };
}

function typesOf(program: Program, { weights }: Walk): GraphInspection["types"] {
  const types = new Map<ElementType, { parameters: number; bytes: number }>();
  for (const [name, parameters] of weights) {
    const { type, bytes } = program.tensors.get(name)!;
    const before = types.get(type) ?? { parameters: 0, bytes: 0 };
    types.set(type, { parameters: before.parameters + parameters, bytes: before.bytes + bytes });
  }
  return [...types]
    .map(([type, { parameters, bytes }]) => ({ type, bits: bitsOf(type), parameters, bytes }))
    .sort((a, b) => b.bytes - a.bytes);
}

function gapsOf({ attentions, tail, mixtures }: Walk, cache: "cache" | "no cache"): string[] {
  const lost = attentions.filter(({ width }) => width === undefined).length;
  const gaps = [
    cache === "no cache" && "no inputs of a key-value cache of known shape: its bytes are not counted",
    attentions.length === 0 && "no attention was recognised: its operations are not counted",
    lost > 0 &&
      `${lost} of ${attentions.length} attentions have no output projection: their operations are not counted`,
    tail.positions === undefined && "no output head was recognised: its operations are those of every token",
    mixtures.some(({ declared }) => declared.perToken === undefined) &&
      "how many experts a token picks could not be read off the graph: all are counted, the most there can be",
  ];
  return gaps.filter((gap) => gap !== false);
}
