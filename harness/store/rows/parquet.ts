import {
  type AsyncBuffer,
  asyncBufferFromFile,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
  type SchemaTree,
} from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { isListLike, isMapLike } from "hyparquet/src/schema.js";
import { readBytes } from "./bytes.ts";
import { packingOf } from "./format.ts";
import { floatField, integerField } from "./number.ts";
import type { Fields, Row } from "./row.ts";

/** Bytes of a Parquet file with nothing in it: its mark at both ends and the length of its metadata. */
const SHORTEST = 12;

/** Rows of a Parquet file; of a file that is not packed as a whole, one row group is in memory at a time. */
export async function* readParquet(file: string): AsyncGenerator<Row> {
  const buffer = await opened(file);
  if (buffer.byteLength < SHORTEST) throw new Error(`${file}: too short to be Parquet; is it whole?`);
  const metadata = await explained(file, parquetMetadataAsync(buffer));
  const schema = parquetSchema(metadata);
  let start = 0;
  for (const group of metadata.row_groups) {
    const end = start + Number(group.num_rows);
    const reading = parquetReadObjects({ file: buffer, metadata, rowStart: start, rowEnd: end, compressors, parsers });
    for (const [index, row] of (await explained(file, reading)).entries()) {
      yield { fields: plain(row, schema) as Fields, at: `${file}, row ${start + index + 1}` };
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

/** Lists and structs as arrays and objects, numbers as a row holds them, and null where there is no value. */
function plain(value: unknown, schema: SchemaTree | undefined): unknown {
  if (value === undefined || value === null) return null;
  if (typeof value === "bigint") return integerField(value);
  if (typeof value === "number") return numberField(value, schema);
  if (typeof value !== "object" || value instanceof Uint8Array || value instanceof Date) return value;
  if (Array.isArray(value) || ArrayBuffer.isView(value)) {
    const items = itemsIn(schema);
    return Array.from(value as Iterable<unknown>, (item) => plain(item, items));
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item, memberOf(schema, key))]));
}

function numberField(value: number, schema: SchemaTree | undefined): unknown {
  if (schema === undefined) return value;
  const { type, converted_type, logical_type, scale = 0 } = schema.element;
  // Python's Decimal prints every place that its column has, and `hyparquet` gives 19.990000000000002 for 19.99.
  if (converted_type === "DECIMAL") return value.toFixed(scale);
  return type === "DOUBLE" || type === "FLOAT" || logical_type?.type === "FLOAT16" ? floatField(value) : value;
}

/** What the items of a list are; `hyparquet` leaves out the group between them and the list. A repeated column is its own. */
function itemsIn(schema: SchemaTree | undefined): SchemaTree | undefined {
  if (schema === undefined || !isListLike(schema)) return schema;
  const [group] = schema.children;
  return group?.children.length === 1 ? group.children[0] : group;
}

/** What a struct holds under a name, or a map under any key. */
function memberOf(schema: SchemaTree | undefined, name: string): SchemaTree | undefined {
  if (schema === undefined) return undefined;
  if (isMapLike(schema)) return schema.children[0]?.children[1];
  return schema.children.find(({ element }) => element.name === name);
}
