import type { Seconds } from "../../units.ts";
import type { Line } from "./tail.ts";
import { timesHours, type WallUnit, wallUnit } from "./wallunit.ts";

/** Which columns of a wall meter's CSV file hold what. */
export interface Heading {
  readonly time: number;
  readonly value: number;
  readonly unit: WallUnit;
}

export interface WallRow {
  /** Since 1970. */
  readonly time: Seconds;
  /** Watts, or joules since some moment, by the heading. */
  readonly value: number;
}

const EXAMPLE = 'should be like "time,watts" or "time,energy_kwh"';

/**
 * The columns by their names: one that begins with time or date, and one with a unit in its name: `watts`, `Power (kW)`,
 * `energy_wh`. Where there are both, power counts: the energy of such files is often too coarse.
 */
export function headingIn(text: string, file: string): Heading | { readonly problem: string } {
  const names = cellsOf(text);
  const time = names.findIndex((name) => /^(date|time)/i.test(name));
  const units = names.map((name, i) => (i === time ? undefined : unitIn(name)));
  const power = units.findIndex((unit) => unit?.quantity === "power");
  const value = power >= 0 ? power : units.findIndex((unit) => unit?.quantity === "energy");
  const unit = units[value];
  if (time < 0) return { problem: `${file}:1: no column of times in "${text}"; it ${EXAMPLE}` };
  if (unit === undefined)
    return { problem: `${file}:1: no column with a unit in its name in "${text}"; it ${EXAMPLE}` };
  return { time, value, unit };
}

/** The first unit that is a word of the name. "watt hours" are energy, and "W/h" is nothing at all. */
function unitIn(name: string): WallUnit | undefined {
  if (/w(h|atts?)?[\s_]*(hours?|hrs?)?[\s_]*(\/|per)[\s_]*h/i.test(name)) return undefined;
  const words = name.split(/[^A-Za-z]+/);
  for (const [i, word] of words.entries()) {
    const unit = wallUnit(word);
    if (unit === undefined) continue;
    return unit.quantity === "power" && /^(h|hrs?|hours?)$/i.test(words[i + 1] ?? "") ? timesHours(unit) : unit;
  }
  return undefined;
}

export function rowIn({ text, number }: Line, heading: Heading, file: string): WallRow | { readonly problem: string } {
  const cells = cellsOf(text);
  const where = `${file}:${number}`;
  const time = timeIn(cells[heading.time] ?? "");
  if (time === undefined) {
    return { problem: `${where}: "${cells[heading.time] ?? ""}" is no time; ISO 8601 or seconds since 1970 are` };
  }
  const figure = cells[heading.value] ?? "";
  if (!/^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(figure)) {
    return {
      problem: `${where}: "${figure}" is no number of ${heading.unit.quantity === "power" ? "watts" : "joules"}`,
    };
  }
  const value = Number(figure) * heading.unit.scale;
  if (value < 0) return { problem: `${where}: "${figure}" is negative; machines draw power, they do not give it` };
  return { time, value };
}

/** Without a zone it is local time (ISO 8601). */
function timeIn(text: string): Seconds | undefined {
  if (/^\d{9,10}(\.\d+)?$/.test(text)) return Number(text);
  if (!/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d([.,]\d+)?)?(Z|[+-]\d\d:?\d\d)?$/.test(text)) return undefined;
  const time = Date.parse(text.replace(" ", "T").replace(",", "."));
  return Number.isNaN(time) ? undefined : time / 1_000;
}

function cellsOf(text: string): string[] {
  return text.split(",").map((cell) => cell.trim().replace(/^"(.*)"$/, "$1"));
}
