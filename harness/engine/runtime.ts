import type * as ort from "onnxruntime-node";

/**
 * The inference runtime, with its telemetry off: onnxruntime-node 1.30 otherwise keeps an event queue in the user's cache
 * and sends it to its maker, which would be a network access nobody asked for and a thread inside measured processes.
 * The variable is read when the library is loaded, so nothing else may import it first.
 */
export async function onnxRuntime(): Promise<typeof ort> {
  process.env["ORT_DISABLE_TELEMETRY"] = "1";
  return import("onnxruntime-node");
}
