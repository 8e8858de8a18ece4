import type { BuiltModel } from "../../models/build/build.ts";
import type { GraphInspection, MixtureInspection } from "../../models/inspect/inspection.ts";
import { decodeStep, prefillStep } from "../../models/inspect/step.ts";
import type { RoutingTrace } from "../../models/inspect/trace.ts";
import type { LogitError } from "../engine/logiterror.ts";
import { present } from "../present.ts";

/** What was found out of a graph. */
export interface Inspected {
  /** As the user called it. */
  readonly name: string;
  readonly graph: GraphInspection;
  /** Absent of a graph that was built elsewhere. */
  readonly built?: BuiltModel;
  /** Tokens before the one that is decoded, and of the prompt. */
  readonly past: number;
  /** Sequences decoded together. */
  readonly batch: number;
  readonly trace?: Traced;
  readonly error?: Compared;
}

export interface Traced {
  readonly routing: RoutingTrace;
  readonly steps: number;
  readonly of: string;
}

export interface Compared extends LogitError {
  readonly of: string;
}

/** Work of one token, in a step of a batch of them or as its share of a prompt. */
export interface TokenWork {
  readonly flops: number;
  readonly weight_bytes: number;
  /** Absent where the graph's cache is not known. */
  readonly kv_bytes?: number;
}

/** What each of a batch takes, decoded after `past` tokens; experts that the batch shares are read once. */
export function decodedToken({ graph, past, batch }: Inspected): TokenWork {
  const { flops, weightBytes, kvBytes } = decodeStep(graph, { batch, past });
  return present({
    flops: flops / batch,
    weight_bytes: weightBytes / batch,
    kv_bytes: kvBytes === undefined ? undefined : kvBytes / batch,
  });
}

/** A token's share of a prompt of `past` tokens that is read at once. */
export function promptToken({ graph, past }: Inspected): TokenWork {
  const { flops, weightBytes } = prefillStep(graph, past);
  return { flops: flops / past, weight_bytes: weightBytes / past };
}

/** Everything, in SI units, for a program. */
export function inspectedDocument(inspected: Inspected): object {
  const { name, graph, built, past, batch, trace, error } = inspected;
  return present({
    model: name,
    path: graph.path,
    precision: built?.precision,
    lowering: built?.lowering,
    weights: built?.weights,
    producer: graph.producer,
    file_bytes: graph.fileBytes,
    parameters_total: graph.parameters.total,
    parameters_active: graph.parameters.active,
    parameters_executed: graph.parameters.executed,
    weight_bytes: graph.weightBytes,
    kv_bytes_per_token: graph.kvBytesPerToken,
    context: past,
    batch,
    decoded_token: decodedToken(inspected),
    prompt_token: promptToken(inspected),
    elements: graph.types,
    summary: graph.summary,
    mixtures: graph.mixtures.map(mixtureDocument),
    gaps: graph.gaps,
    trace: trace && traceDocument(trace),
    error: error && errorDocument(error),
  });
}

function mixtureDocument({ layer, declared, executed, executedPerToken, how, perExpert }: MixtureInspection): object {
  return present({
    layer,
    experts: declared.experts,
    per_token: declared.perToken,
    executed,
    executed_per_token: executedPerToken,
    how,
    per_expert: perExpert,
  });
}

function traceDocument({ routing, steps, of }: Traced): object {
  return {
    of,
    batch: routing.batch,
    steps,
    layers: routing.layers.map(({ layer, experts, perToken, usage, steps: each }) => ({
      layer,
      experts,
      per_token: perToken,
      distinct_mean: usage.meanDistinct,
      distinct_uniform: usage.evenDistinct,
      entropy_bits: usage.entropyBits,
      largest_share: usage.largestShare,
      distinct: each.map(({ distinct }) => distinct),
    })),
  };
}

function errorDocument({ of, tokens, relative, divergence, agreement }: Compared): object {
  return {
    of,
    tokens,
    logit_error_relative: relative,
    kl_divergence_nats_mean: divergence.mean,
    kl_divergence_nats_p99: divergence.p99,
    top1_agreement: agreement,
  };
}
