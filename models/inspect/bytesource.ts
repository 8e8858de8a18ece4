import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { CheckpointError } from "../build/checkpointerror.ts";

/** Random access to a file of any size. Holds a file handle until closed, and one window of it in memory. */
export interface ByteSource {
  path: string;
  /** Bytes in the file. */
  size: number;
  byteAt(position: number): number;
  /** A copy of `length` bytes from `begin` on. */
  bytes(begin: number, length: number): Uint8Array<ArrayBuffer>;
  close(): void;
}

const windowBytes = 65_536;

/**
 * Opens a file for reading here and there. Reads are synchronous: a graph is decoded byte by byte from a warm window, and awaiting
 * each byte would cost more than the decoding.
 */
export function openBytes(path: string): ByteSource {
  const { handle, size } = openFile(path);
  const window = new Uint8Array(windowBytes);
  let [begin, end] = [0, 0];
  const fill = (position: number) => {
    begin = end = position;
    end += readSync(handle, window, 0, windowBytes, position);
    if (end === begin) throw new CheckpointError(`${path} ended at byte ${position} while it was being read`);
  };
  return {
    path,
    size,
    byteAt(position) {
      if (position < begin || position >= end) fill(position);
      return window[position - begin]!;
    },
    bytes(from, length) {
      const copy = new Uint8Array(length);
      for (let done = 0; done < length;) {
        const position = from + done;
        if (position < begin || position >= end) fill(position);
        const part = window.subarray(position - begin, Math.min(end - begin, position - begin + length - done));
        copy.set(part, done);
        done += part.length;
      }
      return copy;
    },
    close: () => closeSync(handle),
  };
}

function openFile(path: string): { handle: number; size: number } {
  let handle: number | undefined;
  try {
    handle = openSync(path, "r");
    const status = fstatSync(handle);
    if (!status.isFile()) throw new CheckpointError(`cannot read ${path} as an ONNX model: it is not a file`);
    return { handle, size: status.size };
  } catch (cause) {
    if (handle !== undefined) closeSync(handle);
    if (cause instanceof CheckpointError) throw cause;
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new CheckpointError(`cannot open ${path} (${code ?? message}); it should be an ONNX model`, { cause });
  }
}
