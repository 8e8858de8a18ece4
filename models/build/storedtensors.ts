import type { CheckpointTensor } from "./checkpoint.ts";
import { blocksSuffix, groupBytes, groupElements, mxfp4Shape, scalesSuffix, unpackMxfp4 } from "./mxfp4.ts";
import type { SafetensorsFile } from "./safetensors.ts";

interface Held {
  file: SafetensorsFile;
  name: string;
}

/** What the files offer by name: their tensors, and in place of each MXFP4 pair X_blocks and X_scales the tensor X. */
export function storedTensors(files: readonly SafetensorsFile[]): Map<string, CheckpointTensor> {
  const held = new Map<string, Held>(
    files.flatMap((file) => [...file.tensors.keys()].map((name) => [name, { file, name }] as const)),
  );
  const offered = new Map([...held].map(([name, { file }]) => [name, single(file, name)]));
  for (const [name, blocks] of held) {
    if (!name.endsWith(blocksSuffix)) continue;
    const stem = name.slice(0, -blocksSuffix.length);
    const scales = held.get(stem + scalesSuffix);
    const tensor = scales && !held.has(stem) && pair(blocks, scales);
    if (!tensor) continue;
    offered.delete(name);
    offered.delete(scales.name);
    offered.set(stem, tensor);
  }
  return offered;
}

function single(file: SafetensorsFile, name: string): CheckpointTensor {
  const { shape, dtype } = file.tensors.get(name)!;
  return { shape, dtype, read: (begin, end) => file.read(name, begin, end) };
}

/** The tensor that blocks and scales make together, if they do. */
function pair(blocks: Held, scales: Held): CheckpointTensor | undefined {
  const [stored, exponents] = [blocks, scales].map(({ file, name }) => file.tensors.get(name)!);
  const shape = mxfp4Shape(stored!.shape, exponents!.shape);
  if (!shape || stored!.dtype !== "U8" || exponents!.dtype !== "U8") return undefined;
  return {
    shape,
    dtype: "MXFP4",
    async read(begin, end) {
      const [first, last] = [Math.floor(begin / groupElements), Math.ceil(end / groupElements)];
      const elements = unpackMxfp4(
        await blocks.file.readBytes(blocks.name, first * groupBytes, last * groupBytes),
        await scales.file.readBytes(scales.name, first, last),
      );
      return elements.subarray(begin - first * groupElements, end - first * groupElements);
    },
  };
}
