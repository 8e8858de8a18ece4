import { z } from "zod";
import { Depth, Precision } from "./model.ts";
import { Device, LoweringChoice, Plan, SolverName } from "./run.ts";

/**
 * What an expectation is about. `list_price` is of what an API asks for a token, `published_energy` of joules that somebody published
 * for a query, `parameters_*` of what a model's config says; all others are of answers given in a run. `compute` is 2 FLOP for each active parameter and each token read or written: what
 * the matrices take, attention's own products left out.
 */
export const Measure = z.enum([
  "accuracy",
  "latency",
  "time_to_first_token",
  "time_per_output_token",
  "output_tokens",
  "energy_per_answer",
  "energy_per_correct",
  "usd_per_answer",
  "usd_per_correct",
  "compute_per_answer",
  "compute_per_correct",
  "parameters_active",
  "parameters_total",
  "list_price",
  "published_energy",
]);
export type Measure = z.infer<typeof Measure>;

/** Beyond these nothing is meant. */
const finite = z.number().min(-1e9).max(1e9);

/** One thing that a claim says: how the candidate stands to the baseline, and within what bounds. Bounds count as met. */
export const Expectation = z
  .strictObject({
    /** Candidate over baseline. */
    ratio: Measure.optional(),
    /** Candidate less baseline. */
    difference: z.literal("accuracy").optional(),
    at_least: finite.optional(),
    at_most: finite.optional(),
    /** How far beyond its bounds a value still counts as what was said: what "about" means. */
    margin: finite.nonnegative().default(0),
    /** Of what is paid in dollars: an item of the price books, by default the first price of electricity that applies. */
    scenario: z.string().optional(),
    /** How the words were read. */
    note: z.string().optional(),
  })
  .refine(({ ratio, difference }) => (ratio === undefined) !== (difference === undefined), {
    error: "an expectation has either a ratio or a difference, for example `ratio: energy_per_answer`",
  })
  .refine(({ at_least, at_most }) => at_least !== undefined || at_most !== undefined, {
    error: "an expectation needs a bound: at_least, at_most, or both",
  })
  .refine(({ at_least = -Infinity, at_most = Infinity }) => at_least < at_most, {
    error: "at_least must lie below at_most",
  })
  .refine(
    ({ difference, at_least = 0, at_most = 0, margin }) =>
      difference === undefined || [at_least, at_most, margin].every((value) => value >= -1 && value <= 1),
    { error: "a difference of accuracies is a share from -1 to 1: a point is 0.01" },
  )
  .refine(({ ratio, at_least = 1, at_most = 1 }) => ratio === undefined || (at_least > 0 && at_most > 0), {
    error: "bounds of a ratio lie above 0",
  });
export type Expectation = z.infer<typeof Expectation>;

/** A model under settings of its own, where they are not those of the claim. */
export const Asked = z.strictObject({
  model: z.string().min(1),
  device: Device.optional(),
  threads: z.number().int().positive().optional(),
  precision: Precision.optional(),
  lowering: LoweringChoice.optional(),
  solver: SolverName.optional(),
});
/** An item of the price books: what an API asks, or joules that somebody published. Nothing of it is measured here. */
const Priced = z.strictObject({ price: z.string().min(1) });
const Published = z.strictObject({ reference: z.string().min(1) });

/** One side of a comparison. A bare name is a model. */
export const Side = z.union(
  [
    z
      .string()
      .min(1)
      .transform((model): z.infer<typeof Asked> => ({ model })),
    Asked,
    Priced,
    Published,
  ],
  { error: "a side is a model, { price: ITEM } or { reference: ITEM }" },
);
export type Side = z.infer<typeof Side>;

export const Pair = z.strictObject({ candidate: Side, baseline: Side });
export type Pair = z.infer<typeof Pair>;

const { shape } = Plan;

/** How a claim's questions are put: one value each, since a claim is about one setting. What is not said is as `run` has it. */
export const ClaimSettings = z.strictObject({
  device: Device.optional(),
  threads: z.number().int().positive().optional(),
  precision: Precision.optional(),
  lowering: LoweringChoice.optional(),
  solver: SolverName.optional(),
  weights: shape.weights.unwrap().optional(),
  limit: shape.limit,
  data: shape.data,
  num_fewshot: shape.num_fewshot,
  fewshot_seed: shape.fewshot_seed,
  trials: shape.trials.unwrap().optional(),
  warmup: shape.warmup.unwrap().optional(),
  seed: shape.seed.unwrap().optional(),
  meter: shape.meter.unwrap().optional(),
  min_duration: shape.min_duration,
  // YAML reads 0.125 as a number, and 1/8 as text.
  depth: z.preprocess((value) => (typeof value === "number" ? String(value) : value), Depth).optional(),
});
export type ClaimSettings = z.infer<typeof ClaimSettings>;

/** Below a thousandth 10,000 resamples, and the tails of every approximation, say nothing any more. */
const Alpha = z.number().gte(0.001).lt(0.5);
const Day = z.iso.date();

const ClaimInFile = z
  .strictObject({
    /** Unique in its file, and the same for as long as it means the same. */
    id: z.string().regex(/^[a-z0-9][a-z0-9._-]*$/, { error: "an id is made of a-z, 0-9, '.', '_' and '-'" }),
    /** As it was said. */
    text: z.string().min(1),
    /** Who said it, where and when. */
    source: z.string().min(1),
    /** What of it is tested here, and what is not. */
    note: z.string().optional(),
    registered: Day.optional(),
    candidate: Side.optional(),
    baseline: Side.optional(),
    /** Pairs of which each must bear it out. */
    family: z.array(Pair).min(1).optional(),
    tasks: z.array(z.string().min(1)).min(1).optional(),
    /** `pooled`: all questions of all tasks as one; `each`: on every task by itself. */
    across: z.enum(["pooled", "each"]).default("pooled"),
    settings: ClaimSettings.optional(),
    expect: z.array(Expectation).min(1),
    alpha: Alpha.optional(),
  })
  .refine(
    ({ candidate, baseline, family }) =>
      family === undefined
        ? candidate !== undefined && baseline !== undefined
        : candidate === undefined && baseline === undefined,
    { error: "a claim has a candidate and a baseline, or a family of such pairs" },
  );

/** A file of claims as it is written: what claims have in common stands above them. */
export const ClaimsFile = z.strictObject({
  /** When these claims were written down. */
  registered: Day,
  alpha: Alpha.default(0.05),
  settings: ClaimSettings.optional(),
  claims: z.array(ClaimInFile).min(1),
});
export type ClaimsFile = z.infer<typeof ClaimsFile>;

/** A claim that stands by itself: with all that its file says for it. What it says has a hash. */
export const Claim = z.strictObject({
  id: z.string(),
  text: z.string(),
  source: z.string(),
  note: z.string().optional(),
  registered: Day,
  pairs: z.array(Pair).min(1),
  tasks: z.array(z.string()),
  across: z.enum(["pooled", "each"]),
  settings: ClaimSettings,
  expect: z.array(Expectation).min(1),
  alpha: Alpha,
  /** SHA-256 over all of the above as JSON. */
  sha256: z.string(),
});
export type Claim = z.infer<typeof Claim>;

/** What a side is: models are asked, of the other two nothing is measured. */
export function kindOf(side: Side): "model" | "price" | "reference" {
  if ("model" in side) return "model";
  return "price" in side ? "price" : "reference";
}

/** Said by a model's config: it takes no answers. */
export function isDeclared(ratio: Measure | undefined): boolean {
  return ratio === "parameters_active" || ratio === "parameters_total";
}
