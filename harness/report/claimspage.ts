import type { Run } from "../run.ts";
import type { RegisteredClaims } from "../store/claims.ts";
import { isWanted, wantedCells } from "./claimcells.ts";
import { claimedKey, claimPlots, verdictMark, whoseText } from "./claimplot.ts";
import { boundText, expectationText, measuredText, pairText, quantityText, reasonOf } from "./claimreason.ts";
import type { JudgedClaim, JudgedExpectation } from "./claims.ts";
import type { Verdict } from "./claimverdict.ts";
import type { Report } from "./derive.ts";
import { digits } from "./format.ts";
import { type Html, markup } from "./html.ts";
import { oneLine } from "./naming.ts";
import { list, page, scrolling, section, shortHash, table } from "./page.ts";
import { caveatItems } from "./pagecaveats.ts";
import { provenance } from "./pageruns.ts";

interface ClaimsPage {
  readonly registered: Pick<RegisteredClaims, "file" | "sha256">;
  readonly judged: readonly JudgedClaim[];
  /** The runs that claims could be judged by; those that none was are left out. */
  readonly reports: readonly Pick<Report, "run" | "cells">[];
  /** What judges them again. */
  readonly command?: string;
}

/** The verdicts on a file of claims as a page in one file: all in a list, then a section a claim, and where the figures come from. */
export function claimsPage({ registered, judged, reports, command }: ClaimsPage): string {
  const used = reports.filter(({ run }) => judged.some((one) => one.run === run));
  const runs = named(used);
  const nameOfRun = (run: Run): string => runs.find((one) => one.run === run)?.name ?? oneLine(run.id);
  const caveats = caveatItems(used.flatMap((report) => cellsBehind(judged, report)));
  return page({
    title: `Verdicts on the claims of ${oneLine(registered.file)}`,
    lead: lead(judged),
    sections: [
      ...judged.map((one) => claimSection(one, nameOfRun)),
      ...(caveats.length === 0 ? [] : [section("caveats", "Before believing a verdict", list(caveats))]),
      section(
        "provenance",
        "Where the figures come from",
        ...(used.length === 0 ? [] : provenance(runs)),
        markup`<p>The claims stand in <code>${registered.file}</code>, sha256 ${shortHash(registered.sha256)}; what the file said is kept beside this page as <code>claims.yaml</code>.</p>
<p class="muted">${command === undefined ? "" : markup`<code>${command}</code> makes these verdicts again. `}This page is made of what runs recorded, of what models declare and of dated prices alone; <code>claims.csv</code> beside it has every figure in full.</p>`,
      ),
    ],
  });
}

const VERDICTS = ["supported", "refuted", "inconclusive", "not comparable"] as const satisfies readonly Verdict[];

function lead(judged: readonly JudgedClaim[]): Html {
  const counts = VERDICTS.map((verdict) => `${judged.filter((one) => one.verdict === verdict).length} ${verdict}`);
  const items = judged.map(
    (one) =>
      markup`<li>${verdictMark(one.verdict)}${postHocMark(one)}<a href="#${anchor(one.claim.id)}">${one.claim.id}</a> <span class="muted">“${oneLine(one.claim.text)}”</span></li>`,
  );
  return markup`<p>A claim says how a <b>candidate</b> stands to a <b>baseline</b> on the same questions: as a ratio, candidate / baseline, or a difference, candidate - baseline, and within what bound. What was measured has an interval, [low, high], at 1 - alpha: 95 % unless a claim says otherwise. An expectation is <b>supported</b> where the whole interval lies within its bound, <b>refuted</b> where it lies wholly beyond, and otherwise <b>inconclusive</b>. A claim of several is supported only if each of them is, and refuted if one is; since one of many may fail by luck, intervals are widened for their number before they refute. <b>Not comparable</b> is what cannot be measured here, or whose figures cover unlike things: nothing was decided. A verdict is of these models, questions and settings, and says nothing of others.</p>
<p>${counts.join(", ")}.</p>
<ul class="verdicts">
${items}
</ul>
<p class="key">${claimedKey()}</p>`;
}

function postHocMark({ run, registration }: JudgedClaim): Html | "" {
  return run === undefined || registration.before ? "" : markup`<b>(post hoc)</b> `;
}

const anchor = (claim: string): string => `claim-${claim}`;

