/** Walks an architecture: which views and which stored tensors it is made of. */
import type {
  Architecture,
  Attention,
  Block,
  FeedForward,
  GatedUnit,
  Linear,
  Norm,
  Tensor,
  View,
} from "./architecture.ts";

/** Every stored tensor an architecture reads, each once, in the order in which it is first read. */
export function tensorsOf(architecture: Architecture): Tensor[] {
  const byName = new Map<string, Tensor>();
  for (const { tensor } of viewsOf(architecture)) if (!byName.has(tensor.name)) byName.set(tensor.name, tensor);
  return [...byName.values()];
}

/** Every view an architecture reads; no two overlap. */
export function viewsOf({ embedding, positions, blocks, norm, head }: Architecture): View[] {
  return [
    embedding,
    ...(positions.kind === "learned" ? [positions.table] : []),
    ...blocks.flatMap(viewsOfBlock),
    ...viewsOfNorm(norm),
    ...(head ? viewsOfLinear(head) : []),
  ];
}

/** Weight and bias of a linear map. */
export function viewsOfLinear({ weight, bias }: Linear): View[] {
  return bias ? [weight, bias] : [weight];
}

/** All of a gated unit. */
export function viewsOfUnit({ gate, up, down }: GatedUnit): View[] {
  return [gate, up, down].flatMap(viewsOfLinear);
}

function viewsOfBlock({ attentionNorm, attention, feedForwardNorm, feedForward }: Block): View[] {
  return [
    ...viewsOfNorm(attentionNorm),
    ...viewsOfAttention(attention),
    ...viewsOfNorm(feedForwardNorm),
    ...viewsOfFeedForward(feedForward),
  ];
}

function viewsOfNorm(norm: Norm): View[] {
  return norm.kind === "layer" ? [norm.scale, norm.bias] : [norm.scale];
}

function viewsOfAttention(attention: Attention): View[] {
  if (attention.kind === "latent") {
    const { query, keyValueDown, keyValueNorm, keyValueUp, output } = attention;
    return [
      ...("down" in query
        ? [...viewsOfLinear(query.down), ...viewsOfNorm(query.norm), ...viewsOfLinear(query.up)]
        : viewsOfLinear(query)),
      ...viewsOfLinear(keyValueDown),
      ...viewsOfNorm(keyValueNorm),
      ...[keyValueUp, output].flatMap(viewsOfLinear),
    ];
  }
  const { query, key, value, output, headNorm, sinks } = attention;
  return [
    ...[query, key, value, output].flatMap(viewsOfLinear),
    ...(headNorm ? [headNorm.query, headNorm.key] : []),
    ...(sinks ? [sinks] : []),
  ];
}

function viewsOfFeedForward(feedForward: FeedForward): View[] {
  switch (feedForward.kind) {
    case "gated":
      return viewsOfUnit(feedForward);
    case "plain":
      return [feedForward.up, feedForward.down].flatMap(viewsOfLinear);
    case "sparse": {
      const { router, experts, shared } = feedForward;
      return [
        ...viewsOfLinear(router),
        ...experts.flatMap(viewsOfUnit),
        ...(shared ? viewsOfUnit(shared.unit) : []),
        ...(shared?.gate ? viewsOfLinear(shared.gate) : []),
      ];
    }
  }
}

/** The scales of every norm, which start at one where matrices start at random. */
export function scalesOf({ blocks, norm }: Architecture): View[] {
  return [
    ...blocks.flatMap(({ attentionNorm, attention, feedForwardNorm }) => [
      attentionNorm.scale,
      ...scalesOfAttention(attention),
      feedForwardNorm.scale,
    ]),
    norm.scale,
  ];
}

function scalesOfAttention(attention: Attention): View[] {
  if (attention.kind === "grouped") return attention.headNorm ? [attention.headNorm.query, attention.headNorm.key] : [];
  const { query, keyValueNorm } = attention;
  return [...("down" in query ? [query.norm.scale] : []), keyValueNorm.scale];
}
