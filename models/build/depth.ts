import type { Architecture } from "./architecture.ts";
import { CheckpointError } from "./checkpointerror.ts";

/**
 * An architecture of its first layers alone, or as it is where no number is given; embedding, norm and head stay. A block has a window
 * and experts of its own, so what a config says layer by layer is cut with it.
 */
export function firstLayers(architecture: Architecture, layers: number = architecture.blocks.length): Architecture {
  const { blocks } = architecture;
  if (layers === blocks.length) return architecture;
  if (!Number.isInteger(layers) || layers < 1 || layers > blocks.length) {
    throw new CheckpointError(`cannot build ${layers} layers of a model that has ${blocks.length}`);
  }
  return { ...architecture, blocks: blocks.slice(0, layers) };
}
