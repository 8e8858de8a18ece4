import type { Finding } from "../cost/breakevens.ts";
import type { Owning } from "../cost/machines.ts";
import type { KnownPower } from "../cost/opportunity.ts";
import { isEnergyPriced, type Scenario } from "../cost/scenario.ts";
import { isModelled, type CellSummary } from "../report.ts";
import type { Estimate } from "../stats/interval.ts";
import type { Share } from "../units.ts";
import { digits, plain } from "./format.ts";
import { nameAlone, namesOf } from "./naming.ts";

type FindingOf<W extends Finding["what"]> = Extract<Finding, { what: W }>;

/** How to read a break-even, in one sentence. */
export function readingOf(finding: Finding): string {
  switch (finding.what) {
    case "price_ratio":
      return priceRatio(finding);
    case "wrong_answer_price":
      return wrongAnswer(finding);
    case "own_over_rent":
      return owning(
        finding.owning,
        `renting ${finding.rental.id} at USD ${finding.rental.usdPerHour} an hour`,
        finding.value,
      );
    case "own_over_api": {
      const { api, cell, answersPerSecond } = finding;
      const elsewhere = `the same tokens from ${api.id}, if it answered as fast as the machine measured (${digits(answersPerSecond, 2)} answers/s of ${nameAlone(cell)}, one at a time)`;
      return owning(finding.owning, elsewhere, finding.value);
    }
    case "rebound_use":
    case "rebound_energy":
      return rebound(finding);
    case "rent_over_mining": {
      const { rental, mining, power, value } = finding;
      return (
        `an hour of ${rental.id} at USD ${rental.usdPerHour} brings ${digits(value, 2)} times what ${powerText(power)} earns mining ` +
        `(${mining.id}, USD ${digits(mining.usdPerKwh, 3)} per kWh); the hardware is not paid from either`
      );
    }
    case "mining_revenue": {
      const { mining, value } = finding;
      return (
        `a kWh brings USD ${digits(value, 3)} at USD ${mining.hashprice} per PH/s and day in a miner of ${mining.joulesPerTera} J/TH ` +
        `(${mining.date}): where electricity costs more, mining loses`
      );
    }
  }
}

function priceRatio({ cell, against, value, scenario }: FindingOf<"price_ratio">): string {
  const [one, other] = namesOf(cell, against);
  const unit = scenario.kind === "api" ? "a token" : "an hour of the machine";
  const isOpen = value.interval !== undefined && value.interval.low <= 1 && value.interval.high >= 1;
  const doubt = isOpen ? "; the questions asked do not tell which of them is cheaper at equal prices" : "";
  return `${one} is the cheaper per correct answer only if ${unit} for it costs less than ${plain(value, 2)} times what it costs for ${other}${doubt}`;
}

function wrongAnswer({ cell, against, value, reason, scenario }: FindingOf<"wrong_answer_price">): string {
  const [better, cheaper] = namesOf(cell, against);
  if (value !== undefined) {
    const { times, many } = scaleOf([value.value]);
    const about = restsOnModel(cell, scenario) ? "≈ " : "";
    return `${better} pays instead of the cheaper ${cheaper} once ${many} wrong ${many === "one" ? "answer costs its" : "answers cost their"} user more than USD ${about}${plain(scaled(value, times), 2)}`;
  }
  switch (reason ?? "not_told_apart") {
    case "equally_accurate":
      return `${better} and ${cheaper} are right equally often: the price of a wrong answer does not matter`;
    case "better_and_no_dearer":
      return `${better} is right more often than ${cheaper} and costs no more: it pays at any price of a wrong answer`;
    case "better_and_perhaps_dearer":
      return `${better} is right more often than ${cheaper} and cost no more here, but the questions asked do not tell whether it is dearer`;
    case "not_told_apart":
      return `the questions asked do not tell whether ${better} is right more often than ${cheaper}: more of them would`;
  }
}

function owning({ machine, electricity, power }: Owning, elsewhere: string, value: Share | undefined): string {
  const running = `USD ${machine.usd} over ${machine.lifeHours} h and ${powerText(power)} at USD ${electricity.usdPerKwh} per kWh`;
  const head = `owning ${machine.id} (${running})`;
  if (value === undefined) return `${head} never beats ${elsewhere}: its electricity alone costs as much`;
  const share = `${digits(100 * value, 2)} % of the time`;
  return value > 1
    ? `${head} never beats ${elsewhere}: it would have to be in use ${share}`
    : `${head} beats ${elsewhere}, when in use more than ${share}`;
}

function rebound({
  what,
  cell,
  against,
  priceSaving,
  energySaving,
  elasticity,
  value,
  scenario,
}: FindingOf<"rebound_use" | "rebound_energy">): string {
  const percent = (share: Share): string => `${digits(100 * share, 2)} %`;
  const saved = energySaving === undefined ? "" : ` and ${percent(energySaving)} of energy`;
  const [one, other] = namesOf(cell, against);
  const head =
    `scenario: if everybody went from ${other} to ${one}, saving ${percent(priceSaving)} of the price ` +
    `(${scenario.id})${saved} per correct answer, at an elasticity of ${elasticity.value} (${elasticity.source}, ${elasticity.date})`;
  if (what === "rebound_use") return `${head}, ${digits(value, 3)} times as many would be asked for`;
  const verdict = value > 1 ? "more than before: the saving backfires" : "no more than before";
  return `${head}, all of them together would take ${digits(value, 3)} times the energy, ${verdict}`;
}

function powerText({ watts, from }: KnownPower): string {
  switch (from) {
    case "rated":
      return `${digits(watts, 3)} W (rated, without a host or a site)`;
    case "measured":
      return `${digits(watts, 3)} W (measured, with its site)`;
    case "modelled":
      return `≈ ${digits(watts, 2)} W (modelled, with its site)`;
  }
}

/** Whether a figure in a scenario rests on modelled energy, and is shown as such. */
export function restsOnModel({ energy }: CellSummary, scenario: Scenario): boolean {
  return isEnergyPriced(scenario) && energy !== undefined && isModelled(energy);
}

const MANY = [
  [1, "one"],
  [1e3, "a thousand"],
  [1e6, "a million"],
  [1e9, "a billion"],
] as const;

/** How many answers to count by, so that the least amount is at least a cent. */
export function scaleOf(usd: readonly number[]): { readonly times: number; readonly many: string } {
  const least = Math.min(...usd.filter((value) => value > 0));
  const [times, many] = MANY.find(([count]) => count * least >= 0.01) ?? MANY[3];
  return { times, many };
}

export function scaled({ value, interval }: Estimate, times: number): Estimate {
  if (interval === undefined) return { value: value * times };
  return { value: value * times, interval: { low: interval.low * times, high: interval.high * times } };
}
