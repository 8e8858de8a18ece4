import type { Attention } from "./architecture.ts";
import { addGroupedAttention, addGroupedInputs, type GroupedInputs } from "./groupedattention.ts";
import { addLatentAttention, addLatentInputs, type LatentInputs } from "./latentattention.ts";
import { addRotation, type Rotation } from "./positions.ts";
import type { Scope } from "./scope.ts";

/** What attention takes from the graph's own inputs; of each kind only where a layer has it. */
export interface AttentionInputs {
  /** Absent where positions are not rotary. */
  rotation?: Rotation;
  grouped?: GroupedInputs;
  latent?: LatentInputs;
}

/** Makes of the graph's inputs what its attentions need, once for all layers. */
export function addAttentionInputs(
  scope: Scope,
  { ids, mask, positions }: { ids: string; mask: string; positions: string },
): AttentionInputs {
  const { architecture } = scope;
  const kinds = new Set(architecture.blocks.map(({ attention }) => attention.kind));
  return {
    ...(architecture.positions.kind === "rotary" && {
      rotation: addRotation(scope, architecture.positions, positions),
    }),
    ...(kinds.has("grouped") && { grouped: addGroupedInputs(scope, ids, mask) }),
    ...(kinds.has("latent") && { latent: addLatentInputs(scope, ids, mask) }),
  };
}

/** Causal attention over the cache of one layer and the new tokens; declares that cache as inputs and outputs of the graph. */
export function addAttention(
  scope: Scope,
  input: string,
  attention: Attention,
  { rotation, grouped, latent }: AttentionInputs,
  layer: number,
): string {
  return attention.kind === "grouped"
    ? addGroupedAttention(scope, input, attention, grouped!, rotation, layer)
    : addLatentAttention(scope, input, attention, latent!, rotation, layer);
}
