import type { EnergySummary } from "../report.ts";
import { apiUsd, electricityUsd, ownedUsd, rentalUsd } from "./formulas.ts";
import { type Ranged, pueOf } from "./pue.ts";
import type { Scenario } from "./scenario.ts";
import type { Sums } from "./sums.ts";

/** USD per unit of what is paid for. Every cost is linear in one of the three, so sums are resampled once for all scenarios. */
export type Rates =
  | { readonly of: "joules"; readonly perJoule: number; readonly pue: Ranged }
  | { readonly of: "seconds"; readonly perSecond: number }
  | { readonly of: "tokens"; readonly perPromptToken: number; readonly perOutputToken: number };

/** A scenario's rates for a cell. Absent where it pays by the joule and the cell has no energy. */
export function ratesOf(scenario: Scenario, energy: Pick<EnergySummary, "boundary"> | undefined): Rates | undefined {
  switch (scenario.kind) {
    case "electricity":
    case "mining": {
      if (energy === undefined) return undefined;
      const pue = pueOf(scenario.pue, energy.boundary);
      return { of: "joules", perJoule: electricityUsd(1, scenario.usdPerKwh, pue.value), pue };
    }
    case "rental":
      return { of: "seconds", perSecond: rentalUsd(1, scenario.usdPerHour) };
    case "owned":
      return { of: "seconds", perSecond: ownedUsd(1, scenario) };
    case "api":
      return { of: "tokens", perPromptToken: apiUsd(1, 0, scenario), perOutputToken: apiUsd(0, 1, scenario) };
  }
}

/** USD for sums of joules, seconds and tokens. Absent where it pays for joules and there are none. */
export function costOf(rates: Rates, sums: Sums<number>): number | undefined {
  switch (rates.of) {
    case "joules":
      return sums.joules && rates.perJoule * sums.joules;
    case "seconds":
      return rates.perSecond * sums.seconds;
    case "tokens":
      return rates.perPromptToken * sums.promptTokens + rates.perOutputToken * sums.outputTokens;
  }
}

/** The same for every resample. */
export function costsOfResamples(rates: Rates, sums: Sums<Float64Array>): Float64Array | undefined {
  switch (rates.of) {
    case "joules":
      return sums.joules?.map((joules) => rates.perJoule * joules);
    case "seconds":
      return sums.seconds.map((seconds) => rates.perSecond * seconds);
    case "tokens":
      return sums.promptTokens.map(
        (tokens, r) => rates.perPromptToken * tokens + rates.perOutputToken * (sums.outputTokens[r] as number),
      );
  }
}
