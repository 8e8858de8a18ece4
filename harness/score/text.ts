import type { Metric } from "../task.ts";
import { decimalOf } from "./decimal.ts";
import { pythonRegex } from "./pythonregex.ts";
import { words } from "./whitespace.ts";

/** What is taken off both texts before they are compared. */
export type Ignored = Pick<Metric, "ignore_case" | "ignore_punctuation" | "ignore_numbers" | "regexes_to_ignore">;

/** Python's `string.punctuation`: nothing but ASCII. */
const PUNCTUATION = /[!-/:-@[-`{-~]/g;
const DIGITS = /[0-9]/g;
const ARTICLES = pythonRegex(String.raw`\b(?:a|an|the)\b`, "g");

/** In the order of lm-eval's `exact_match`: patterns, case, punctuation, digits. A pattern thus sees the text as it was written. */
function comparable(ignored: Ignored): (text: string) => string {
  const patterns = (ignored.regexes_to_ignore ?? []).map((pattern) => pythonRegex(pattern, "g"));
  return (text) => {
    let out = patterns.reduce((rest, pattern) => rest.replace(pattern, ""), text);
    if (ignored.ignore_case === true) out = out.toLowerCase();
    if (ignored.ignore_punctuation === true) out = out.replace(PUNCTUATION, "");
    return ignored.ignore_numbers === true ? out.replace(DIGITS, "") : out;
  };
}

/** Whether the prediction equals one of the references. */
export function exactMatch(prediction: string, references: readonly string[], ignored: Ignored = {}): boolean {
  const form = comparable(ignored);
  const own = form(prediction);
  return references.some((reference) => form(reference) === own);
}

/** Whether one of the references stands in the prediction. An empty one stands in every text and counts for none. */
export function contains(prediction: string, references: readonly string[], ignored: Ignored = {}): boolean {
  const form = comparable(ignored);
  const own = form(prediction);
  return references.map(form).some((reference) => reference !== "" && own.includes(reference));
}

/** Whether the prediction is the same number as one of the references. What is no number equals none. */
export function numeric(prediction: string, references: readonly string[], ignored: Ignored = {}): boolean {
  const form = comparable(ignored);
  const own = decimalOf(form(prediction));
  return own !== undefined && references.some((reference) => decimalOf(form(reference)) === own);
}

/** The F1 of words shared with the nearest reference, 0 to 1, as SQuAD v1.1 counts them (arXiv 1606.05250). */
export function wordF1(prediction: string, references: readonly string[], ignored: Ignored = {}): number {
  const form = comparable(ignored);
  const own = squadWords(form(prediction));
  return Math.max(0, ...references.map((reference) => overlap(own, squadWords(form(reference)))));
}

/** Lower case, without punctuation, then without articles: "a.n" is an article and "a-b" is not. */
function squadWords(text: string): string[] {
  return words(text.toLowerCase().replace(PUNCTUATION, "").replace(ARTICLES, " "));
}

function overlap(predicted: readonly string[], expected: readonly string[]): number {
  const left = new Map<string, number>();
  for (const word of expected) left.set(word, (left.get(word) ?? 0) + 1);
  let shared = 0;
  for (const word of predicted) {
    const rest = left.get(word) ?? 0;
    if (rest === 0) continue;
    left.set(word, rest - 1);
    shared++;
  }
  return shared === 0 ? 0 : (2 * shared) / (predicted.length + expected.length);
}
