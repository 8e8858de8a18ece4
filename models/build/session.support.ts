/** Runs a graph with its cache, as an engine would, for tests. */
import { InferenceSession, Tensor } from "onnxruntime-node";

export interface GraphReading {
  /**
   * Feeds the next tokens of every row and returns the logits [row][token][vocab]: of the last `keep` tokens, or of all. Rows of
   * the first call may be padded on the right, `lengths` being their tokens without padding.
   */
  next(rows: readonly (readonly number[])[], options?: NextOptions): Promise<Float32Array[][]>;
  close(): Promise<void>;
}

export interface NextOptions {
  lengths?: readonly number[];
  keep?: number;
}

export async function openGraph(path: string): Promise<GraphReading> {
  const session = await InferenceSession.create(path, { intraOpNumThreads: 1, interOpNumThreads: 1 });
  const cacheInputs = session.inputMetadata.filter((input) => input.name.startsWith("past_"));
  const keepsLogits = session.inputNames.includes("num_logits_to_keep");
  let past: Record<string, Tensor> = {};
  let masks: number[][] = [];
  return {
    async next(rows, { lengths, keep = 0 } = {}) {
      const [batch, length] = [rows.length, rows[0]!.length];
      if (masks.length === 0) {
        masks = rows.map(() => []);
        for (const input of cacheInputs) past[input.name] = emptyCache(input, batch);
      }
      const starts = masks.map((mask) => mask.filter((one) => one === 1).length);
      masks = masks.map((mask, row) => [
        ...mask,
        ...rows[row]!.map((_, i) => (i < (lengths?.[row] ?? length) ? 1 : 0)),
      ]);
      const outputs = await session.run({
        input_ids: integers(rows),
        attention_mask: integers(masks),
        position_ids: integers(rows.map((row, at) => row.map((_, i) => starts[at]! + i))),
        ...(keepsLogits && { num_logits_to_keep: new Tensor("int64", BigInt64Array.of(BigInt(keep)), []) }),
        ...past,
      });
      past = Object.fromEntries(
        cacheInputs.map(({ name }) => [name, outputs[name.replace(/^past(_key_values)?/, "present")] as Tensor]),
      );
      return rowsOf(outputs["logits"] as Tensor);
    },
    close: () => session.release(),
  };
}

/** A cache of no tokens for one `past_key_values` or `past_conv` input; lengths are read off its declared shape. */
function emptyCache(input: InferenceSession.ValueMetadata, batch: number): Tensor {
  const shape = input.isTensor ? input.shape : [];
  if (input.name.startsWith("past_conv.")) {
    const [positions, width] = shape.slice(1).map(Number) as [number, number];
    return new Tensor("float32", new Float32Array(batch * positions * width), [batch, positions, width]);
  }
  return new Tensor("float32", new Float32Array(0), [batch, Number(shape[1]), 0, Number(shape[3])]);
}

function integers(rows: readonly (readonly number[])[]): Tensor {
  return new Tensor("int64", BigInt64Array.from(rows.flat(), BigInt), [rows.length, rows[0]!.length]);
}

function rowsOf(logits: Tensor): Float32Array[][] {
  const data = logits.data as Float32Array;
  const [batch, length, vocab] = logits.dims as [number, number, number];
  const at = (row: number, token: number) => {
    const begin = (row * length + token) * vocab;
    return data.subarray(begin, begin + vocab);
  };
  return [...Array(batch).keys()].map((row) => [...Array(length).keys()].map((token) => at(row, token)));
}

/** The index of the largest logit. */
export function greedy(logits: ArrayLike<number>): number {
  let best = 0;
  for (let token = 1; token < logits.length; token++) if (logits[token]! > logits[best]!) best = token;
  return best;
}

/** The largest absolute difference of two lists of equal length. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new RangeError(`lists of ${a.length} and ${b.length} elements cannot be compared`);
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i]! - b[i]!);
    // NaN compares false with everything, so it must not be able to slip through as a small difference.
    if (!(difference <= largest)) largest = difference;
  }
  return largest;
}
