import { constantValues, isHandedOn, loopOps, type Program } from "./program.ts";

/** Where the activations of a matrix come from. */
export interface Source {
  /** The value before rows were picked and shapes changed. */
  value: string;
  /** Value that picks the rows while the graph runs; absent where all rows are taken. */
  rowsBy?: string;
}

const copies: ReadonlySet<string> = new Set(["Expand", "Tile", "Transpose", "DynamicQuantizeLinear", loopOps.carried]);
/** Operators that pick rows, and the place of the input that says which; `Split` by lengths cuts rows that were sorted. */
const picks: Readonly<Record<string, number>> = { Gather: 1, GatherND: 1, GatherElements: 1, Compress: 1, Split: 1 };
const stepsMax = 24;

/** Goes back from the activations of a matrix, past changes of shape and the picking of rows. */
export function sourceOf(program: Program, activation: string): Source {
  let source: Source = { value: activation };
  for (let steps = 0; steps < stepsMax; steps++) {
    const node = program.producers.get(source.value);
    const before = node?.inputs[0];
    if (!node || !before) break;
    const place = picks[node.op];
    if (place !== undefined) {
      const rows = node.inputs[place] ?? "";
      if (rows === "" || constantValues(program, rows) !== undefined) break;
      source = { value: before, rowsBy: rows };
    } else if (isHandedOn(node) || copies.has(node.op)) source = { ...source, value: before };
    else break;
  }
  return source;
}
