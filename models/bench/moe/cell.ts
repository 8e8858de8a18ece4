/** What is measured of every contestant: a phase at a number of rows. */
export const phases = ["decode", "prefill"] as const;
/**
 * - `decode`: a token of every row in one forward pass, after a prompt whose keys and values are in the cache.
 * - `prefill`: a prompt of every row in one forward pass.
 */
export type Phase = (typeof phases)[number];

export interface Cell {
  readonly phase: Phase;
  /** Rows that are read together, all of one length. */
  readonly batch: number;
}

/** How much is read. */
export interface Extent {
  /** Tokens of the prompt that decode follows upon. */
  readonly context: number;
  /** Tokens that decode reads before it begins anew behind the prompt: every contestant reads the same positions, however fast it is. */
  readonly steps: number;
  /** Tokens of the prompt that prefill reads. */
  readonly prompt: number;
}

export const EXTENT: Extent = { context: 32, steps: 8, prompt: 128 };

export const cellsOf = ({
  batches,
  phases: wanted,
}: {
  batches: readonly number[];
  phases: readonly Phase[];
}): Cell[] => wanted.flatMap((phase) => batches.map((batch) => ({ phase, batch })));

export const cellName = ({ phase, batch }: Cell): string => `${phase} of ${batch}`;

/** Tokens in one forward pass. */
export function tokensPerStep({ phase, batch }: Cell, { prompt }: Pick<Extent, "prompt"> = EXTENT): number {
  switch (phase) {
    case "decode":
      return batch;
    case "prefill":
      return batch * prompt;
  }
}
