/** Views into stored tensors: how they are made, which elements they touch, and where the elements come from. */
import type { Tensor, View } from "./architecture.ts";

/** Where weights come from: a checkpoint's files, or whatever else can produce the elements of a view. */
export interface Weights {
  /** Row-major float32 elements of the view. Only the elements from its first to its last are fetched, not the whole tensor. */
  read(view: View): Promise<Float32Array>;
}

/** All of a tensor, as it is stored. */
export function whole(tensor: Tensor): View {
  return { tensor, shape: tensor.shape, offset: 0, strides: rowMajorStrides(tensor.shape) };
}

/** What lies at `index` of the first axis, without that axis: an expert of a packed tensor. */
export function at(view: View, index: number): View {
  const { tensor, shape, offset, strides } = view;
  return { tensor, shape: shape.slice(1), offset: offset + index * strides[0]!, strides: strides.slice(1) };
}

/** Of the first axis the indices `from`, `from + step`, ..., `count` of them: some rows of a matrix, or every second one. */
export function slice(view: View, { from, count, step = 1 }: { from: number; count: number; step?: number }): View {
  const { tensor, shape, offset, strides } = view;
  return {
    tensor,
    shape: [count, ...shape.slice(1)],
    offset: offset + from * strides[0]!,
    strides: [strides[0]! * step, ...strides.slice(1)],
  };
}

/** The view with the order of its axes reversed: a matrix stored as [in, out] as [out, in]. */
export function transposed({ tensor, shape, offset, strides }: View): View {
  return { tensor, shape: [...shape].reverse(), offset, strides: [...strides].reverse() };
}

/** How many elements something of this shape has. */
export function elementCount({ shape }: { shape: readonly number[] }): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** The stored elements from the view's first to its last: `begin` up to, not including, `end`. */
export function spanOf(view: View): { begin: number; end: number } {
  const { shape, offset, strides } = view;
  if (elementCount(view) === 0) return { begin: offset, end: offset };
  return { begin: offset, end: shape.reduce((last, length, axis) => last + (length - 1) * strides[axis]!, offset) + 1 };
}

/** Row-major elements of the view, from the stored elements of its span; the span itself where they lie so already. */
export function gather(view: View, span: Float32Array): Float32Array {
  const { shape, strides } = view;
  const rowMajor = rowMajorStrides(shape);
  if (strides.every((stride, axis) => shape[axis] === 1 || stride === rowMajor[axis])) return span;
  const elements = new Float32Array(elementCount(view));
  gatherInto(elements, 0, span, 0, shape, strides);
  return elements;
}

function gatherInto(
  target: Float32Array,
  to: number,
  source: Float32Array,
  from: number,
  shape: readonly number[],
  strides: readonly number[],
): void {
  if (shape.length > 2) {
    const each = elementCount({ shape: shape.slice(1) });
    for (let i = 0; i < shape[0]!; i++) {
      gatherInto(target, to + i * each, source, from + i * strides[0]!, shape.slice(1), strides.slice(1));
    }
    return;
  }
  const [rows, columns] = shape.length === 2 ? (shape as [number, number]) : [1, shape[0]!];
  const [rowStride, columnStride] = shape.length === 2 ? (strides as [number, number]) : [0, strides[0]!];
  // Tiles keep both the strided reads and the writes within the cache.
  const tile = 32;
  for (let top = 0; top < rows; top += tile) {
    for (let left = 0; left < columns; left += tile) {
      const [bottom, right] = [Math.min(top + tile, rows), Math.min(left + tile, columns)];
      for (let row = top; row < bottom; row++) {
        for (let column = left; column < right; column++) {
          target[to + row * columns + column] = source[from + row * rowStride + column * columnStride]!;
        }
      }
    }
  }
}

function rowMajorStrides(shape: readonly number[]): number[] {
  return shape.map((_, axis) => elementCount({ shape: shape.slice(axis + 1) }));
}
