import path from "node:path";
import { type Claim, isDeclared, type Side } from "../claim.ts";
import type { Cell } from "../run.ts";

/** What a claim asks of a run's cells, of one side on one task. */
export type WantedCell = Omit<Cell, "key" | "batch" | "lowering" | "layers" | "precision"> & {
  readonly precision: string;
  readonly lowering: string;
};

/** The cells that a claim needs, candidate and baseline of each of its pairs on each of its tasks. None of what is only priced or declared. */
export function wantedCells(claim: Claim): WantedCell[] {
  if (claim.expect.every(({ ratio }) => isDeclared(ratio))) return [];
  return claim.pairs.flatMap(({ candidate, baseline }) =>
    [candidate, baseline].flatMap((side) => claim.tasks.flatMap((task) => wantedOf(side, task, claim) ?? [])),
  );
}

/** Absent of what is not asked anything. */
export function wantedOf(side: Side, task: string, { settings }: Pick<Claim, "settings">): WantedCell | undefined {
  if (!("model" in side)) return undefined;
  const { model, ...own } = side;
  const {
    device = "cpu",
    threads = 1,
    precision = "fp32",
    lowering = "auto",
    solver = "direct",
    weights = "stored",
  } = { ...settings, ...own };
  // Folders are known by their names.
  const [name, asked] = [path.basename(path.resolve(model)), path.basename(path.resolve(task)).replace(/\.ya?ml$/, "")];
  return { model: name, task: asked, device, threads, precision, lowering, solver, weights };
}

/** A graph from elsewhere keeps its precision, a dense model has no lowering, and what `auto` stands for the machine decides. */
export function isWanted(
  wanted: WantedCell,
  cell: Omit<Cell, "lowering"> & { readonly lowering?: string | undefined },
): boolean {
  const settings = ["model", "task", "device", "threads", "solver", "weights"] as const;
  return (
    settings.every((setting) => wanted[setting] === cell[setting]) &&
    [wanted.precision, "exported", "none"].includes(cell.precision) &&
    (cell.lowering === undefined || wanted.lowering === "auto" || [wanted.lowering, "auto"].includes(cell.lowering))
  );
}
