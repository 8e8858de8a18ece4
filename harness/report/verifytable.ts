import Table from "cli-table3";
import { difference, digits, multiple, share } from "./format.ts";
import { groupBy } from "./group.ts";
import { namesAmong, oneLine } from "./naming.ts";
import type { Verification, VerifiedCell } from "./verify.ts";
import { type QualityVerdict, SIGNIFICANT } from "./verifyquality.ts";
import type { SpeedVerdict } from "./verifyspeed.ts";

/** A column of figures; left out where no row has any. */
interface Figure {
  readonly head: string;
  readonly of: (row: VerifiedCell) => string;
}

const FIGURES: readonly Figure[] = [
  { head: "verdict", of: ({ verdict }) => verdict },
  { head: "questions", of: ({ questions }) => (questions === 0 ? "" : String(questions)) },
  { head: "answers changed", of: ({ quality }) => (quality ? String(quality.flips) : "") },
  { head: "accuracy", of: accuracyText },
  {
    head: "here - there",
    of: ({ quality, verdict }) => (quality && verdict !== "identical" ? difference(quality.difference) : ""),
  },
  { head: "Holm p", of: ({ holm, verdict }) => (holm === undefined || verdict === "identical" ? "" : pText(holm)) },
  { head: "latency", of: ({ latency }) => ratioText(latency && multiple({ value: latency.ratio }), latency?.verdict) },
  { head: "J per answer", of: ({ energy }) => ratioText(energy && multiple(energy.ratio), energy?.verdict) },
];

/** What was found, in one line; then what has changed, the cells in blocks of a task, and what the words mean. */
export function verifyTable(verification: Verification): string {
  const { cells, changes } = verification;
  return [
    summaryLine(verification),
    ...changes.map(({ kind, id, why }) => `${kind} ${oneLine(id)}: changed: ${why}.`),
    tableOf(cells),
    ...reasonLines(cells),
    ...notes(verification),
    ...legend(cells),
  ].join("\n");
}

/** `35 of 35 cells identical, answer by answer`, or how many are what. */
export function summaryLine({ cells, part }: Verification): string {
  const counts = groupBy(cells, ({ verdict }) => verdict);
  const identical = counts.get("identical")?.length ?? 0;
  const others = [...counts].flatMap(([verdict, { length }]) =>
    verdict === "identical" ? [] : [`${length} ${counted(verdict, length)}`],
  );
  const found = others.length === 0 ? ", answer by answer" : `; ${others.join(", ")}`;
  const asked =
    part === undefined
      ? ""
      : ` (a part of the run: the first ${part === 1 ? "question" : `${part} questions`} of each task)`;
  return `${identical} of ${cells.length} cell${cells.length === 1 ? "" : "s"} identical${found}${asked}`;
}

function counted(verdict: QualityVerdict, count: number): string {
  const plural = verdict === "agrees" ? "agree" : verdict === "differs" ? "differ" : verdict;
  return count === 1 ? verdict : plural;
}

function tableOf(cells: readonly VerifiedCell[]): string {
  const shown = FIGURES.filter(({ of }) => cells.some((row) => of(row) !== ""));
  const head = ["cell", ...shown.map((figure) => figure.head)];
  const table = new Table({ head, style: { head: [], border: [], compact: true } });
  const name = namesAmong(cells.map(({ there }) => there));
  for (const [task, rows] of groupBy(cells, ({ there }) => there.cell.task)) {
    table.push([{ colSpan: head.length, content: oneLine(task) }]);
    for (const row of rows) table.push([`  ${name(row.there)}`, ...shown.map((figure) => figure.of(row))]);
  }
  return table.toString();
}

function accuracyText({ accuracies, verdict }: VerifiedCell): string {
  if (accuracies === undefined) return "";
  const { there, here } = accuracies;
  return verdict === "identical" ? share({ value: here }) : `${share({ value: there })} -> ${share({ value: here })}`;
}

function pText(p: number): string {
  return p < 0.001 ? "< 0.001" : digits(p, 2);
}

function ratioText(ratio: string | undefined, verdict: SpeedVerdict | undefined): string {
  return ratio === undefined ? "" : [ratio, ...(verdict === undefined ? [] : [verdict])].join(" ");
}

/** Of changed cells the lines above say all. One line for all cells with the same reason. */
function reasonLines(cells: readonly VerifiedCell[]): string[] {
  const named = cells.filter(({ reason, verdict }) => reason !== undefined && verdict !== "changed");
  const name = namesAmong(cells.map(({ there }) => there));
  return [...groupBy(named, ({ verdict, reason }) => `${verdict}: ${reason}`)].map(([why, rows]) => {
    const shown = rows.slice(0, SHOWN).map(({ there }) => `${name(there)} on ${oneLine(there.cell.task)}`);
    const more = rows.length > SHOWN ? [`${rows.length - SHOWN} other cells`] : [];
    return `${[...shown, ...more].join("; ")}: ${why}.`;
  });
}

const SHOWN = 3;

function notes({ speedNotes, versions }: Verification): string[] {
  const unlike = versions.map(([name, there, here]) => `${name} ${there} there, ${here} here`);
  return [...speedNotes.map((note) => `${note}.`), ...(unlike.length === 0 ? [] : [`Versions: ${unlike.join("; ")}.`])];
}

function legend(cells: readonly VerifiedCell[]): string[] {
  const has = (verdict: QualityVerdict): boolean => cells.some((row) => row.verdict === verdict);
  const tests = cells.filter(({ holm }) => holm !== undefined).length;
  const isTimed = cells.some(({ latency, energy }) => latency !== undefined || energy !== undefined);
  const isApart = cells.some(({ latency, energy }) => latency?.verdict === "apart" || energy?.verdict === "apart");
  return [
    ...(has("identical") ? ["identical: every answer was taken to be the same, question for question."] : []),
    ...(has("agrees") || has("differs")
      ? [
          `answers changed counts those taken to be something else, right or wrong; by McNemar's exact test, held to 5 % over ${tests === 1 ? "the one test" : `all ${tests} tests`} here together, the two accuracies agree (Holm p of ${SIGNIFICANT} or more) or differ.`,
        ]
      : []),
    ...(isTimed
      ? [
          "Latency (median) and joules are here / there on the same answers; overlaps: their 95 % intervals do, as those of few questions may, however unlike.",
        ]
      : []),
    ...(isApart ? ["apart fails nothing: a run cannot know how far two runs on one machine lie apart."] : []),
  ];
}
