import type { Precision } from "../../build/precision.ts";
import type { Row, Spread } from "./row.ts";

/** The ratio to ONNX Runtime's default that the best lowering of a precision should reach, decoding one row. */
export interface Target {
  readonly precision: Precision;
  readonly ratio: number;
}

export const TARGETS: readonly Target[] = [
  { precision: "int4", ratio: 10 },
  { precision: "int8", ratio: 1.5 },
];

export type Verdict =
  | { readonly type: "met" | "missed"; readonly target: Target; readonly best: string; readonly ratio: Spread }
  | { readonly type: "unmeasured"; readonly target: Target };

export function verdictsOf(rows: readonly Row[], targets: readonly Target[] = TARGETS): Verdict[] {
  return targets.map((target) => {
    const compared = rows.flatMap(({ contestant, cell, ratio }) =>
      contestant.precision === target.precision && cell.phase === "decode" && cell.batch === 1 && ratio
        ? [{ best: contestant.name, ratio }]
        : [],
    );
    const [best] = compared.sort((a, b) => b.ratio.median - a.ratio.median);
    if (best === undefined) return { type: "unmeasured", target };
    return { type: best.ratio.median >= target.ratio ? "met" : "missed", target, ...best };
  });
}

export function verdictText(verdict: Verdict): string {
  const { precision, ratio: wanted } = verdict.target;
  const asked = `${precision}, one row decoded, at least ${wanted} x as shipped`;
  switch (verdict.type) {
    case "unmeasured":
      return `${asked}: not measured`;
    case "met":
    case "missed": {
      const { median, min, max } = verdict.ratio;
      return `${asked}: ${verdict.type}, ${verdict.best} ${median.toFixed(2)} x (${min.toFixed(2)}-${max.toFixed(2)})`;
    }
  }
}
