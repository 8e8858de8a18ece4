import type { Learned, Rotary } from "./architecture.ts";
import { stored, type Scope } from "./scope.ts";

/** What operators need to rotate queries and keys. */
export interface Rotation {
  /** `position_ids`. */
  positions: string;
  /** Rotary tables [context, pairs]. */
  cosines: string;
  sines: string;
  /** 1 where elements 2i and 2i + 1 turn together, 0 where i and i + half do: ONNX Runtime's `interleaved`. */
  interleaved: 0 | 1;
}

/** Stores cos and sin of position * frequency, times the scale. */
export function addRotation({ builder, architecture }: Scope, rotary: Rotary, positions: string): Rotation {
  const { context } = architecture;
  const { frequencies, scale, pairs } = rotary;
  const width = frequencies.length;
  const table = (name: string, wave: (angle: number) => number) =>
    builder.initializer(name, "float32", [context, width], async function* () {
      for (let from = 0; from < context; from += positionsPerPiece) {
        const length = Math.min(positionsPerPiece, context - from) * width;
        yield Float32Array.from(
          { length },
          (_, at) => scale * wave((from + Math.floor(at / width)) * frequencies[at % width]!),
        );
      }
    });
  return {
    positions,
    cosines: table("rotary_cosines", Math.cos),
    sines: table("rotary_sines", Math.sin),
    interleaved: pairs === "neighbours" ? 1 : 0,
  };
}

/** Rotates `heads` heads lying side by side in a node of its own, where attention cannot. */
export function addRotatedHeads({ builder }: Scope, input: string, heads: number, rotation: Rotation): string {
  const { positions, cosines, sines, interleaved } = rotation;
  return builder.node({
    op: "RotaryEmbedding",
    inputs: [input, positions, cosines, sines],
    attributes: { num_heads: { int: heads }, interleaved: { int: interleaved } },
  });
}

/** The vector of each position, to be added to the embeddings. */
export function addLearned(scope: Scope, { table }: Learned, positions: string): string {
  return scope.builder.node({ op: "Gather", inputs: [stored(scope, table), positions] });
}

/** Rotary tables are made in pieces, so that a long context does not take memory at once. */
const positionsPerPiece = 4096;
