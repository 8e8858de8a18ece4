import { type AsyncBuffer, asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { readBytes } from "./bytes.ts";
import { packingOf } from "./format.ts";
import type { Fields, Row } from "./row.ts";

/** Bytes of a Parquet file with nothing in it: its mark at both ends and the length of its metadata. */
const SHORTEST = 12;

/** Rows of a Parquet file; of a file that is not packed as a whole, one row group is in memory at a time. */
export async function* readParquet(file: string): AsyncGenerator<Row> {
  const buffer = await opened(file);
  if (buffer.byteLength < SHORTEST) throw new Error(`${file}: too short to be Parquet; is it whole?`);
  const metadata = await explained(file, parquetMetadataAsync(buffer));
  let start = 0;
  for (const group of metadata.row_groups) {
    const end = start + Number(group.num_rows);
    const reading = parquetReadObjects({ file: buffer, metadata, rowStart: start, rowEnd: end, compressors, parsers });
    for (const [index, row] of (await explained(file, reading)).entries()) {
      yield { fields: plain(row) as Fields, at: `${file}, row ${start + index + 1}` };
    }
    start = end;
  }
}

async function opened(file: string): Promise<AsyncBuffer> {
  if (packingOf(file) === undefined) return asyncBufferFromFile(file);
  const pieces: Uint8Array[] = [];
  for await (const piece of readBytes(file)) pieces.push(piece);
  const whole = Uint8Array.from(Buffer.concat(pieces)).buffer;
  return { byteLength: whole.byteLength, slice: (start, end) => whole.slice(start, end) };
}

async function explained<T>(file: string, reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (cause) {
    throw new Error(`${file}: cannot be read as Parquet: ${(cause as Error).message}; is it whole?`, { cause });
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Bytes that are no text stay bytes, and times read as Python's `str` writes them, which is what lm-eval's templates see. */
const parsers = {
  stringFromBytes(bytes: Uint8Array | undefined): string | Uint8Array | undefined {
    try {
      return bytes && utf8.decode(bytes);
    } catch {
      return bytes;
    }
  },
  dateFromDays: (days: number): string => isoTime(BigInt(days) * 86_400_000_000n).slice(0, 10),
  timestampFromMilliseconds: (time: bigint): string => isoTime(time * 1000n),
  timestampFromMicroseconds: (time: bigint): string => isoTime(time),
  timestampFromNanoseconds: (time: bigint): string => isoTime(time / 1000n),
};

/** `2024-02-29 12:00:00`, with six places behind the seconds where there are any. `time` is in µs since 1970. */
function isoTime(time: bigint): string {
  const micros = ((time % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const text = new Date(Number((time - micros) / 1000n)).toISOString().slice(0, 19).replace("T", " ");
  return micros === 0n ? text : `${text}.${String(micros).padStart(6, "0")}`;
}

/** Lists and structs as arrays and objects, whole numbers as numbers where exact, and null where there is no value. */
function plain(value: unknown): unknown {
  if (value === undefined || value === null) return null;
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (typeof value !== "object" || value instanceof Uint8Array || value instanceof Date) return value;
  if (Array.isArray(value)) return value.map(plain);
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as Iterable<unknown>, plain);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}
