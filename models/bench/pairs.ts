import type { GgmlType } from "./blocks.ts";
import type { DecodeFlags } from "./decodeflags.ts";
import type { Contestant } from "./contestant.ts";

/** A precision of ours, and the type of llama.cpp's weights that takes as many bits. */
export interface Pair {
  readonly precision: DecodeFlags["precisions"][number];
  readonly type: GgmlType;
  readonly name: string;
  readonly peer: NonNullable<Contestant["peer"]>;
}

const pair = (precision: Pair["precision"], type: GgmlType, target?: number): Pair => ({
  precision,
  type,
  name: `onnx ${precision}`,
  peer: { name: `llama.cpp ${type}`, ...(target !== undefined && { target }) },
});

/**
 * Nine tenths of llama.cpp in 8 bits, where both read the weights about as fast as memory gives them; three quarters in 4 bits,
 * where ONNX Runtime's kernel is the slower one. Nothing is asked of fp32, which llama.cpp is not made for.
 */
export const pairs: readonly Pair[] = [pair("fp32", "F32"), pair("int8", "Q8_0", 0.9), pair("int4", "Q4_0", 0.75)];
