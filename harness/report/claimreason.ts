import type { Claim, Expectation, Pair, Side } from "../claim.ts";
import { isModelled } from "../report.ts";
import type { JudgedClaim, JudgedExpectation } from "./claims.ts";
import type { Bound } from "./claimverdict.ts";
import { difference, digits, multiple } from "./format.ts";
import { oneLine } from "./naming.ts";

/** `energy per answer, ratio`: what is held against a bound. */
export function quantityText(expectation: Expectation): string {
  return `${wordsOf(expectation)}, ${expectation.ratio === undefined ? "difference" : "ratio"}`;
}

function wordsOf({ ratio = "accuracy", scenario }: Expectation): string {
  const words = ratio
    .replaceAll("_", " ")
    .replace(/^usd\b/, "USD")
    .replace(/^(parameters) (active|total)$/, "$2 $1");
  return scenario === undefined ? words : `${words} by ${scenario}`;
}

/** `energy per answer, ratio at most 0.03, margin 0.01` */
export function expectationText(expectation: Expectation, bound: Bound): string {
  return `${quantityText(expectation)} ${boundText(bound)}`;
}

export function boundText({ direction, stated, margin }: Bound): string {
  return `${direction} ${stated}${margin === 0 ? "" : `, margin ${margin}`}`;
}

/** A side as a reader names it: the model, and the settings that are its own. */
export function sideText(side: Side): string {
  if ("price" in side) return side.price;
  if ("reference" in side) return side.reference;
  const { model, ...own } = side;
  return [oneLine(model), ...Object.values(own)].join(" ");
}

export function pairText({ candidate, baseline }: Pair): string {
  return `${sideText(candidate)} beside ${sideText(baseline)}`;
}

/** Three digits, since bounds have two; of what is exact no interval. */
export function measuredText({ expectation, measured }: JudgedExpectation): string {
  if (measured === undefined) return "";
  if (expectation.ratio === undefined) return difference(measured);
  const { value, interval } = measured;
  return multiple(interval?.low === interval?.high ? { value } : measured, 3);
}

/** `limit 200, threads 1` */
export function settingsText({ settings }: Claim): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name} ${typeof value === "object" ? JSON.stringify(value) : value}`)
    .join(", ");
}

/** Why a claim has its verdict, in one sentence. */
export function reasonOf({ verdict, rows, registration, claim, run }: JudgedClaim): string {
  const telling = rows.filter((row) => row.verdict === verdict);
  const shown = telling.slice(0, SHOWN).map((row) => partOf(row, claim));
  const rest = telling.length - shown.length;
  const more = rest > 0 ? [`and ${rest} more of its expectations likewise`] : [];
  const postHoc = run === undefined || registration.before ? [] : [`post hoc: ${registration.why}`];
  return `${[...shown, ...more, ...shapePart(claim), ...modelledPart(telling), ...postHoc].join("; ")}.`;
}

/** Beyond so many things a sentence is no longer read. */
const SHOWN = 4;

function partOf(row: JudgedExpectation, { across }: Claim): string {
  const { expectation, bound, verdict, needed, note, questions, pair, tasks } = row;
  const where = across === "each" && tasks.length > 0 ? ` on ${tasks.map(oneLine).join(", ")}` : "";
  const what = `${wordsOf(expectation)} of ${sideText(pair.candidate)}${where}`;
  if (verdict === "not comparable") return `${what} beside ${sideText(pair.baseline)}: ${oneLine(note ?? "")}`;
  const stands =
    expectation.ratio === undefined
      ? `differs by ${measuredText(row)} from that of`
      : `is ${measuredText(row)} that of`;
  const seen = `${what} ${stands} ${sideText(pair.baseline)}`;
  const basis = questions === undefined ? ` (${note})` : "";
  switch (verdict) {
    case "supported":
      return `${seen}, ${boundText(bound)} as claimed${basis}`;
    case "refuted":
      return `${seen}, not ${boundText(bound)}${basis}`;
    case "inconclusive":
      return `${seen}, which leaves open whether it is ${boundText(bound)}: ${neededText(needed)}`;
  }
}

export function neededText(needed: JudgedExpectation["needed"]): string {
  if (needed === undefined) return "";
  return "never" in needed ? needed.never : `about ${digits(needed.questions, 2)} questions would decide`;
}

/** The cost of an architecture is not that of a model. */
function shapePart({ settings: { weights, depth, precision }, tasks }: Claim): string[] {
  if (weights !== "random" || tasks.length === 0) return [];
  const part = depth === undefined ? [] : [`${depth} of the layers`];
  return [["random weights", ...(precision === undefined ? [] : [`in ${precision}`]), ...part].join(", ")];
}

/** `SUPPORTED (post hoc)`: who only reads the verdict must know. */
export function verdictText({ verdict, run, registration }: JudgedClaim): string {
  return run === undefined || registration.before ? verdict : `${verdict} (post hoc)`;
}

function modelledPart(rows: readonly JudgedExpectation[]): string[] {
  const energy = rows.flatMap((row) => row.energy ?? []).find(isModelled);
  if (energy === undefined) return [];
  const { workload, grade } = energy;
  if (workload === undefined) return [`its joules are modelled (grade ${grade})`];
  const [low, high] = [workload.low, workload.high].map((factor) => factor.toFixed(2));
  return [
    `its joules are modelled (grade ${grade}), and the interval holds the factor of ${low} to ${high} that this leaves open between two programs`,
  ];
}
