import type { Limits, Style } from "./asked.ts";

/** A prompt whose last line asks for the answer: `Q: 1 + 1 = ?` and `\nA:`. */
export interface PromptParts {
  readonly stem: string;
  /** Every answer begins after it, whatever was written before. */
  readonly marker: string;
  /** How a further question would begin, where that can be told: a model of plain text goes on with one. */
  readonly next?: string;
}

/** A short line that ends in a colon. */
const MARKER = /^\S.{0,39}:[ \t]*$/;
/** For prompts that end in their question. */
const USUAL_MARKER = "\nAnswer:";

/** Takes a prompt apart; one that does not end in a line like `A:` is all stem. */
export function partsOf(prompt: string): PromptParts {
  const at = prompt.lastIndexOf("\n");
  const hasMarker = at > 0 && MARKER.test(prompt.slice(at + 1));
  const stem = hasMarker ? prompt.slice(0, at) : prompt.trimEnd();
  const [next] = /^[^\s:][^\n:]{0,19}:/.exec(stem.slice(stem.lastIndexOf("\n\n") + 1).trimStart()) ?? [];
  return {
    stem,
    marker: hasMarker ? prompt.slice(at) : USUAL_MARKER,
    ...(next !== undefined && { next: `\n${next}` }),
  };
}

/**
 * Limits of what is written before an answer. It ends where the answer or another question would begin, and at those of the
 * task's stops that have a letter: line ends are the ends of answers, `</s>` and `Question:` are ends of everything.
 */
export function limitsBefore({ marker, next }: PromptParts, { maxTokens }: Style, limits: Limits): Limits {
  const ends = limits.stops.filter((stop) => /\p{L}/u.test(stop));
  return { ...limits, maxTokens, stops: [marker.trimEnd(), ...(next === undefined ? [] : [next]), ...ends] };
}
