/** What a named unit of a wall meter means in watts or joules. */
export interface WallUnit {
  readonly quantity: "power" | "energy";
  /** Watts, or joules, of one. */
  readonly scale: number;
}

const WATT_HOUR = 3_600;

const power = (scale: number): WallUnit => ({ quantity: "power", scale });
const energy = (scale: number): WallUnit => ({ quantity: "energy", scale });

/** As SI writes them: the case of the prefix tells milli from mega. */
const SYMBOLS: Readonly<Record<string, WallUnit>> = {
  mW: power(1e-3),
  W: power(1),
  kW: power(1e3),
  MW: power(1e6),
  J: energy(1),
  kJ: energy(1e3),
  MJ: energy(1e6),
  mWh: energy(1e-3 * WATT_HOUR),
  Wh: energy(WATT_HOUR),
  kWh: energy(1e3 * WATT_HOUR),
  MWh: energy(1e6 * WATT_HOUR),
};

/** As column headings have them, in any case; `mw` and `mwh` could be two things each and are not understood. */
const WORDS: Readonly<Record<string, WallUnit>> = {
  w: power(1),
  watt: power(1),
  watts: power(1),
  kw: power(1e3),
  kilowatt: power(1e3),
  kilowatts: power(1e3),
  j: energy(1),
  joule: energy(1),
  joules: energy(1),
  kj: energy(1e3),
  wh: energy(WATT_HOUR),
  kwh: energy(1e3 * WATT_HOUR),
};

/** Watts times hours: joules. */
export function timesHours({ scale }: WallUnit): WallUnit {
  return energy(scale * WATT_HOUR);
}

export function wallUnit(name: string): WallUnit | undefined {
  if (Object.hasOwn(SYMBOLS, name)) return SYMBOLS[name];
  return Object.hasOwn(WORDS, name.toLowerCase()) ? WORDS[name.toLowerCase()] : undefined;
}
