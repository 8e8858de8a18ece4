import type { Joules, Seconds, Share, Watts } from "../units.ts";

const SECONDS_PER_HOUR = 3_600;
const JOULES_PER_KWH = 3.6e6;
const HOURS_PER_DAY = 24;

/** USD for the joules of a machine: the site takes `pue` times as many from the grid. */
export function electricityUsd(joules: Joules, usdPerKwh: number, pue: number): number {
  return ((joules * pue) / JOULES_PER_KWH) * usdPerKwh;
}

/** USD for a rented machine, one answer at a time. Time between answers is outside; electricity is in the rent. */
export function rentalUsd(seconds: Seconds, usdPerHour: number): number {
  return (usdPerHour / SECONDS_PER_HOUR) * seconds;
}

/** A machine bought: what it cost, how long it is kept, and the share of that time it works. */
export interface Purchase {
  readonly usd: number;
  readonly lifeHours: number;
  readonly duty: Share;
}

/** USD of the purchase that a stretch of work uses up. Its electricity is outside. */
export function ownedUsd(seconds: Seconds, { usd, lifeHours, duty }: Purchase): number {
  return (usd / (lifeHours * SECONDS_PER_HOUR * duty)) * seconds;
}

/** USD per million tokens read and written. */
export interface TokenPrices {
  readonly input: number;
  readonly output: number;
}

/** USD at a list price per token. What a reasoning model thinks is output; no token is taken to come from a cache. */
export function apiUsd(promptTokens: number, outputTokens: number, { input, output }: TokenPrices): number {
  return (promptTokens * input + outputTokens * output) / 1e6;
}

/**
 * What a kWh earns in a Bitcoin miner, in USD: 1 PH/s at `joulesPerTera` J/TH draws that many kW, and `hashprice` is
 * USD per PH/s and day. Revenue: the miner itself is not paid from it.
 */
export function miningUsdPerKwh(hashprice: number, joulesPerTera: number): number {
  return hashprice / (HOURS_PER_DAY * joulesPerTera);
}

/** Worth of one joule at a price per kWh. */
export function usdPerJoule(usdPerKwh: number): number {
  return usdPerKwh / JOULES_PER_KWH;
}

/** What a machine earns by being let, as a multiple of what its power would earn in a miner. */
export function rentVersusMine(usdPerHour: number, power: Watts, miningPerKwh: number): number {
  return usdPerHour / ((power / 1_000) * miningPerKwh);
}
