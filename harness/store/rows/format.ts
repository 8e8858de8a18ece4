import path from "node:path";

const FORMATS = {
  ".jsonl": "jsonl",
  ".ndjson": "jsonl",
  ".json": "json",
  ".csv": "csv",
  ".tsv": "tsv",
  ".parquet": "parquet",
  ".txt": "text",
} as const;
const PACKINGS = { ".gz": "gzip", ".zst": "zstd" } as const;

export type DataFormat = (typeof FORMATS)[keyof typeof FORMATS];
export type Packing = (typeof PACKINGS)[keyof typeof PACKINGS];

/** What the extensions of a file's name say about its contents. */
export interface DataName {
  /** The file's name without folder and data extensions. */
  readonly stem: string;
  readonly format: DataFormat;
  /** Absent where the file is stored as it is. */
  readonly packing?: Packing;
}

/** Every extension that is read, for errors. */
export const READABLE = `${Object.keys(FORMATS).join(", ")}, each also with ${Object.keys(PACKINGS).join(" or ")} behind it`;

/** What a file's name says; undefined where it is no data file. */
export function dataName(file: string): DataName | undefined {
  const packing = packingOf(file);
  const bare = packing === undefined ? file : file.slice(0, -path.extname(file).length);
  const extension = path.extname(bare);
  const format = lookUp(FORMATS, extension.toLowerCase());
  if (format === undefined) return undefined;
  const stem = path.basename(bare, extension);
  return packing === undefined ? { stem, format } : { stem, format, packing };
}

/** How a file is packed, by the last extension of its name. */
export function packingOf(file: string): Packing | undefined {
  return lookUp(PACKINGS, path.extname(file).toLowerCase());
}

function lookUp<T extends object>(table: T, key: string): T[keyof T] | undefined {
  return Object.hasOwn(table, key) ? table[key as keyof T] : undefined;
}
