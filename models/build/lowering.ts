/** What a mixture of experts becomes in the graph. */
export const lowerings = ["fused", "rows", "branch"] as const;
/**
 * - `fused`: one `MoE` or `QMoE` node; ONNX Runtime's own kernel groups the rows.
 * - `rows`: rows are sorted by expert, split, and every expert's matrices are applied to its rows, be they none.
 * - `branch`: the same with an `If` around each expert, so that one without rows costs a comparison.
 */
export type Lowering = (typeof lowerings)[number];
