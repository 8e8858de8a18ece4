import type * as ort from "onnxruntime-node";
import type { Device } from "../run.ts";

/**
 * Variables that decide how fast a process computes, and what they are unless the user has set them himself.
 *
 * - `ORT_USE_MLAS_Q4_GEMM_MOE` is read by ONNX Runtime when it is loaded. Without it the processor's `QMoE` in 4 bits unpacks the
 *   experts' weights at every step, and is 10 to 15 times slower (onnxruntime 1.30).
 * - `GLIBC_TUNABLES` is read when a process starts, so it takes a process of its own. With `glibc.malloc.hugetlb=1` (glibc 2.35) large
 *   allocations are asked for in pages of 2 MB where Linux offers them (`transparent_hugepage/enabled` at `madvise`, its usual
 *   setting): every token streams through all weights, and in pages of 4 kB looking up their addresses is 7 to 9 % of a small
 *   model's decode in 4 bits. Nothing but glibc reads it.
 */
const COMPUTING = { ORT_USE_MLAS_Q4_GEMM_MOE: "1", GLIBC_TUNABLES: "glibc.malloc.hugetlb=1" } as const;

/** Those variables as they stand: for the environment of a process that computes, and for the record of a run. */
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

/** Opens a graph as everything here is measured: `threads` inside one operator, operators one after another, all optimisations. */
export async function openSession(
  graph: string,
  { device, threads }: { readonly device: Device; readonly threads: number },
): Promise<ort.InferenceSession> {
  const { InferenceSession } = await onnxRuntime();
  return InferenceSession.create(graph, {
    executionProviders: [device],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: "sequential",
    graphOptimizationLevel: "all",
    logSeverityLevel: 3,
  });
}
