/** Walks an architecture: which views and which stored tensors it is made of. */
import type { Architecture, Block, FeedForward, GatedUnit, Linear, Mixer, Norm, Tensor, View } from "./architecture.ts";

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
    ...viewsOfMixer(attention),
    ...viewsOfNorm(feedForwardNorm),
    ...viewsOfFeedForward(feedForward),
  ];
}

function viewsOfNorm(norm: Norm): View[] {
  return norm.kind === "layer" ? [norm.scale, norm.bias] : [norm.scale];
}

function viewsOfMixer(mixer: Mixer): View[] {
  switch (mixer.kind) {
    case "grouped": {
      const { query, key, value, output, headNorm, sinks } = mixer;
      return [
        ...[query, key, value, output].flatMap(viewsOfLinear),
        ...(headNorm ? [headNorm.query, headNorm.key] : []),
        ...(sinks ? [sinks] : []),
      ];
    }
    case "latent": {
      const { query, keyValueDown, keyValueNorm, keyValueUp, output } = mixer;
      return [
        ...("down" in query
          ? [...viewsOfLinear(query.down), ...viewsOfNorm(query.norm), ...viewsOfLinear(query.up)]
          : viewsOfLinear(query)),
        ...viewsOfLinear(keyValueDown),
        ...viewsOfNorm(keyValueNorm),
        ...[keyValueUp, output].flatMap(viewsOfLinear),
      ];
    }
    case "convolution":
      return [mixer.input, mixer.kernel, mixer.output].flatMap(viewsOfLinear);
  }
}

function viewsOfFeedForward(feedForward: FeedForward): View[] {
  switch (feedForward.kind) {
    case "gated":
      return viewsOfUnit(feedForward);
    case "plain":
      return [feedForward.up, feedForward.down].flatMap(viewsOfLinear);
    case "sparse": {
      const { router, routing, experts, shared } = feedForward;
      return [
        ...viewsOfLinear(router),
        ...(routing.sigmoid?.bias ? [routing.sigmoid.bias] : []),
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
      ...scalesOfMixer(attention),
      feedForwardNorm.scale,
    ]),
    norm.scale,
  ];
}

function scalesOfMixer(mixer: Mixer): View[] {
  switch (mixer.kind) {
    case "grouped":
      return mixer.headNorm ? [mixer.headNorm.query, mixer.headNorm.key] : [];
    case "latent":
      return [...("down" in mixer.query ? [mixer.query.norm.scale] : []), mixer.keyValueNorm.scale];
    case "convolution":
      return [];
  }
}
