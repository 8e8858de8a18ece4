import { createReadStream } from "node:fs";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import { Decompress } from "fzstd";
import { packingOf } from "./format.ts";

/** The contents of a file piece by piece, unpacked where its name ends in .gz or .zst. */
export async function* readBytes(file: string): AsyncGenerator<Uint8Array> {
  const packing = packingOf(file);
  const stored = createReadStream(file);
  if (packing === undefined) return yield* stored as AsyncIterable<Uint8Array>;
  try {
    // A failure of either stream is thrown by the loop over the last one.
    yield* packing === "gzip"
      ? (pipeline(stored, createGunzip(), () => {}) as AsyncIterable<Uint8Array>)
      : unzstd(stored);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).syscall !== undefined) throw cause;
    const problem = (cause as Error).message;
    throw new Error(`${file}: cannot be unpacked as ${packing}: ${problem}; is it whole, and named for what it is?`, {
      cause,
    });
  }
}

async function* unzstd(stored: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let unpacked: Uint8Array[] = [];
  const unpacker = new Decompress((piece) => unpacked.push(piece));
  let isEmpty = true;
  for await (const piece of stored) {
    isEmpty = false;
    unpacker.push(piece);
    yield* unpacked;
    unpacked = [];
  }
  if (isEmpty) throw new Error("unexpected EOF");
  // Only the end tells a truncated file from one that goes on.
  unpacker.push(new Uint8Array(0), true);
  yield* unpacked;
}