function claimSection(judged: JudgedClaim, nameOfRun: (run: Run) => string): Html {
  const { claim, verdict, rows } = judged;
  const [pair] = claim.pairs;
  const about = [
    claim.pairs.length === 1 && pair ? pairText(pair) : `${claim.pairs.length} pairs, each of which must bear it out`,
    ...(claim.tasks.length === 0 ? [] : [`${claim.tasks.map(oneLine).join(", ")}${acrossText(judged)}`]),
  ];
  const notes = claim.note === undefined ? [] : [markup`<p>How it is read: ${claim.note}</p>`];
  const plots = claimPlots(judged).map((figure, i, { length }) =>
    scrolling(`${claim.id}: plot${length === 1 ? "" : ` ${i + 1} of ${length}`}`, figure),
  );
  const remarks = remarksOf(judged);
  const counts = COUNTS.filter(({ of }) => rows.some((row) => of(row) !== ""));
  return section(
    anchor(claim.id),
    claim.id,
    markup`<blockquote>“${claim.text}”</blockquote>
<p class="muted">${claim.source}</p>`,
    ...notes,
    markup`<p>${verdictMark(verdict)}${postHocMark(judged)}${reasonOf(judged)}</p>
<p class="muted">${about.join("; ")}</p>`,
    ...plots,
    table({
      caption: `${claim.id}: expectations`,
      head: ["expectation", measuredHead(judged), "claimed", "verdict", ...counts.map(({ head }) => head)],
      rows: rows.map((row) => ({
        head: nameOf(row, judged),
        cells: [measuredText(row), boundText(row.bound), verdictMark(row.verdict), ...counts.map(({ of }) => of(row))],
      })),
      kind: "figures",
    }),
    ...(remarks.length === 0 ? [] : [list(remarks)]),
    registrationLine(judged, judged.run && nameOfRun(judged.run)),
  );
}

function acrossText({ claim }: JudgedClaim): string {
  if (claim.tasks.length < 2) return "";
  return claim.across === "pooled" ? " as one" : ", each by itself";
}

/** Of prices and declarations an interval is a range, which has no confidence. */
function measuredHead({ claim, rows }: JudgedClaim): string {
  const values = rows.filter(({ measured }) => measured !== undefined);
  if (values.length > 0 && values.every(({ questions }) => questions === undefined)) return "value, [range]";
  return `measured, ${Number((100 * (1 - claim.alpha)).toPrecision(4))} %`;
}

/** Left out where no row of a claim has one. */
const COUNTS: readonly { readonly head: string; readonly of: (row: JudgedExpectation) => string }[] = [
  { head: "questions", of: ({ questions }) => (questions === undefined ? "" : `${questions}`) },
  { head: "questions needed", of: ({ needed }) => neededCell(needed) },
  { head: "energy grade", of: ({ energy }) => energy?.grade ?? "" },
];

function neededCell(needed: JudgedExpectation["needed"]): string {
  if (needed === undefined) return "";
  return "questions" in needed ? `about ${digits(needed.questions, 2)}` : "never decided";
}

function nameOf(row: JudgedExpectation, judged: JudgedClaim): Html {
  const of = whoseText(row, judged);
  const whose = of === "" ? markup`` : markup`<br><span class="name muted">${of}</span>`;
  return markup`<span class="name">${quantityText(row.expectation)}</span>${whose}`;
}

/**
 * What a row's figures cannot say and the reason has not said: how its words were read, where figures that were not measured come from,
 * why it is not decided.
 */
function remarksOf(judged: JudgedClaim): string[] {
  const reason = reasonOf(judged);
  const remarks = judged.rows.flatMap((row) => {
    const { expectation, note, needed } = row;
    const never = needed !== undefined && "never" in needed ? needed.never : undefined;
    const of = whoseText(row, judged);
    const name = of === "" ? quantityText(expectation) : `${of}: ${quantityText(expectation)}`;
    return [
      ...(expectation.note === undefined ? [] : [`${expectationText(expectation, row.bound)}: ${expectation.note}`]),
      ...[note, never].flatMap((text) => (text === undefined || reason.includes(text) ? [] : `${name}: ${text}`)),
    ].map((text) => `${text.replace(/\.$/, "")}.`);
  });
  return [...new Set(remarks)];
}

function registrationLine({ claim, registration }: JudgedClaim, run: string | undefined): Html {
  const stood =
    run === undefined
      ? "nothing was run for it"
      : registration.before
        ? "it stood so before the first answer"
        : `judged post hoc: ${registration.why}`;
  const by = run === undefined ? markup`` : markup` Run <a href="#provenance">${run}</a>.`;
  return markup`<p class="muted">Registered on ${claim.registered}, sha256 ${shortHash(claim.sha256)}; ${stood}.${by}</p>`;
}

/** Folders may have one name; then each has a number too. */
function named(reports: ClaimsPage["reports"]): Parameters<typeof provenance>[0] {
  return reports.map(({ run, cells }, i) => {
    const isAlone = reports.every((other) => other.run === run || other.run.id !== run.id);
    return { name: isAlone ? oneLine(run.id) : `${oneLine(run.id)} @${i + 1}`, run, cells };
  });
}

function cellsBehind(judged: readonly JudgedClaim[], { run, cells }: ClaimsPage["reports"][number]): Report["cells"] {
  const wanted = judged.filter((one) => one.run === run).flatMap(({ claim }) => wantedCells(claim));
  return cells.filter(({ cell }) => wanted.some((one) => isWanted(one, cell)));
}
