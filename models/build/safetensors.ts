/**
 * Reads one safetensors file: eight bytes of header length, a JSON header, then the tensors' bytes.
 * Format: https://huggingface.co/docs/safetensors (the rules on holes and overlaps are those of its reference reader).
 */
import { open, stat, type FileHandle } from "node:fs/promises";
import { z } from "zod";
import { CheckpointError } from "./checkpointerror.ts";
import { bytesPerElement, isDtype, isFloat, toFloat32, type Dtype } from "./dtype.ts";

/** A tensor as the header states it; `begin` and `end` are byte positions in the file. */
export interface StoredTensor {
  dtype: Dtype;
  shape: readonly number[];
  begin: number;
  end: number;
}

/** An open file with a header known to be true to it. */
export interface SafetensorsFile {
  path: string;
  tensors: ReadonlyMap<string, StoredTensor>;
  /** Elements `begin` up to, not including, `end` of the named tensor in row-major order, as float32. */
  read(name: string, begin: number, end: number): Promise<Float32Array>;
  /** The same of a tensor of bytes (U8), as they are. */
  readBytes(name: string, begin: number, end: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

const lengthBytes = 8;
/** The reference reader's limit; a larger header is a sign of a file that is something else. */
const headerBytesMax = 100_000_000;
/** Node refuses a single read of 2 GiB or more. */
const readBytesMax = 2 ** 30;

const count = z.int().nonnegative();
const tensorSchema = z.object({ dtype: z.string(), shape: z.array(count), data_offsets: z.tuple([count, count]) });
const headerSchema = z
  .looseObject({ __metadata__: z.unknown().optional() })
  .transform(({ __metadata__, ...tensors }) => tensors)
  .pipe(z.record(z.string(), tensorSchema));

export async function openSafetensors(path: string): Promise<SafetensorsFile> {
  const unreadable = (cause: NodeJS.ErrnoException) => {
    throw new CheckpointError(`cannot open ${path} (${cause.code ?? cause.message}); it should hold the weights`, {
      cause,
    });
  };
  // Opening a pipe would wait for whoever writes to it.
  if (!(await stat(path).catch(unreadable)).isFile())
    throw new CheckpointError(`cannot open ${path}: it is not a file`);
  const file = await open(path).catch(unreadable);
  try {
    const tensors = await readHeader(file, path);
    return {
      path,
      tensors,
      async read(name, begin, end) {
        const { dtype, bytes } = await readElements(file, path, name, tensors.get(name), { begin, end });
        if (isFloat(dtype)) return toFloat32(dtype, bytes);
        throw new CheckpointError(
          `cannot use tensor "${name}" of ${path} as weights: its dtype is ${dtype}; weights may be F32, F16, BF16 or F64`,
        );
      },
      async readBytes(name, begin, end) {
        const { dtype, bytes } = await readElements(file, path, name, tensors.get(name), { begin, end });
        if (dtype === "U8") return bytes;
        throw new CheckpointError(`cannot use tensor "${name}" of ${path} as bytes: its dtype is ${dtype}, not U8`);
      },
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function readHeader(file: FileHandle, path: string): Promise<Map<string, StoredTensor>> {
  const { size } = await file.stat();
  if (size < lengthBytes) throw damaged(path, `is ${size} bytes long and so has no header`);
  const length = Number(new DataView((await readBytes(file, path, 0, lengthBytes)).buffer).getBigUint64(0, true));
  if (length > headerBytesMax) throw damaged(path, `says its header is ${length} bytes long, more than any real one`);
  if (lengthBytes + length > size) {
    throw damaged(path, `says its header is ${length} bytes long, but only ${size - lengthBytes} bytes follow`);
  }
  const header = parseHeader(await readBytes(file, path, lengthBytes, length), path);
  const tensors = new Map<string, StoredTensor>();
  for (const [name, { dtype, shape, data_offsets }] of Object.entries(header)) {
    if (!isDtype(dtype)) {
      throw new CheckpointError(
        `${path} gives tensor "${name}" the dtype "${dtype}", none of ${Object.keys(bytesPerElement).join(", ")}; it cannot be read`,
      );
    }
    const [begin, end] = data_offsets.map((offset) => lengthBytes + length + offset) as [number, number];
    const bytes = shape.reduce((product, dimension) => product * dimension, bytesPerElement[dtype]);
    if (end > size) throw damaged(path, `places tensor "${name}" up to byte ${end}, beyond its end at ${size}`);
    if (end - begin !== bytes) {
      throw damaged(
        path,
        `gives tensor "${name}" ${end - begin} bytes, but ${dtype} [${shape.join(", ")}] takes ${bytes}`,
      );
    }
    tensors.set(name, { dtype, shape, begin, end });
  }
  refuseHolesAndOverlaps(tensors, path, lengthBytes + length, size);
  return tensors;
}

function parseHeader(bytes: Uint8Array, path: string): z.infer<typeof headerSchema> {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw damaged(path, `has a header that is not JSON (${(cause as Error).message})`);
  }
  const parsed = headerSchema.safeParse(header);
  if (parsed.success) return parsed.data;
  const { path: where, message } = parsed.error.issues[0]!;
  throw damaged(path, `has a malformed header at "${where.join(".")}" (${message})`);
}

function refuseHolesAndOverlaps(
  tensors: Map<string, StoredTensor>,
  path: string,
  dataBegin: number,
  size: number,
): void {
  let before = { name: "the header", end: dataBegin };
  for (const [name, { begin, end }] of [...tensors].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end)) {
    if (begin < before.end) throw damaged(path, `lets tensor "${name}" overlap ${before.name}`);
    if (begin > before.end) throw damaged(path, `has ${begin - before.end} unexplained bytes before tensor "${name}"`);
    before = { name: `tensor "${name}"`, end };
  }
  if (before.end < size) throw damaged(path, `has ${size - before.end} unexplained bytes after ${before.name}`);
}

async function readElements(
  file: FileHandle,
  path: string,
  name: string,
  stored: StoredTensor | undefined,
  range: { begin: number; end: number },
): Promise<{ dtype: Dtype; bytes: Uint8Array }> {
  if (!stored) throw new CheckpointError(`there is no tensor "${name}" in ${path}`);
  const { dtype, shape } = stored;
  const [begin, end] = [range.begin * bytesPerElement[dtype], range.end * bytesPerElement[dtype]];
  if (begin < 0 || end < begin || stored.begin + end > stored.end) {
    throw new RangeError(`tensor "${name}" [${shape.join(", ")}] has no elements ${range.begin} to ${range.end}`);
  }
  return { dtype, bytes: await readBytes(file, path, stored.begin + begin, end - begin) };
}

async function readBytes(file: FileHandle, path: string, position: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(bytes, done, Math.min(length - done, readBytesMax), position + done);
    if (bytesRead === 0) throw damaged(path, `ended at byte ${position + done} while it was being read`);
    done += bytesRead;
  }
  return bytes;
}

function damaged(path: string, what: string): CheckpointError {
  return new CheckpointError(`${path} ${what}; the file is damaged or was not fully downloaded: fetch it again`);
}
