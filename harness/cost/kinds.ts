import type { PriceKind } from "./price.ts";

/** What a figure of an item may be: in which units, where it is plausible, and whether an item needs it. */
export interface Part {
  /** `¤` stands for a currency by its ISO 4217 code: `¤/kWh` allows `USD/kWh` and `EUR/kWh`. */
  readonly units: readonly string[];
  /** Values outside are refused as slips. Amounts of money are held to it in dollars, euros, pounds and francs; others once they are dollars. */
  readonly lowest: number;
  readonly highest: number;
  readonly required?: true;
  /** The value that was probably meant, if one that is out of range has a usual cause. */
  readonly meant?: (value: number) => { value: number; because: string };
}

const perTokens: Part = {
  units: ["¤/1M tokens"],
  lowest: 0,
  highest: 5000,
};

/** Every kind with the parts an item of it may have. */
export const PARTS: Readonly<Record<PriceKind, Readonly<Record<string, Part>>>> = {
  electricity: {
    price: {
      units: ["¤/kWh"],
      lowest: 0,
      highest: 5,
      meant: (value) =>
        value > 70
          ? { value: value / 1000, because: "a price per MWh is a thousand times one per kWh" }
          : { value: value / 100, because: "a price in cents is a hundred times one in dollars" },
    },
  },
  rental: {
    price: {
      units: ["¤/h"],
      lowest: 0,
      highest: 1000,
      meant: (value) => ({ value: value / 730, because: "a month has about 730 hours" }),
    },
  },
  owned: {
    price: { units: ["¤"], lowest: 0, highest: 1e7, required: true },
    life: {
      units: ["h"],
      lowest: 100,
      highest: 300_000,
      required: true,
      meant: (value) => ({ value: value * 8760, because: "a year has 8,760 hours" }),
    },
    duty: {
      units: ["1"],
      lowest: 0.001,
      highest: 1,
      meant: (value) => ({ value: value / 100, because: "a share of 1 is a hundredth of a per cent figure" }),
    },
    power: { units: ["W"], lowest: 0, highest: 1e6 },
  },
  api: {
    input: { ...perTokens, required: true },
    output: { ...perTokens, required: true },
    cached: perTokens,
  },
  mining: {
    hashprice: {
      units: ["¤/PH/s/day"],
      lowest: 1,
      highest: 10_000,
      meant: (value) => ({ value: value * 1000, because: "a price per TH/s is a thousandth of one per PH/s" }),
    },
    efficiency: {
      units: ["J/TH"],
      lowest: 1,
      highest: 10_000,
      meant: (value) => ({ value: value * 1000, because: "J/GH is a thousandth of J/TH" }),
    },
  },
  grid: {
    intensity: {
      units: ["gCO2e/kWh"],
      lowest: 1,
      highest: 2000,
      meant: (value) =>
        value < 1
          ? { value: value * 1000, because: "a figure in kg is a thousandth of one in g" }
          : { value: value / 1000, because: "a figure per MWh is a thousand times one per kWh" },
    },
  },
  pue: {
    pue: {
      units: ["1"],
      lowest: 1,
      highest: 5,
      meant: (value) =>
        value < 1
          ? { value: value + 1, because: "PUE is the whole facility over its IT load, so at least 1" }
          : { value: value / 100, because: "PUE is a ratio, not a per cent figure" },
    },
  },
  reference: { energy: { units: ["J"], lowest: 0, highest: 1e9 } },
  rebound: {
    elasticity: {
      units: ["1"],
      lowest: -10,
      highest: 0,
      meant: (value) => ({ value: -value, because: "more is used at a lower price, so it is negative" }),
    },
  },
  fx: { rate: { units: ["USD/¤"], lowest: 1e-6, highest: 10 } },
};

const CURRENCIES = new Set(Intl.supportedValuesOf("currency"));
/** A kilowatt-hour costs about as many of these as of dollars. */
const NEAR_A_DOLLAR = new Set(["USD", "EUR", "GBP", "CHF"]);

/** The currency in a unit, if the figure is one of money and the unit is one of its own: `EUR` of `EUR/kWh`. */
export function currencyOf(rule: Part, unit: string): string | undefined {
  for (const pattern of rule.units) {
    const [before = "", after] = pattern.split("¤");
    if (after === undefined || !unit.startsWith(before) || !unit.endsWith(after)) continue;
    const code = unit.slice(before.length, unit.length - after.length);
    if (CURRENCIES.has(code)) return code;
  }
  return undefined;
}

/** What is wrong with a unit, if anything. */
export function unitProblem(rule: Part, unit: string): string | undefined {
  if (rule.units.includes(unit) && !unit.includes("¤")) return undefined;
  const currency = currencyOf(rule, unit);
  if (currency !== undefined && !(currency === "USD" && rule === PARTS.fx["rate"])) return undefined;
  const allowed = rule.units.map((pattern) =>
    pattern.startsWith("¤")
      ? `${pattern.replace("¤", "USD")} (or another currency's ISO 4217 code)`
      : pattern.replace("¤", "EUR"),
  );
  return `unit "${unit}" does not fit; allowed: ${allowed.join(", ")}`;
}

/** What is wrong with a value in its unit, if anything; negative, not finite and implausible ones are. */
export function valueProblem(rule: Part, value: number, unit: string): string | undefined {
  if (!Number.isFinite(value)) return `"${value}" is not a finite number`;
  if (value < 0 && rule.lowest >= 0) return `"${value}" is negative`;
  const currency = currencyOf(rule, unit);
  const isComparable = currency === undefined || NEAR_A_DOLLAR.has(currency) || rule === PARTS.fx["rate"];
  if (!isComparable || (value >= rule.lowest && value <= rule.highest)) return undefined;
  const range = `"${value}" ${unit} is outside what is plausible, ${rule.lowest} to ${rule.highest}`;
  const meant = rule.meant?.(value);
  const isLikely = meant !== undefined && meant.value >= rule.lowest && meant.value <= rule.highest;
  return isLikely ? `${range}; did you mean ${Number(meant.value.toPrecision(6))}? ${meant.because}` : range;
}
