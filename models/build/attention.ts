import type { Mixer } from "./architecture.ts";
import { addGroupedAttention, addGroupedInputs, type GroupedInputs } from "./groupedattention.ts";
import { addLatentAttention, addLatentInputs, type LatentInputs } from "./latentattention.ts";
import { addRotation, type Rotation } from "./positions.ts";
import type { Scope } from "./scope.ts";
import { addConvolutionInputs, addShortConvolution, type ConvolutionInputs } from "./shortconvolution.ts";

/** What attention, or a convolution in its place, takes from the graph's own inputs; of each kind only where a layer has it. */
export interface AttentionInputs {
  /** Absent where positions are not rotary, or nothing is rotated. */
  rotation?: Rotation;
  grouped?: GroupedInputs;
  latent?: LatentInputs;
  convolution?: ConvolutionInputs;
}

/** Makes of the graph's inputs what its attentions need, once for all layers. */
export function addAttentionInputs(
  scope: Scope,
  { ids, mask, positions }: { ids: string; mask: string; positions: string },
): AttentionInputs {
  const { architecture } = scope;
  const kinds = new Set(architecture.blocks.map(({ attention }) => attention.kind));
  return {
    ...(architecture.positions.kind === "rotary" &&
      (kinds.has("grouped") || kinds.has("latent")) && {
        rotation: addRotation(scope, architecture.positions, positions),
      }),
    ...(kinds.has("grouped") && { grouped: addGroupedInputs(scope, ids, mask) }),
    ...(kinds.has("latent") && { latent: addLatentInputs(scope, ids, mask) }),
    ...(kinds.has("convolution") && { convolution: addConvolutionInputs(scope, ids, mask) }),
  };
}

/** What tokens take from those before them and from each other; declares what is kept of a layer as inputs and outputs of the graph. */
export function addMixer(
  scope: Scope,
  input: string,
  mixer: Mixer,
  { rotation, grouped, latent, convolution }: AttentionInputs,
  layer: number,
): string {
  switch (mixer.kind) {
    case "grouped":
      return addGroupedAttention(scope, input, mixer, grouped!, rotation, layer);
    case "latent":
      return addLatentAttention(scope, input, mixer, latent!, rotation, layer);
    case "convolution":
      return addShortConvolution(scope, input, mixer, convolution!, layer);
  }
}
