import { describe, expect, test } from "vitest";
import { Claim } from "../claim.ts";
import { type Evidence, judge, type JudgedClaim } from "./claims.ts";
import { claimsPage } from "./claimspage.ts";
import { reportOf, right, saying } from "./compare.support.ts";
import type { Report } from "./derive.ts";
import { faultsOf, loadsOf } from "./page.support.ts";
import { questionsOf, runOf } from "./run.support.ts";

const SAID = [...saying("a", right(16, 4), 8), ...saying("b", right(12, 8), 4)];
const REPORT = reportOf({ ...runOf({}, ["a", "b"]), id: "essays-1" }, questionsOf(20), SAID);
const REGISTERED = { file: "essays.yaml", sha256: "f".repeat(64) };

const claimOf = (more: object = {}): Claim =>
  Claim.parse({
    id: "twice",
    text: "a takes twice as long as b.",
    source: "An essay, 2025.",
    registered: "2026-11-22",
    pairs: [{ candidate: "a", baseline: "b" }],
    tasks: ["addition"],
    across: "pooled",
    settings: {},
    expect: [{ ratio: "latency", at_least: 2, margin: 0.1 }],
    alpha: 0.05,
    sha256: "c".repeat(64),
    ...more,
  });

/** Without a run. */
const judgedAlone = (more: object = {}, evidence: Partial<Evidence> = {}): JudgedClaim =>
  judge(claimOf(more), {
    registration: { before: true },
    books: [],
    declared: () => ({}),
    resamples: 200,
    ...evidence,
  });
const judgedOf = (more: object = {}, evidence: Partial<Evidence> = {}): JudgedClaim =>
  judgedAlone(more, { report: REPORT, ...evidence });

const pageOf = (judged: readonly JudgedClaim[], reports: readonly Report[] = [REPORT], command?: string): string =>
  claimsPage({ registered: REGISTERED, judged, reports, ...(command !== undefined && { command }) });

const TWICE = judgedOf();
const BETTER = {
  id: "better",
  expect: [
    { difference: "accuracy", at_most: -0.5 },
    { ratio: "accuracy", at_least: 1 },
  ],
};
const MISSING = judgedAlone({ id: "missing" }, { missing: "no run has it" });

const sectionOf = (page: string, id: string): string =>
  page.slice(page.indexOf(`<section id="${id}">`)).replace(/<\/section>[^]*/, "");
const textOf = (markup: string): string => markup.replaceAll(/<title>[^<]*<\/title>|<[^>]*>/g, "");
const tableIn = (section: string): string[][] =>
  [...section.matchAll(/<tr>(.*?)<\/tr>/g)].map(([, row = ""]) =>
    [...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/g)].map(([, cell = ""]) => textOf(cell)),
  );

