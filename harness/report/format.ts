import type { Estimate, Interval } from "../stats/interval.ts";

/** Steps of a thousand below and above one. */
const PREFIXES: readonly [factor: number, prefix: string][] = [
  [1e9, "G"],
  [1e6, "M"],
  [1e3, "k"],
  [1, ""],
  [1e-3, "m"],
  [1e-6, "µ"],
  [1e-9, "n"],
];

/** A number with so many significant digits and never an exponent. */
export function digits(value: number, significant: number): string {
  if (value === 0) return "0";
  const places = significant - 1 - Math.floor(Math.log10(Math.abs(value)));
  return places > 0 ? value.toFixed(Math.min(places, 20)) : String(Math.round(value / 10 ** -places) * 10 ** -places);
}

/** `1.84 ms`, `27 mJ [18, 51]`: value and bounds share one unit prefix, chosen by the value. */
export function quantity({ value, interval }: Estimate, unit: string, significant = 3): string {
  const [factor, prefix] = PREFIXES.find(([step]) => Math.abs(value) >= step) ?? [1, ""];
  const shown = (number: number): string => (Number.isFinite(number) ? digits(number / factor, significant) : "∞");
  return `${shown(value)} ${prefix}${unit}${bracket(interval, shown)}`;
}

/** `1.3 [0.81, 2.4]`: of a column whose head has the unit. */
export function plain({ value, interval }: Estimate, significant = 3): string {
  const shown = (number: number): string => (Number.isFinite(number) ? digits(number, significant) : "∞");
  return `${shown(value)}${bracket(interval, shown)}`;
}

/** `0.713 [0.664, 0.757]` */
export function share({ value, interval }: Estimate): string {
  const shown = (number: number): string => number.toFixed(3);
  return `${shown(value)}${bracket(interval, shown)}`;
}

/** `-0.040 [-0.091, +0.007]`: of two shares. */
export function difference({ value, interval }: Estimate): string {
  const shown = (number: number): string => {
    const text = number.toFixed(3);
    return number > 0 && Number(text) !== 0 ? `+${text}` : text.replace(/^-(0\.0+)$/, "$1");
  };
  return `${shown(value)}${bracket(interval, shown)}`;
}

/** `2.4 x [1.5, 3.9]` */
export function multiple({ value, interval }: Estimate, significant = 2): string {
  const shown = (number: number): string => (Number.isFinite(number) ? digits(number, significant) : "∞");
  return `${shown(value)} x${bracket(interval, shown)}`;
}

function bracket(interval: Interval | undefined, shown: (value: number) => string): string {
  return interval === undefined ? "" : ` [${shown(interval.low)}, ${shown(interval.high)}]`;
}

/** `1 m 40 s`, `8 s` */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} m ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} m`;
}
