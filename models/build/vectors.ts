/** Arithmetic of the reference: plain float64 arrays. */
import type { View } from "./architecture.ts";

export type Vector = number[];

/** Row-major elements of a view that has been read. */
export type Elements = (view: View) => Float32Array;

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

export function add(a: Vector, b: Vector): Vector {
  return a.map((value, i) => value + b[i]!);
}

export function times(x: Vector, factor: number): Vector {
  return x.map((value) => value * factor);
}

export function dot(a: Vector, b: Vector): number {
  return sum(a.map((value, i) => value * b[i]!));
}

export function sigmoid(value: number): number {
  return 1 / (1 + Math.exp(-value));
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}

export function softmax(x: Vector): Vector {
  const largest = Math.max(...x);
  const powers = x.map((value) => Math.exp(value - largest));
  const total = sum(powers);
  return powers.map((value) => value / total);
}

/** The sum of vectors, each multiplied by its weight. */
export function mixture(weights: Vector, vectors: readonly Vector[]): Vector {
  return vectors.map((vector, i) => times(vector, weights[i]!)).reduce(add);
}

/** `x` in `parts` pieces of equal length. */
export function split(x: Vector, parts: number): Vector[] {
  const length = x.length / parts;
  return Array.from({ length: parts }, (_, part) => x.slice(part * length, (part + 1) * length));
}