describe("claimsPage", () => {
  const page = pageOf([TWICE, judgedOf(BETTER), MISSING], [REPORT], "perjoule claims essays.yaml");

  test("is well-formed, and loads and runs nothing", () => {
    for (const one of [page, pageOf([MISSING], []), pageOf([])]) {
      expect(faultsOf(one)).toEqual([]);
      expect(loadsOf(one)).toEqual([]);
    }
  });

  test("lists every claim with its verdict in words and shape, and a link to its section", () => {
    const items = page.match(/<li><span class="verdict">.*<\/li>/g) ?? [];
    expect(items.map(textOf)).toEqual([
      "supportedtwice “a takes twice as long as b.”",
      "refutedbetter “a takes twice as long as b.”",
      "not comparablemissing “a takes twice as long as b.”",
    ]);
    expect(items.map((item) => /<(circle|path) /.exec(item)?.[0])).toEqual(["<circle ", "<path ", "<path "]);
    expect(new Set(items.map((item) => /<svg.*<\/svg>/.exec(item)?.[0])).size).toBe(3);
    expect(items[1]).toContain('<a href="#claim-better">better</a>');
    expect(page).toContain("<p>1 supported, 1 refuted, 0 inconclusive, 1 not comparable.</p>");
  });

  test("has of a claim its words, the verdict with its reason, every expectation, and when it was registered", () => {
    const section = sectionOf(page, "claim-twice");
    expect(section).toContain("<blockquote>“a takes twice as long as b.”</blockquote>");
    expect(section).toContain("An essay, 2025.");
    expect(textOf(section)).toMatch(/supportedlatency of a is 2\.00 x that of b, at least 2, margin 0\.1 as claimed\./);
    expect(tableIn(section)).toEqual([
      ["expectation", "measured, 95 %", "claimed", "verdict", "questions"],
      ["latency, ratio", "2.00 x", "at least 2, margin 0.1", "supported", "20"],
    ]);
    expect(textOf(section)).toContain(
      "Registered on 2026-11-22, sha256 cccccccccccc; it stood so before the first answer. Run essays-1.",
    );
  });

  test("draws each expectation beside the claimed side of its bound, ratios and differences on axes of their own", () => {
    const plots = sectionOf(page, "claim-better").split('role="img">').slice(1);
    expect(plots.map((plot) => /<title>(.*)<\/title>/.exec(plot)?.[1])).toEqual([
      "accuracy, candidate / baseline",
      "accuracy, candidate - baseline",
    ]);
    const [ratio, difference] = plots.map((plot) => plot.match(/<g class="(?:first|other|tie)">[^]*?<\/g>/g) ?? []);
    expect(ratio).toHaveLength(1);
    expect(ratio?.[0]).toContain('class="bound"');
    expect(difference?.[0]).toMatch(/^<g class="other"><title>accuracy, difference at most -0\.5: .*, refuted</);
    expect(plots[1]).toContain("<desc>Of 1 rows: as claimed in 0, not as claimed in 1, open in 0.");
  });

  test("has no plot of what was not measured, and says why", () => {
    const section = sectionOf(page, "claim-missing");
    expect(section).not.toContain('class="forest"');
    expect(textOf(section)).toContain("not comparablelatency of a beside b: no run has it.");
    expect(textOf(section)).toContain("nothing was run for it.");
  });

  test("says of what is open how many questions would decide", () => {
    const open = judgedOf({ expect: [{ difference: "accuracy", at_least: 0.15, note: "A few points." }] });
    const section = sectionOf(pageOf([open]), "claim-twice");
    const [head, row] = tableIn(section);
    expect(head?.slice(4)).toEqual(["questions", "questions needed"]);
    expect(row?.[3]).toBe("inconclusive");
    expect(row?.[5]).toMatch(/^about \d+$/);
    expect(section).toContain("<li>accuracy, difference at least 0.15: A few points.</li>");
    expect(section).toMatch(/<g class="tie">.*<circle class="ring"/s);
  });

  test("names the pair and the task of a row where a claim has several", () => {
    const pairs = ["b", "a"].map((baseline) => ({ candidate: "a", baseline }));
    const section = sectionOf(pageOf([judgedOf({ pairs })]), "claim-twice");
    expect(tableIn(section).map(([head]) => head)).toEqual([
      "expectation",
      "latency, ratioa beside b",
      "latency, ratioa beside a",
    ]);
    expect(section).toContain("2 pairs, each of which must bear it out");
  });

  test("says why a claim is judged post hoc", () => {
    const late = judgedOf({}, { registration: { before: false, why: "it was edited after the run" } });
    expect(textOf(pageOf([late]))).toContain("; judged post hoc: it was edited after the run. Run essays-1.");
  });

  test("calls what books and configs leave open a range, which has no confidence", () => {
    const declared = (model: string): { parameters_total: number } => ({ parameters_total: model === "a" ? 2 : 4 });
    const counted = judgedAlone({ expect: [{ ratio: "parameters_total", at_most: 1 }] }, { declared });
    expect(tableIn(sectionOf(pageOf([counted], []), "claim-twice"))[0]?.[1]).toBe("value, [range]");
  });

  test("ends with the runs that claims were judged by, the file's hash and what judges it again", () => {
    const unused = { ...REPORT, run: { ...REPORT.run, id: "unused" } };
    const end = sectionOf(pageOf([TWICE], [unused, REPORT], "perjoule claims essays.yaml"), "provenance");
    expect(end).toContain('<th scope="col">essays-1</th>');
    expect(end).not.toContain("unused");
    expect(textOf(end)).toContain("The claims stand in essays.yaml, sha256 ffffffffffff;");
    expect(end).toContain("<code>perjoule claims essays.yaml</code> makes these verdicts again.");
    expect(page).toContain("energy is modelled, not measured");
  });

  test("tells runs of one name apart", () => {
    const again = reportOf({ ...runOf({}, ["a", "b"]), id: "essays-1" }, questionsOf(20), SAID);
    const judged = [TWICE, judgedOf({ id: "again" }, { report: again })];
    const text = pageOf(judged, [REPORT, again]);
    expect(text).toContain('<th scope="col">essays-1 @1</th><th scope="col">essays-1 @2</th>');
    expect(textOf(sectionOf(text, "claim-again"))).toContain("Run essays-1 @2.");
  });

  test("escapes whatever claims, runs and files say", () => {
    const evil = `<script>alert(1)</script>"'&<img src=x onerror=alert(1)>`;
    const { claim, ...rest } = TWICE;
    const words = { id: evil, text: evil, source: evil, note: evil, registered: evil, sha256: evil };
    const judged: JudgedClaim = {
      ...rest,
      claim: { ...claim, ...words },
      rows: rest.rows.map((row) =>
        Object.assign({}, row, { note: evil, expectation: { ...row.expectation, note: evil } }),
      ),
      registration: { before: false, why: evil },
    };
    const text = claimsPage({
      registered: { file: evil, sha256: evil },
      judged: [judged],
      reports: [REPORT],
      command: evil,
    });
    expect(text).toContain("<blockquote>“&lt;script&gt;alert(1)&lt;/script&gt;");
    expect(faultsOf(text)).toEqual([]);
    expect(loadsOf(text)).toEqual([]);
  });
});
