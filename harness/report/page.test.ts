import { describe, expect, test } from "vitest";
import { markup } from "./html.ts";
import { list, page, section, shortHash, table } from "./page.ts";
import { faultsOf, loadsOf } from "./page.support.ts";

const TABLE = table({
  caption: "Figures of x & y",
  head: ["a beside b", "latency"],
  rows: [
    { head: "x", cells: ["1.2 x"] },
    { head: markup`<b>y</b>`, cells: [{ muted: "1.0 x tie" }] },
    { head: "z", cells: [markup`<code>0</code>`] },
  ],
  kind: "figures",
});

describe("page", () => {
  const text = page({
    title: "x <y>",
    lead: markup`<p>What it is.</p>`,
    sections: [section("one", "One", TABLE, list(["a", markup`<b>b</b>`]))],
  });

  test("is well-formed, and loads and runs nothing", () => {
    expect(faultsOf(text)).toEqual([]);
    expect(loadsOf(text)).toEqual([]);
    expect(text).toContain(
      `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    );
  });

  test("has its title in head and body, and follows the reader's choice of light and dark", () => {
    expect(text).toContain("<title>x &lt;y&gt;</title>");
    expect(text).toContain("<h1>x &lt;y&gt;</h1>");
    expect(text).toContain("@media (prefers-color-scheme: dark)");
    expect(text).toContain("@page { size: A4;");
  });
});

describe("table", () => {
  test("says what its heads are heads of, and scrolls in a box that keys reach", () => {
    expect(TABLE.markup).toBe(`<div class="scroll" role="region" tabindex="0" aria-label="Figures of x &amp; y">
<table class="figures">
<caption>Figures of x &amp; y</caption>
<thead><tr><th scope="col">a beside b</th><th scope="col">latency</th></tr></thead>
<tbody>
<tr><th scope="row">x</th><td>1.2 x</td></tr>
<tr><th scope="row"><b>y</b></th><td class="muted">1.0 x tie</td></tr>
<tr><th scope="row">z</th><td><code>0</code></td></tr>
</tbody>
</table>
</div>`);
  });
});

test("shortHash keeps all of a hash for the pointer", () => {
  expect(shortHash("0123456789abcdef").markup).toBe('<code title="0123456789abcdef">0123456789ab</code>');
});

describe("the checks of a page", () => {
  const wrapped = (body: string): string => `<!doctype html>\n${body}`;

  test.each([
    ["<p>a</b></p>", "</b> ends <p>"],
    ["<p>a", "<p> has no end"],
    ["<p>a & b</p>", "& alone"],
    ["<p>1 < 2</p>", "not a tag: < 2</p>"],
    ['<p id="a"></p><p id="a"></p>', 'id "a" twice'],
    ['<a href="#b"></a>', '"#b" leads nowhere'],
    ["<tr><code></code></tr>", "<code> in <tr>"],
  ])("find what is wrong with %s", (body, fault) => {
    expect(faultsOf(wrapped(body))).toContain(fault);
  });

  test.each([
    "<script>1</script>",
    '<input src="x.png">',
    '<a href="https://example.org">',
    '<p onclick="x()">',
    "<style>@import 'x.css';</style>",
    "<style>p { background: url(x.png) }</style>",
  ])("find what %s would load or run", (body) => {
    expect(loadsOf(wrapped(body))).toHaveLength(1);
  });
});
