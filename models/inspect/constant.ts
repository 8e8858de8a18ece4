import type { OnnxAttribute, OnnxTensor } from "./onnxmodel.ts";
import { bytesOf, type ElementType } from "./elementtype.ts";

/** The tensor that a `Constant` node holds, in whichever of its attributes; undefined for strings and sparse tensors. */
export function constantTensor(name: string, attributes: ReadonlyMap<string, OnnxAttribute>): OnnxTensor | undefined {
  for (const [key, value] of attributes) {
    if (key === "value" && "tensor" in value) return { ...value.tensor, name };
    if ("int" in value) return listed(name, "int64", [], [value.int]);
    if ("float" in value) return listed(name, "float32", [], [value.float]);
    if ("ints" in value) return listed(name, "int64", [value.ints.length], value.ints);
    if ("floats" in value) return listed(name, "float32", [value.floats.length], value.floats);
  }
  return undefined;
}

function listed(name: string, type: ElementType, shape: readonly number[], values: readonly number[]): OnnxTensor {
  return { name, type, shape, elements: values.length, bytes: bytesOf(type, values.length), place: "inside", values };
}
