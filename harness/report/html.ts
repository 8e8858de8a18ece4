/** Markup that may stand in a page as it is. Only `markup` and `trusted` make it: text that came from a run is never mistaken for it. */
export interface Html {
  readonly markup: string;
}

type Part = string | number | Html | readonly Html[];

/**
 * A template whose texts are escaped as they are put in, in content and in quoted attributes alike; lists are joined by line breaks.
 * It is not called `html`, since formatters know that name and would put white space into what it makes.
 */
export function markup(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return trusted(strings.map((literal, i) => literal + (i < parts.length ? markupOf(parts[i] as Part) : "")).join(""));
}

/** For a text of our own that is markup already, such as a style sheet. */
export function trusted(text: string): Html {
  return { markup: text };
}

function markupOf(part: Part): string {
  if (typeof part === "string") return escaped(part);
  if (typeof part === "number") return String(part);
  return "markup" in part ? part.markup : part.map((one) => one.markup).join("\n");
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** What HTML forbids (controls, halves of surrogate pairs), and what turns the direction of all that follows it. */
const UNPRINTABLE = /(?![\t\n\r])\p{Cc}|\p{Cs}|[\u202a-\u202e\u2066-\u2069]/gu;

/** The unprintable becomes U+FFFD: a name must not rewrite the line that it stands in. */
function escaped(text: string): string {
  return text.replaceAll(UNPRINTABLE, "\ufffd").replaceAll(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);
}
