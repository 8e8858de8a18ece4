import type * as ort from "onnxruntime-node";

/**
 * Variables that ONNX Runtime reads when it is loaded, and what they are unless the user has set them himself.
 * Without `ORT_USE_MLAS_Q4_GEMM_MOE` the processor's `QMoE` in 4 bits unpacks the experts' weights at every step, and is 10 to 15
 * times slower (onnxruntime 1.30).
 */
const COMPUTING = { ORT_USE_MLAS_Q4_GEMM_MOE: "1" } as const;

/** Those variables as they stand, for the record of a run. */
export function computingVariables(env: NodeJS.ProcessEnv = process.env): Record<string, string> {
  return Object.fromEntries(Object.entries(COMPUTING).map(([name, value]) => [name, env[name] ?? value]));
}

/**
 * The inference runtime, with its telemetry off: onnxruntime-node 1.30 otherwise keeps an event queue in the user's cache
 * and sends it to its maker, which would be a network access nobody asked for and a thread inside measured processes.
 * The variables are read when the library is loaded, so nothing else may import it first.
 */
export async function onnxRuntime(): Promise<typeof ort> {
  Object.assign(process.env, computingVariables(), { ORT_DISABLE_TELEMETRY: "1" });
  return import("onnxruntime-node");
}
