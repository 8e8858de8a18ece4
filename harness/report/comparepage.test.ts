import { describe, expect, test } from "vitest";
import { cellsOf, reportOf, right, saying } from "./compare.support.ts";
import { comparePage } from "./comparepage.ts";
import { compareRuns } from "./compareruns.ts";
import type { Report } from "./derive.ts";
import { faultsOf, loadsOf } from "./page.support.ts";
import { questionsOf, runOf } from "./run.support.ts";

const pageOf = (...reports: Report[]): string => comparePage({ reports, compared: compareRuns(reports) });

const SAID = [...saying("a", right(16, 4), 8), ...saying("b", right(12, 8), 4), ...saying("c", right(15, 5), 4)];
const THREE = reportOf(
  { ...runOf({}, ["a", "b", "c"]), id: "three", finished: "2026-11-23T03:46:40.000Z" },
  questionsOf(20),
  SAID,
);
const alone = (id: string, model: string, yes: number): Report =>
  reportOf({ ...runOf({}, [model]), id }, questionsOf(20), saying(model, right(yes, 20 - yes)));

/** The text of cells, row by row. */
const rowsIn = (page: string, of: string): string[][] => {
  const [, body = ""] = new RegExp(`<caption>${of}</caption>\\n(.*?)</table>`, "s").exec(page) ?? [];
  return [...body.matchAll(/<tr>(.*?)<\/tr>/g)].map(([, row = ""]) =>
    [...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/g)].map(([, cell = ""]) =>
      cell.replaceAll(/<[^>]*>/g, "").replaceAll("\u00a0", " "),
    ),
  );
};

describe("comparePage", () => {
  test("is the golden file but for its style", async () => {
    const body = pageOf(THREE).replace(/<style>[^]*<\/style>/, "<style></style>");
    await expect(body).toMatchFileSnapshot("comparepage.fixture.txt");
  });

  test("is well-formed, and loads and runs nothing", () => {
    for (const page of [
      pageOf(THREE),
      pageOf(alone("one", "a", 16), alone("two", "b", 12)),
      pageOf(alone("one", "a", 9)),
    ]) {
      expect(faultsOf(page)).toEqual([]);
      expect(loadsOf(page)).toEqual([]);
    }
  });

  test("has the figures of the text table, effects first and p-values last, and draws those with intervals", () => {
    const page = pageOf(THREE);
    const [head, row] = rowsIn(page, "addition: figures");
    expect(head).toEqual([
      "a beside b",
      "accuracy, a - b",
      "only a : b",
      "changed",
      "latency",
      "J per answer",
      "p",
      "Holm p",
    ]);
    expect(row?.slice(0, 3)).toEqual(["a beside b", "+0.200 [+0.007, +0.416] tie", "4 : 0"]);
    expect(page.match(/role="img">\n<title>[^<]*/g)?.map((one) => one.replace(/^.*<title>/s, ""))).toEqual([
      "accuracy, a - b",
      "latency, a / b",
      "J per answer, a / b (modelled, not measured)",
    ]);
    expect(page).toContain('<td class="muted">1.0\u00a0x [1.0,\u00a01.0] tie</td>');
  });

  test("draws many rows as several figures of alike size, on the axes of all", () => {
    const models = ["a", "b", "c", "d", "e", "f", "g", "h"];
    const said = models.flatMap((model, i) => saying(model, right(10 + i, 10 - i), 2 + i));
    const page = pageOf(reportOf(runOf({}, models), questionsOf(20), said));
    const figures = page.split('class="forest"').slice(1);
    expect(figures.map((figure) => figure.match(/<g><title>/g)?.length)).toEqual([14, 14]);
    const [one, two] = figures.map((figure) => figure.match(/class="tick" x="[^"]*"/g)?.join());
    expect(one).toBe(two);
    expect(page).toContain('aria-label="addition: plots 2 of 2"');
    expect(rowsIn(page, "addition: figures")).toHaveLength(29);
  });

  test("says where the figures come from", () => {
    const page = pageOf(THREE);
    const facts = new Map(rowsIn(page, "Runs").map(([head, fact]) => [head, fact]));
    expect(facts.get("created")).toBe("2026-11-23T03:45:00Z, took 1 m 40 s");
    expect(facts.get("machine")).toBe("4 hardware threads, 8.59 GB, virtual machine, linux x64");
    expect(facts.get("software")).toBe("perjoule 0.1.0, Node v20");
    expect(facts.get("energy")).toMatch(/^model: grade C, boundary vm_share, from spec:/);
    expect(facts.get("repeat with")).toBe("perjoule run");
    expect(facts.has("price books")).toBe(false);
    expect(page).toContain("<li>energy is modelled, not measured: time times an assumed power at the process&#39;s");
    expect(page).toContain("(all cells); <code>perjoule meters</code> says what would measure it.</li>");
  });

  test("of several runs says which is which, whose models are whose, and what was not compared", () => {
    const page = pageOf(alone("one", "a", 16), alone("two", "b", 12));
    expect(page).toContain("<h1>Comparisons of one, two</h1>");
    expect(rowsIn(page, "Runs")[0]).toEqual(["run", "one @1", "two @2"]);
    expect(rowsIn(page, "Models").map((row) => row.at(-1))).toEqual(["of run", "one @1", "two @2"]);
    expect(rowsIn(page, "Tasks").map((row) => row.at(-1))).toEqual(["of run", "all"]);
    expect(rowsIn(page, "addition: figures")[1]?.[0]).toBe("a @1 beside b @2");
    expect(page).toMatch(/Not compared<\/h2>\n<ul>\n<li>latency, energy and dollars of one and two: machines drift/);
    expect(page).not.toContain("J per answer");
  });

  test("has no plot and no p-value of what is not judged", () => {
    const random = { weights: "random" } as const;
    const page = pageOf(reportOf(cellsOf({ a: random, b: random }), questionsOf(20), SAID));
    expect(rowsIn(page, "addition: figures")[1]?.[1]).toBe("random weights");
    expect(page).not.toContain("<title>accuracy");
    expect(page).not.toContain("Holm");
  });

  test("says so where there is nothing to compare", () => {
    const page = pageOf(alone("one", "a", 9));
    expect(page).toContain("<p>Nothing to compare: no two cells of a task differ in one setting alone.</p>");
    expect(page).not.toContain("<svg");
  });

  test("escapes whatever a run calls its models, its tasks and itself", () => {
    const evil = `<script>alert(1)</script>"'&<img src=x onerror=alert(1)>`;
    const { run, cells, comparisons } = THREE;
    const names = /:"(?:a|three|addition|perjoule run|linux)"/g;
    const renamed = <T>(value: T): T =>
      JSON.parse(JSON.stringify(value).replaceAll(names, `:${JSON.stringify(evil)}`)) as T;
    const evilReport = { run: renamed(run), cells: renamed(cells), comparisons: renamed(comparisons) };
    const page = pageOf({ ...THREE, ...evilReport });
    expect(page).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
    expect(faultsOf(page)).toEqual([]);
    expect(loadsOf(page)).toEqual([]);
  });
});
