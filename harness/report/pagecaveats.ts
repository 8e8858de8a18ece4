import type { Caveat, CellSummary } from "../report.ts";
import { groupBy } from "./group.ts";
import { type Html, markup, trusted } from "./html.ts";

const DETAILS_SHOWN = 3;

/** What a reader must know of cells, each caveat once with its remedy and the first few of its details. */
export function caveatItems(cells: readonly CellSummary[]): Html[] {
  const all = cells.flatMap(({ caveats }) => caveats);
  return [...groupBy(all, ({ text }) => text).values()].map((same) => {
    const { text, remedy } = same[0] as Caveat;
    const details = [...new Set(same.flatMap(({ detail }) => detail ?? []))];
    const more = details.length > DETAILS_SHOWN ? [`and ${details.length - DETAILS_SHOWN} more`] : [];
    const shown = [...details.slice(0, DETAILS_SHOWN), ...more].join("; ");
    const whose = same.length === cells.length ? "all cells" : `${same.length} of ${cells.length} cells`;
    const particular = shown === "" ? [] : [markup` <span class="muted">${shown}</span>`];
    return markup`${withCode(text)} (${whose}); ${withCode(remedy)}.${particular}`;
  });
}

/** What stands between backticks as code. */
function withCode(text: string): Html {
  const parts = text.split("`").map((part, i) => (i % 2 === 0 ? markup`${part}` : markup`<code>${part}</code>`));
  return trusted(parts.map((part) => part.markup).join(""));
}
