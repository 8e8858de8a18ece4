import { type Html, markup, trusted } from "./html.ts";
import { PAGE_STYLE } from "./pagestyle.ts";

interface Page {
  readonly title: string;
  /** What the page shows and how to read it. */
  readonly lead: Html;
  readonly sections: readonly Html[];
}

/** Nothing may be loaded or run; styles stand in the page. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'";

/** A page in one file that needs neither a network nor a script. */
export function page({ title, lead, sections }: Page): string {
  const whole = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${trusted(PAGE_STYLE)}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${lead}
${sections}
</main>
</body>
</html>
`;
  return whole.markup;
}

/** A part of a page, which a link can name. */
export function section(id: string, heading: string, ...content: readonly Html[]): Html {
  return markup`<section id="${id}">
<h2>${heading}</h2>
${content}
</section>`;
}

/** `muted` is what nobody can tell from nothing. */
export type PageCell = string | Html | { readonly muted: string };

export interface TableRow {
  readonly head: string | Html;
  readonly cells: readonly PageCell[];
}

interface PageTable {
  readonly caption: string;
  readonly head: readonly string[];
  readonly rows: readonly TableRow[];
  /** `figures`: numbers that a reader runs down; `facts`: words. */
  readonly kind: "figures" | "facts";
}

/** A table in a box of its own, in which it scrolls where it is wider than the page. */
export function table({ caption, head, rows, kind }: PageTable): Html {
  const heads = joined(head.map((name) => markup`<th scope="col">${name}</th>`));
  const body = rows.map((row) => markup`<tr><th scope="row">${row.head}</th>${joined(row.cells.map(cellOf))}</tr>`);
  const whole = markup`<table class="${kind}">
<caption>${caption}</caption>
<thead><tr>${heads}</tr></thead>
<tbody>
${body}
</tbody>
</table>`;
  return scrolling(caption, whole);
}

/** A box that scrolls by keys too. */
export function scrolling(name: string, content: Html): Html {
  return markup`<div class="scroll" role="region" tabindex="0" aria-label="${name}">
${content}
</div>`;
}

export function list(items: readonly (string | Html)[]): Html {
  return markup`<ul>
${items.map((item) => markup`<li>${item}</li>`)}
</ul>`;
}

/** The first digits of a hash, and all of it for the pointer. */
export function shortHash(hash: string): Html {
  return markup`<code title="${hash}">${hash.slice(0, 12)}</code>`;
}

function cellOf(cell: PageCell): Html {
  return typeof cell === "object" && "muted" in cell
    ? markup`<td class="muted">${cell.muted}</td>`
    : markup`<td>${cell}</td>`;
}

const joined = (parts: readonly Html[]): Html => trusted(parts.map((part) => part.markup).join(""));
