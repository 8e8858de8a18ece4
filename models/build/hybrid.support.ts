/** Small architectures with convolutions, for tests of the graph. */
import type { Architecture, ShortConvolution } from "./architecture.ts";
import {
  decoder,
  grouped,
  hidden,
  linear,
  rotary,
  view,
  type GroupedOptions,
  type Parts,
} from "./architecture.support.ts";

/** A decoder whose first layer is a convolution, and whose second is one or grouped attention. */
export function hybridDecoder(
  { length = 3, bias = false, second }: { length?: number; bias?: boolean; second?: GroupedOptions } = {},
  parts: Partial<Parts> = {},
): Architecture {
  return decoder({
    attention: (name, layer) => (layer === 1 && second ? grouped(name, second) : convolution(name, { length, bias })),
    positions: rotary(second?.headDim ?? 16),
    ...parts,
  });
}

function convolution(name: string, { length = 3, bias = false } = {}): ShortConvolution {
  return {
    kind: "convolution",
    input: linear(`${name}.input`, hidden, 3 * hidden, { bias }),
    kernel: {
      weight: view(`${name}.kernel`, hidden, length),
      ...(bias && { bias: view(`${name}.kernel.bias`, hidden) }),
    },
    output: linear(`${name}.output`, hidden, hidden, { bias }),
  };
}
