import type { Lowering } from "../../build/lowering.ts";
import type { Precision } from "../../build/precision.ts";

/** The switch that perjoule sets and ONNX Runtime (1.30) leaves off: whether `QMoE` on the processor multiplies packed weights. */
export const SWITCH = "ORT_USE_MLAS_Q4_GEMM_MOE";

/** A graph, and the environment of the process that runs it. */
export interface Contestant {
  readonly name: string;
  readonly precision: Precision;
  readonly lowering: Lowering;
  readonly environment: Readonly<Record<string, string>>;
  /**
   * Name of the contestant of the same precision that runs what ONNX Runtime does by default: one fused node, no switch set.
   * Absent of that one.
   */
  readonly baseline?: string;
}

/** Whether the switch means anything to the fused node: `MoE`, of floats, does not read it. */
const isInteger = (precision: Precision): boolean => precision === "int8" || precision === "int4";

/** Precision by precision, the default of ONNX Runtime last; it is there whatever lowerings are asked for, since ratios are to it. */
export function contestantsOf({
  precisions,
  lowerings,
}: {
  precisions: readonly Precision[];
  lowerings: readonly Lowering[];
}): Contestant[] {
  return precisions.flatMap((precision) => {
    const environment = { [SWITCH]: "1" };
    const fused = `${precision} fused`;
    const asShipped: Contestant = isInteger(precision)
      ? { name: `${fused}, as shipped`, precision, lowering: "fused", environment: { [SWITCH]: "0" } }
      : { name: fused, precision, lowering: "fused", environment };
    const others = lowerings.filter((lowering) => lowering !== "fused" || isInteger(precision));
    return [
      ...others.map((lowering): Contestant => ({
        name: `${precision} ${lowering}`,
        precision,
        lowering,
        environment,
        baseline: asShipped.name,
      })),
      asShipped,
    ];
  });
}

/** As a shell would set it. */
export const environmentText = ({ environment }: Contestant): string =>
  Object.entries(environment)
    .map(([name, value]) => `${name}=${value}`)
    .join(" ");
