/** Streams a graph to disk: never more than one piece of one tensor is in memory. */
import { open, type FileHandle } from "node:fs/promises";
import { basename, join } from "node:path";
import { storedBytes, type Graph, type Initializer } from "./graph.ts";
import {
  graphFields,
  modelFields,
  modelGraphField,
  nodeMessage,
  tensorFields,
  tensorRawDataField,
  valueInfoMessage,
  type ExternalPlace,
} from "./onnx.ts";
import { bytesField, concatenate, fieldOpening, type Encoded } from "./protobuf.ts";

/** ONNX 1.16's operators, which ONNX Runtime reads from 1.18 on; the attention and norm operators come from its own set. */
const opsets = { "": 21, "com.microsoft": 1 };

/** Protocol Buffers messages end at 2 GiB; from here on weights go to a file beside the graph. */
const insideBytesMax = 2 ** 30;
/** Tensors smaller than this stay in the graph, where shape inference can see them. */
const externalBytesMin = 1024;
/** Lets ONNX Runtime map a tensor into memory instead of copying it: pages begin at multiples of this on every usual system. */
const alignment = 4096;

/** The graph's file name in its folder. */
export const graphFile = "model.onnx";

export interface WriteOptions {
  producerVersion: string;
  /** Total bytes of initializers above which they are written beside the graph; 1 GiB if not given. */
  insideBytesMax?: number;
  /** Called after each piece of weights, with the bytes so far and in all. */
  onWritten?: (bytes: number, total: number) => void;
}

/** Writes `graphFile`, and `model.onnx.data` for big graphs, into an existing folder; both are on disk when it returns. */
export async function writeGraph(graph: Graph, folder: string, options: WriteOptions): Promise<string> {
  const path = join(folder, graphFile);
  const total = storedBytes(graph);
  let written = 0;
  const onPiece = (bytes: number) => options.onWritten?.((written += bytes), total);
  const places =
    total > (options.insideBytesMax ?? insideBytesMax)
      ? await writeBeside(graph, `${path}.data`, onPiece)
      : new Map<string, ExternalPlace>();
  await writing(path, async (file) => {
    const inside = graph.initializers.filter(({ name }) => !places.has(name));
    const rest = everythingElse(graph, places);
    // A message begins with its length, so the opening of every tensor is made before the first is written.
    const openings = inside.map(tensorOpening);
    const graphBytes = inside.reduce(
      (sum, { byteLength }, at) => sum + openings[at]!.byteLength + byteLength,
      rest.byteLength,
    );
    await file.writeFile(
      concatenate([...modelFields(opsets, options.producerVersion), fieldOpening(modelGraphField, graphBytes), rest]),
    );
    for (const [at, tensor] of inside.entries()) {
      await file.writeFile(openings[at]!);
      await writePieces(file, tensor, onPiece);
    }
  });
  return path;
}

/** The fields of a `GraphProto` but for the tensors whose data is inside the file. */
function everythingElse(graph: Graph, places: ReadonlyMap<string, ExternalPlace>): Encoded {
  return concatenate([
    ...graph.nodes.map((node) => bytesField(graphFields.node, nodeMessage(node))),
    bytesField(graphFields.name, "decoder"),
    ...graph.inputs.map((input) => bytesField(graphFields.input, valueInfoMessage(input))),
    ...graph.outputs.map((output) => bytesField(graphFields.output, valueInfoMessage(output))),
    ...graph.initializers
      .filter(({ name }) => places.has(name))
      .map((tensor) => bytesField(graphFields.initializer, tensorFields(tensor, places.get(tensor.name)))),
  ]);
}

/** All of a tensor's message that comes before its data. */
function tensorOpening(tensor: Initializer): Encoded {
  const fields = concatenate([...tensorFields(tensor), fieldOpening(tensorRawDataField, tensor.byteLength)]);
  return concatenate([fieldOpening(graphFields.initializer, fields.byteLength + tensor.byteLength), fields]);
}

/** Writes the large initializers one after another and returns where each went, by name. */
async function writeBeside(
  graph: Graph,
  path: string,
  onPiece: (bytes: number) => void,
): Promise<Map<string, ExternalPlace>> {
  const places = new Map<string, ExternalPlace>();
  await writing(path, async (file) => {
    let end = 0;
    for (const tensor of graph.initializers.filter(({ byteLength }) => byteLength >= externalBytesMin)) {
      const offset = Math.ceil(end / alignment) * alignment;
      await file.writeFile(new Uint8Array(offset - end));
      await writePieces(file, tensor, onPiece);
      end = offset + tensor.byteLength;
      places.set(tensor.name, { location: basename(path), offset, length: tensor.byteLength });
    }
  });
  return places;
}

async function writePieces(file: FileHandle, tensor: Initializer, onPiece: (bytes: number) => void): Promise<void> {
  let written = 0;
  for await (const piece of tensor.pieces()) {
    await file.writeFile(new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength));
    written += piece.byteLength;
    onPiece(piece.byteLength);
  }
  if (written !== tensor.byteLength) {
    throw new RangeError(
      `tensor "${tensor.name}" [${tensor.shape.join(", ")}] takes ${tensor.byteLength} bytes, but ${written} were produced`,
    );
  }
}

async function writing(path: string, write: (file: FileHandle) => Promise<void>): Promise<void> {
  const file = await open(path, "wx");
  try {
    await write(file);
    await file.sync();
  } finally {
    await file.close();
  }
}
