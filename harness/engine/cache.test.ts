import type { InferenceSession, Tensor } from "onnxruntime-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { groupedDecoder, latentDecoder, writeRandomGraph } from "../../models/build/architecture.support.ts";
import { hybridDecoder } from "../../models/build/hybrid.support.ts";
import { type Cache, emptyCache } from "./cache.ts";
import { onnxRuntime } from "./runtime.ts";

type Runtime = Awaited<ReturnType<typeof onnxRuntime>>;
let runtime: Runtime;
let session: InferenceSession;
beforeAll(async () => {
  runtime = await onnxRuntime();
  session = await opened(await writeRandomGraph(groupedDecoder({ heads: 4, kvHeads: 2, headDim: 16 })));
});
afterAll(() => session.release());

const opened = (graph: string) => runtime.InferenceSession.create(graph, { intraOpNumThreads: 1 });

/** Reads the same tokens in every row but for the first of each, which is the row's number. */
async function read(
  cache: Cache,
  tokens: readonly number[],
  within = session,
): Promise<{ logits: number[]; cache: Cache }> {
  const [batch, n, total] = [cache.batch, tokens.length, cache.length + tokens.length];
  const rows = Array.from({ length: batch }, (_, row) => tokens.map((token, i) => (i === 0 ? token + row : token)));
  const integers = (values: readonly number[], shape: readonly number[]) =>
    new runtime.Tensor("int64", BigInt64Array.from(values, BigInt), shape);
  const feeds = {
    ...cache.inputs,
    input_ids: integers(rows.flat(), [batch, n]),
    attention_mask: integers(Array<number>(batch * total).fill(1), [batch, total]),
    position_ids: integers(
      rows.flatMap((row) => row.map((_, i) => cache.length + i)),
      [batch, n],
    ),
    num_logits_to_keep: integers([1], []),
  };
  const outputs = await within.run(feeds, ["logits", ...cache.outputs]);
  return { logits: [...((outputs["logits"] as Tensor).data as Float32Array)], cache: cache.after(outputs, n) };
}

/** One that keeps buffers, and one that is given everything by the graph, which is what happens on other devices. */
const both = (batch: number): [Cache, Cache] => [
  emptyCache({ runtime, session, graph: "graph", device: "cpu" }, { batch }),
  emptyCache({ runtime, session, graph: "graph", device: "webgpu" }, { batch }),
];

describe.each([1, 3])("a cache in buffers, %i rows", (batch) => {
  test("is what the graph would have given, over prompts and single tokens, beyond the room it begins with", async () => {
    let [kept, given] = both(batch);
    expect(kept.outputs).toEqual(["appended"]);
    expect(given.outputs).toHaveLength(4);
    for (const tokens of [[1, 2, 3], [4], ...Array.from({ length: 35 }, (_, i) => [i % 30])]) {
      const [ours, theirs] = [await read(kept, tokens), await read(given, tokens)];
      expect(ours.logits).toEqual(theirs.logits);
      [kept, given] = [ours.cache, theirs.cache];
    }
    expect(kept.length).toBe(39);
  });

  test("stays as it is however a text goes on from it", async () => {
    const [kept, given] = both(batch);
    const ours = (await read(kept, [5, 6, 7])).cache;
    const theirs = (await read(given, [5, 6, 7])).cache;
    const first = (await read(ours, [8])).cache;
    const second = (await read(ours, [10])).cache;
    for (const [cache, tokens] of [
      [ours, []],
      [first, [8]],
      [second, [10]],
    ] as const) {
      const same = tokens.length === 0 ? theirs : (await read(theirs, tokens)).cache;
      expect((await read(cache, [11])).logits).toEqual((await read(same, [11])).logits);
    }
  });
});

test("a cache in buffers takes several tokens at once in any place", async () => {
  let [kept, given] = both(1);
  for (const tokens of [[1, 2, 3], [4, 5], Array.from({ length: 30 }, (_, i) => i), [6], [7, 8, 9]]) {
    const [ours, theirs] = [await read(kept, tokens), await read(given, tokens)];
    expect(ours.logits).toEqual(theirs.logits);
    [kept, given] = [ours.cache, theirs.cache];
  }
});

test("a graph that does not say what it appends gives all of it", async () => {
  const latent = await opened(
    await writeRandomGraph(latentDecoder({ heads: 4, nopeDim: 8, rotaryDim: 8, valueDim: 12, latentDim: 16 })),
  );
  const cache = emptyCache({ runtime, session: latent, graph: "graph", device: "cpu" });
  expect(cache.outputs).toEqual(["present.0.key", "present.1.key"]);
  await latent.release();
});

describe("a graph with convolutions", () => {
  const heads = { heads: 4, kvHeads: 2, headDim: 16 };

  test("keeps buffers of what grows, and fetches what does not", async () => {
    const hybrid = await opened(await writeRandomGraph(hybridDecoder({ second: heads })));
    const empty = (device: "cpu" | "webgpu") => emptyCache({ runtime, session: hybrid, graph: "graph", device });
    let [kept, given] = [empty("cpu"), empty("webgpu")];
    expect(kept.outputs).toEqual(["appended", "present_conv.0"]);
    expect(given.outputs).toEqual(["present.1.key", "present.1.value", "present_conv.0"]);
    for (const tokens of [[1, 2, 3], [4], [5, 6], ...Array.from({ length: 35 }, (_, i) => [i % 30])]) {
      const [ours, theirs] = [await read(kept, tokens, hybrid), await read(given, tokens, hybrid)];
      expect(ours.logits).toEqual(theirs.logits);
      [kept, given] = [ours.cache, theirs.cache];
    }
    await hybrid.release();
  });

  test("says of a text what it says of its parts, and of two ends of one text what it says of each", async () => {
    const hybrid = await opened(await writeRandomGraph(hybridDecoder({ second: heads })));
    const empty = emptyCache({ runtime, session: hybrid, graph: "graph", device: "cpu" });
    const start = (await read(empty, [1, 2, 3], hybrid)).cache;
    for (const end of [[4], [7, 8], [9, 10, 11, 12]]) {
      const { logits: inParts } = await read(start, end, hybrid);
      const { logits: whole } = await read(empty, [1, 2, 3, ...end], hybrid);
      for (const [at, logit] of whole.entries()) expect(inParts[at]).toBeCloseTo(logit, 4);
    }
    await hybrid.release();
  });

  test("needs no attention", async () => {
    const convolutions = await opened(await writeRandomGraph(hybridDecoder()));
    const cache = emptyCache({ runtime, session: convolutions, graph: "graph", device: "cpu" });
    expect(cache.outputs).toEqual(["present_conv.0", "present_conv.1"]);
    const { logits, cache: after } = await read(cache, [1, 2], convolutions);
    expect((await read(after, [3], convolutions)).logits).not.toEqual(logits);
    await convolutions.release();
  });
});
