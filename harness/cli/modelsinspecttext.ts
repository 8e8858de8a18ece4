import type { BuiltModel } from "../../models/build/build.ts";
import type { GraphInspection } from "../../models/inspect/inspection.ts";
import { digits, quantity } from "../report/format.ts";
import { listing } from "./list.ts";
import { type Compared, decodedToken, type Inspected, promptToken, type Traced } from "./modelsinspected.ts";

const count = (value: number): string => value.toLocaleString("en-US");
const bytes = (value: number): string => quantity({ value }, "B");
const operations = (value: number): string => quantity({ value }, "FLOP");

/** Everything, for a person. */
export function inspectedText(inspected: Inspected): string {
  const { graph, built, trace, error } = inspected;
  const sections = [
    listing([], [...identityRows(inspected), ...weightRows(inspected)]),
    listing([], workRows(inspected)),
    listing([], [["experts", ""], ...graph.summary.split("; ").map((sentence) => ["", sentence])]),
    graph.gaps.map((gap) => `not known: ${gap}\n`).join(""),
    trace === undefined ? "" : traceText(trace),
    error === undefined ? "" : errorText(error, built),
  ];
  return sections.filter((section) => section !== "").join("\n");
}

function identityRows({ name, graph, built }: Inspected): string[][] {
  const made = built && [built.precision, ...(built.lowering === undefined ? [] : [built.lowering])].join(", ");
  return [
    ["model", name],
    ["graph", graph.path],
    ["made by", made === undefined ? graph.producer || "an unnamed program" : `perjoule: ${made}`],
    ...(built?.weights === "random" ? [["weights", "random"]] : []),
  ];
}

function weightRows({ graph }: Inspected): string[][] {
  const { total, active, executed } = graph.parameters;
  return [
    ["parameters", `${count(total)} stored`],
    ["", `${count(active)} active for a token`],
    ...(executed === active ? [] : [["", `${count(executed)} read by this graph for a token`]]),
    ["weights", bytes(graph.weightBytes)],
    ...graph.types.map((type) => ["", typeText(type)]),
    ["cache", graph.kvBytesPerToken === undefined ? "not known" : `${bytes(graph.kvBytesPerToken)} a token`],
  ];
}

/** Integers of less than eight bits are packed into bytes; what is more than the parameters take are the scales of integers. */
function typeText({ type, bits, parameters, bytes: stored }: GraphInspection["types"][number]): string {
  const scales = Math.max(0, stored - (parameters * bits) / 8);
  const own = `${type}: ${bytes(stored - scales)} for ${count(Math.round(parameters))} parameters`;
  const each = parameters > 0 ? `, ${digits((8 * (stored - scales)) / parameters, 3)} bits each` : "";
  return scales > 0 ? `${own}${each}; ${bytes(scales)} of scales` : `${own}${each}`;
}

function workRows(inspected: Inspected): string[][] {
  const { past, batch } = inspected;
  const [decoded, prompt] = [decodedToken(inspected), promptToken(inspected)];
  const together = batch === 1 ? "" : `, each of ${count(batch)} decoded together`;
  const read = decoded.weight_bytes + (decoded.kv_bytes ?? 0);
  const parts = decoded.kv_bytes === undefined ? "" : `, ${bytes(decoded.kv_bytes)} of them cache`;
  return [
    [`a token after ${count(past)}${together}`, `reads ${bytes(read)}${parts}`],
    ["", `computes ${operations(decoded.flops)}`],
    [`a token of a prompt of ${count(past)}`, `computes ${operations(prompt.flops)}${headText(inspected)}`],
  ];
}

/** A head can be most of a small model's work: graphs differ in how often they compute it. */
function headText({ graph: { flops } }: Inspected): string {
  if (flops.logits === undefined) return "";
  return flops.logits === "every" ? ", logits of every position among them" : ", logits of the last position alone";
}

function traceText({ routing, steps, of }: Traced): string {
  const rows = routing.layers.map(({ layer, experts, perToken, usage }) => [
    String(layer),
    `${perToken} of ${experts}`,
    usage.meanDistinct.toFixed(2),
    usage.evenDistinct.toFixed(2),
    `${usage.entropyBits.toFixed(2)} of ${Math.log2(experts).toFixed(2)}`,
    `${(100 * usage.largestShare).toFixed(1)} %`,
  ]);
  const head = ["layer", "experts", "distinct a step", "if even", "entropy, bits", "most used"];
  return (
    `routing of ${of}: ${steps} steps of ${routing.batch === 1 ? "one row" : `${count(routing.batch)} rows`}, ` +
    `traced in a run of its own, in which nothing is timed\n${listing(head, rows)}`
  );
}

function errorText({ of, tokens, relative, divergence, agreement }: Compared, built: BuiltModel | undefined): string {
  const nats = (value: number): string => `${value === 0 ? "0" : digits(value, 3)} nats`;
  return (
    `${built?.precision ?? ""} against fp32 over ${count(tokens)} tokens of ${of}\n` +
    listing(
      [],
      [
        ["relative logit error", digits(relative, 3)],
        ["KL divergence", `${nats(divergence.mean)} on average, ${nats(divergence.p99)} at the 99th percentile`],
        ["same first choice", `${(100 * agreement).toFixed(1)} %`],
        ...(built?.weights === "random" ? [["", "of random weights, which says little of trained ones"]] : []),
      ],
    )
  );
}
