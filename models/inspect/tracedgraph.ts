import { dirname, resolve } from "node:path";
import type { InferenceSession } from "onnxruntime-node";
import { CheckpointError } from "../build/checkpointerror.ts";
import { graphFields, modelGraphField } from "../build/onnx.ts";
import { bytesField, concatenate, fieldOpening } from "../build/protobuf.ts";
import { openBytes } from "./bytesource.ts";
import type { Program } from "./program.ts";
import { fields, startReading } from "./wire.ts";

/** A graph in memory, and what a session needs to know to find weights that are stored beside the file it came from. */
export interface TracedGraph {
  bytes: Uint8Array;
  options: InferenceSession.SessionOptions;
}

/** Protocol Buffers messages end at 2 GiB, so no runtime loads a larger graph file. */
const fileBytesMax = 2 ** 31;

/**
 * The graph at `path` with the values `names` as additional outputs. Its own bytes stay as they are, but for the length of the graph.
 * It is handed to ONNX Runtime in memory, since a copy elsewhere could not refer to weights here: external data outside the graph's
 * folder is refused, links to it as well.
 */
export function tracedGraph(path: string, program: Program, names: readonly string[]): TracedGraph {
  const existing = new Set(program.outputs.map(({ name }) => name));
  // Outputs without a type: ONNX Runtime infers it.
  const added = concatenate(
    names.filter((name) => !existing.has(name)).map((name) => bytesField(graphFields.output, bytesField(1, name))),
  );
  const source = openBytes(path);
  try {
    if (source.size > fileBytesMax)
      throw new CheckpointError(`cannot trace ${path}: a graph file of ${source.size} bytes cannot be loaded`);
    let opening = 0;
    for (const field of fields(startReading(source), { begin: 0, end: source.size })) {
      if (field.number === modelGraphField) {
        const length = field.end - field.begin;
        const bytes = concatenate([
          source.bytes(0, opening),
          fieldOpening(modelGraphField, length + added.byteLength),
          source.bytes(field.begin, length),
          added,
          source.bytes(field.end, source.size - field.end),
        ]);
        return { bytes, options: { extra: { session: { [externalFolderKey]: dirname(resolve(path)) } } } };
      }
      opening = field.end;
    }
    throw new CheckpointError(`${path} has no graph`);
  } finally {
    source.close();
  }
}

/** `onnxruntime_session_options_config_keys.h`: where the external data of a model loaded from memory is. */
const externalFolderKey = "model_external_initializers_file_folder_path";
