/**
 * Rotary positions: how fast each pair of a head's elements turns (https://arxiv.org/abs/2104.09864), and the ways in which contexts
 * are stretched. Names and defaults: `modeling_rope_utils.py` of `transformers` 5; `rope_scaling` is what version 4 called it.
 */
import { z } from "zod";
import type { Rotary } from "./architecture.ts";
import { CheckpointError } from "./checkpointerror.ts";

const positive = z.number().positive();
/** The base of the frequencies. */
export const thetaKey = z.number().gt(1).nullish();

/** What a config says of rotary positions, under either name. */
export const ropeKeys = z.looseObject({
  rope_type: z.string().optional(),
  /** Until transformers 4.43. */
  type: z.string().optional(),
  rope_theta: thetaKey,
  partial_rotary_factor: z.literal(1).nullish(),
  factor: positive.nullish(),
  low_freq_factor: positive.nullish(),
  high_freq_factor: positive.nullish(),
  original_max_position_embeddings: positive.nullish(),
  attention_factor: positive.nullish(),
  beta_fast: positive.nullish(),
  beta_slow: positive.nullish(),
  mscale: z.number().nonnegative().nullish(),
  mscale_all_dim: z.number().nonnegative().nullish(),
  truncate: z.boolean().default(true),
});
export type RopeSettings = z.infer<typeof ropeKeys>;

export interface RopeConfig {
  max_position_embeddings: number;
  rope_theta?: number | null | undefined;
  rope_scaling?: RopeSettings | null | undefined;
  rope_parameters?: RopeSettings | null | undefined;
}

/** What a family's configuration class says where the config does not. */
export interface RopeDefaults {
  theta?: number;
  settings?: RopeSettings;
}

/** The rotation of heads, or of a part of each, of `dimension` elements. */
export function rotary(
  config: RopeConfig,
  dimension: number,
  { pairs = "halves", ...defaults }: RopeDefaults & { pairs?: Rotary["pairs"] } = {},
): Rotary {
  const settings = ropeSettings(config, defaults);
  const theta =
    config.rope_theta ??
    config.rope_parameters?.rope_theta ??
    config.rope_scaling?.rope_theta ??
    defaults.theta ??
    10_000;
  const plain = Array.from({ length: dimension / 2 }, (_, i) => theta ** ((-2 * i) / dimension));
  const type = settings.rope_type ?? settings.type ?? "default";
  switch (type) {
    case "default":
      return { kind: "rotary", frequencies: plain, scale: 1, pairs };
    case "linear": {
      const factor = needed(settings, "factor");
      return { kind: "rotary", frequencies: plain.map((frequency) => frequency / factor), scale: 1, pairs };
    }
    case "llama3":
      return { kind: "rotary", frequencies: llama3(plain, settings), scale: 1, pairs };
    case "yarn":
      return { kind: "rotary", ...yarn(plain, theta, settings, config.max_position_embeddings), pairs };
    default:
      throw new CheckpointError(
        `the rotary positions have rope_type "${type}"; those that can be built are default, linear, llama3, yarn`,
      );
  }
}

/** The settings under whichever name they stand; as in `transformers` 5, the old name goes first. */
export function ropeSettings(
  { rope_scaling, rope_parameters }: RopeConfig,
  { settings }: RopeDefaults = {},
): RopeSettings {
  const [name, stated] = rope_scaling ? ["rope_scaling", rope_scaling] : ["rope_parameters", rope_parameters];
  const each = Object.entries(stated ?? {}).find(([, value]) => typeof value === "object" && value !== null);
  if (each) {
    throw new CheckpointError(
      `${name}.${each[0]} is ${JSON.stringify(each[1])}; only one rotation for all layers is built`,
    );
  }
  return stated ?? settings ?? { truncate: true };
}

/** Frequencies that turn less than `low` times in the original context are slowed by the factor, those above `high` are kept. */
function llama3(plain: readonly number[], settings: RopeSettings): number[] {
  const factor = needed(settings, "factor");
  const low = needed(settings, "low_freq_factor");
  const high = needed(settings, "high_freq_factor");
  const context = needed(settings, "original_max_position_embeddings");
  return plain.map((frequency) => {
    const turns = (context * frequency) / (2 * Math.PI);
    const kept = turns < low ? 0 : turns > high ? 1 : (turns - low) / (high - low);
    return blend(frequency, factor, kept);
  });
}

/** https://arxiv.org/abs/2309.00071, section 3.2 and 3.3. */
function yarn(
  plain: readonly number[],
  theta: number,
  settings: RopeSettings,
  context: number,
): Pick<Rotary, "frequencies" | "scale"> {
  const original = settings.original_max_position_embeddings ?? context;
  const factor = yarnFactor(settings, context);
  const dimension = 2 * plain.length;
  /** Index of the pair that turns `turns` times in the original context. */
  const pairTurning = (turns: number) =>
    (dimension * Math.log(original / (turns * 2 * Math.PI))) / (2 * Math.log(theta));
  const [first, last] = [pairTurning(settings.beta_fast ?? 32), pairTurning(settings.beta_slow ?? 1)];
  const low = Math.max(settings.truncate ? Math.floor(first) : first, 0);
  const high = Math.min(settings.truncate ? Math.ceil(last) : last, dimension - 1);
  // `transformers` widens an empty ramp by as much.
  const width = high === low ? 0.001 : high - low;
  const frequencies = plain.map((frequency, i) =>
    blend(frequency, factor, 1 - Math.min(Math.max((i - low) / width, 0), 1)),
  );
  return { frequencies, scale: settings.attention_factor ?? yarnScale(factor, settings) };
}

/** By how much a context was stretched to `context` positions. */
export function yarnFactor(settings: RopeSettings, context: number): number {
  return settings.factor ?? context / (settings.original_max_position_embeddings ?? context);
}

/** DeepSeek's two magnitudes divide each other; YaRN itself knows one. */
function yarnScale(factor: number, { mscale, mscale_all_dim }: RopeSettings): number {
  if (mscale && mscale_all_dim) return yarnMagnitude(factor, mscale) / yarnMagnitude(factor, mscale_all_dim);
  return yarnMagnitude(factor, 1);
}

/** 0.1 m ln(s) + 1 (https://arxiv.org/abs/2309.00071, equation 22), 1 where nothing is stretched. */
export function yarnMagnitude(factor: number, mscale: number): number {
  return factor <= 1 ? 1 : 0.1 * mscale * Math.log(factor) + 1;
}

/** A frequency of which the share `kept` is as it was, and the rest slowed by the factor. */
function blend(frequency: number, factor: number, kept: number): number {
  return kept * frequency + ((1 - kept) * frequency) / factor;
}

function needed(
  settings: RopeSettings,
  key: "factor" | "low_freq_factor" | "high_freq_factor" | "original_max_position_embeddings",
): number {
  const value = settings[key];
  if (value) return value;
  throw new CheckpointError(`${key} is missing for rope_type "${settings.rope_type ?? settings.type}"`);
}
