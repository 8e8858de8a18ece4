import type { Expectation, Pair } from "../claim.ts";
import { type Item, itemsOf, needed, partOf } from "../cost/items.ts";
import type { PriceKind, PriceRow } from "../cost/price.ts";
import type { Interval } from "../stats/interval.ts";
import { digits } from "./format.ts";

/** What price books say of two of their items. Nothing was measured: low and high are what the books leave open, not a confidence. */
export interface Decomposed {
  readonly value: number;
  readonly range: Interval;
  /** Where the figures come from. */
  readonly basis: string;
}

/** Of two items of the price books; or why they say nothing of it. */
export function decomposed(
  { candidate, baseline }: Pair,
  { ratio }: Expectation,
  books: readonly PriceRow[],
): Decomposed | { readonly why: string } {
  if ("price" in candidate && "price" in baseline) {
    const [one, other] = [api(books, candidate.price), api(books, baseline.price)];
    return ratio === "list_price" ? priceRatio(one, other) : { why: tokensUnknown(one, other) };
  }
  if ("reference" in candidate && "reference" in baseline) {
    return publishedRatio(reference(books, candidate.reference), reference(books, baseline.reference));
  }
  throw new RangeError("decomposed: two prices or two references are needed");
}

const api = (books: readonly PriceRow[], id: string): Item => itemNamed(books, "api", id);
const reference = (books: readonly PriceRow[], id: string): Item => itemNamed(books, "reference", id);

function itemNamed(books: readonly PriceRow[], kind: PriceKind, id: string): Item {
  const item = itemsOf(books, kind).find((one) => one.id === id);
  if (item !== undefined) return item;
  throw new Error(`the price books have no item "${id}" of kind ${kind}; \`perjoule prices ls\` lists what they have`);
}

/** Whatever is read and written, the ratio of two bills lies between those of their input and output prices. */
function priceRatio(one: Item, other: Item): Decomposed {
  const of = (part: string): number => needed(one, part).value / needed(other, part).value;
  const [input, output] = [of("input"), of("output")];
  return {
    value: output,
    range: { low: Math.min(input, output), high: Math.max(input, output) },
    basis: `list prices of ${dated(one, "output")} and ${dated(other, "output")}: ${digits(input, 3)} of it for what is read, ${digits(output, 3)} for what is written`,
  };
}

function tokensUnknown(one: Item, other: Item): string {
  const times = 1 / priceRatio(one, other).value;
  return (
    `how many tokens ${one.id} and ${other.id} take for a correct answer cannot be measured here; at their list prices ${one.id} stays ` +
    `cheaper unless it writes ${digits(times, 3)} times as many`
  );
}

/** Joules that two published for unlike boundaries make no ratio. */
function publishedRatio(one: Item, other: Item): Decomposed | { readonly why: string } {
  const [ours, theirs] = [needed(one, "energy"), needed(other, "energy")];
  const value = ours.value / theirs.value;
  const boundaries = [boundaryOf(ours), boundaryOf(theirs)];
  const basis = `${dated(one, "energy")} and ${dated(other, "energy")}, as published`;
  if (boundaries[0] === undefined || boundaries[0] !== boundaries[1]) {
    const [first, second] = boundaries.map((boundary) => `"${boundary ?? "not stated"}"`);
    return {
      why: `the figures are of unlike boundaries (${first} and ${second}) and dates; divided all the same they give ${digits(value, 2)} (${basis})`,
    };
  }
  const [ourRange, theirRange] = [rangeOf(ours), rangeOf(theirs)];
  return { value, range: { low: ourRange.low / theirRange.high, high: ourRange.high / theirRange.low }, basis };
}

function dated(item: Item, part: string): string {
  return `${item.id} (${partOf(item, part)?.date})`;
}

function rangeOf({ value, low = value, high = value }: PriceRow): Interval {
  return { low, high };
}

/** What a published figure covers stands in its note. */
function boundaryOf({ note }: PriceRow): string | undefined {
  const [, boundary] = /boundary: ([^;:,]+)/.exec(note ?? "") ?? [];
  return boundary === undefined || boundary.startsWith("not stated") ? undefined : boundary;
}
