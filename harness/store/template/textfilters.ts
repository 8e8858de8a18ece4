import { SPACE, WORD } from "../../score/pythonregexatoms.ts";
import { wantOptionalWhole, wantText, wantWhole } from "./call.ts";
import { capitalized } from "./cases.ts";
import type { Filter } from "./filters.ts";
import { jsonText } from "./json.ts";
import { textOf } from "./print.ts";
import { regexReplaced } from "./regex.ts";
import { lines, stripped } from "./split.ts";
import { centred, replaced } from "./strings.ts";

const changed = (change: (text: string) => string): Filter => ({
  parameters: "",
  call: (self) => change(textOf(self)),
});

/** Jinja's `title`, which knows an apostrophe: "it's" gives "It's", where `str.title` gives "It'S". */
function titleOf(text: string): string {
  return text
    .split(new RegExp(`([-${SPACE}({\\[<]+)`, "u"))
    .map((piece) => {
      const [first = "", ...rest] = Array.from(piece);
      return first.toUpperCase() + rest.join("").toLowerCase();
    })
    .join("");
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&#34;",
  "'": "&#39;",
};

function indented(text: string, indent: string, first: boolean, blank: boolean): string {
  const all = lines(`${text}\n`, false);
  const body = all.map((line, i) => (i === 0 || (line === "" && !blank) ? line : indent + line)).join("\n");
  return first ? indent + body : body;
}

const ESCAPE: Filter = changed((text) => text.replaceAll(/[&<>"']/g, (one) => ENTITIES[one] as string));

/** Filters of one text. https://jinja.palletsprojects.com/en/3.1.x/templates/#list-of-builtin-filters */
export const TEXT_FILTERS: Readonly<Record<string, Filter>> = {
  capitalize: changed(capitalized),
  lower: changed((text) => text.toLowerCase()),
  upper: changed((text) => text.toUpperCase()),
  title: changed(titleOf),
  string: changed((text) => text),
  e: ESCAPE,
  escape: ESCAPE,
  wordcount: {
    parameters: "",
    call: (self) => BigInt([...textOf(self).matchAll(new RegExp(`[${WORD}]+`, "gu"))].length),
  },
  trim: {
    parameters: "chars?",
    call: (self, chars) =>
      stripped(textOf(self), "both", chars === undefined || chars === null ? undefined : wantText(chars, "|trim")),
  },
  replace: {
    parameters: "old new count?",
    call: (self, old, fresh, count) => {
      const [from, to] = [wantText(old, "|replace"), wantText(fresh, "|replace")];
      return replaced(textOf(self), from, to, wantOptionalWhole(count, "|replace") ?? -1);
    },
  },
  center: {
    parameters: "width?",
    call: (self, width) => {
      const [text, wanted] = [textOf(self), width === undefined ? 80 : wantWhole(width, "|center")];
      const missing = Math.max(wanted - Array.from(text).length, 0);
      const left = centred(missing, wanted);
      return " ".repeat(left) + text + " ".repeat(missing - left);
    },
  },
  indent: {
    parameters: "width? first? blank?",
    call: (self, width, first, blank) => {
      const indent =
        typeof width === "string" ? width : " ".repeat(width === undefined ? 4 : wantWhole(width, "|indent"));
      return indented(wantText(self, "|indent"), indent, first === true, blank === true);
    },
  },
  tojson: { parameters: "", call: jsonText },
  // lm-eval's own, in its environment beside Jinja's.
  regex_replace: {
    parameters: "pattern repl count?",
    call: (self, pattern, repl, count) =>
      regexReplaced(
        wantText(self, "|regex_replace"),
        wantText(pattern, "|regex_replace"),
        wantText(repl, "|regex_replace"),
        wantOptionalWhole(count, "|regex_replace") ?? 0,
      ),
  },
};
