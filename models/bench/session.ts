/** A graph with a key-value cache on ONNX Runtime, opened and fed as the harness's engine does it. */
import type * as ort from "onnxruntime-node";
import type { InferenceSession, Tensor } from "onnxruntime-node";
import { type Cache, emptyCache } from "../../harness/engine/cache.ts";
import { onnxRuntime, openSession as open } from "../../harness/engine/runtime.ts";

export interface Session {
  /** A cache of no tokens. */
  empty(batch: number): Cache;
  /** Reads token ids [batch, n] after those of `cache`, which stays as it is; returns the longer cache. */
  read(tokens: Uint32Array, cache: Cache): Promise<Cache>;
  close(): Promise<void>;
}

type Ort = typeof ort;

export async function openSession(graph: string, threads: number): Promise<Session> {
  const runtime = await onnxRuntime();
  const device = "cpu";
  const session = await open(graph, { device, threads });
  return {
    empty: (batch) => emptyCache({ runtime, session, graph, device }, { batch }),
    read: (tokens, cache) => read(runtime, session, tokens, cache),
    close: () => session.release(),
  };
}

async function read(runtime: Ort, session: InferenceSession, tokens: Uint32Array, cache: Cache): Promise<Cache> {
  const { batch, length: past } = cache;
  const n = tokens.length / batch;
  const integers = (values: BigInt64Array, length: number): Tensor =>
    new runtime.Tensor("int64", values, [batch, length]);
  const positions = (): BigInt64Array => BigInt64Array.from(tokens, (_, i) => BigInt(past + (i % n)));
  const feeds = {
    ...cache.inputs,
    input_ids: integers(BigInt64Array.from(tokens, BigInt), n),
    attention_mask: integers(new BigInt64Array(batch * (past + n)).fill(1n), past + n),
    ...(session.inputNames.includes("position_ids") && { position_ids: integers(positions(), n) }),
    // Logits of the last token alone, as everybody asks for them.
    ...(session.inputNames.includes("num_logits_to_keep") && {
      num_logits_to_keep: new runtime.Tensor("int64", BigInt64Array.of(1n), []),
    }),
  };
  return cache.after(await session.run(feeds, ["logits", ...cache.outputs]), n);
}
