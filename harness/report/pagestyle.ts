/**
 * Blue and vermilion differ for every common kind of colour blindness (the palette of Okabe and Ito), and are never the only sign.
 * Grey is what nobody can tell.
 */
export const PAGE_STYLE = `
:root {
  --page: #ffffff; --text: #1b1f24; --muted: #5c6670; --line: #d5dae0; --band: #f5f7f9;
  --first: #0072b2; --other: #d55e00; --tie: #87919b;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14171a; --text: #e4e7ea; --muted: #9aa4ae; --line: #363d44; --band: #1b1f24;
    --first: #56b4e9; --other: #f08c4a; --tie: #7b858f;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--page); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Liberation Sans", Arial, sans-serif;
}
main { max-width: 80rem; margin: 0 auto; padding: 1.5rem clamp(0.75rem, 3vw, 2rem) 3rem; }
h1 { font-size: 1.55rem; line-height: 1.25; margin: 0 0 0.75rem; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin: 2.25rem 0 0.5rem; padding-top: 0.5rem; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
p, li { max-width: 68rem; overflow-wrap: anywhere; }
p { margin: 0.5rem 0; }
ul { margin: 0.5rem 0; padding-left: 1.2rem; }
li { margin: 0.25rem 0; }
a { color: var(--first); }
code { font: 0.9em/1.4 ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; overflow-wrap: anywhere; }
.muted { color: var(--muted); }
blockquote { margin: 0.5rem 0; padding: 0.1rem 0 0.1rem 0.9rem; border-left: 3px solid var(--line); font-size: 1.05em; }
.verdicts { list-style: none; padding: 0; }
.verdicts li { margin: 0.4rem 0; }
.verdict { font-weight: 600; white-space: nowrap; margin-right: 0.5rem; }
.verdict svg { width: 1.6em; height: 1em; vertical-align: -0.12em; margin-right: 0.35em; }
.key span { margin-right: 1.25rem; white-space: nowrap; }
.key svg { width: 1.6em; height: 1em; vertical-align: -0.12em; margin-right: 0.25em; }
nav { margin: 0.75rem 0; } nav a { margin-right: 0.9rem; white-space: nowrap; }
.scroll { position: relative; overflow-x: auto; margin: 0.75rem 0; }
.scroll:focus-visible { outline: 2px solid var(--first); outline-offset: 2px; }
table { border-collapse: collapse; font-size: 0.84rem; line-height: 1.35; }
caption { text-align: left; color: var(--muted); padding: 0.5rem 0 0.3rem; }
.figures caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
th, td { padding: 0.28rem 0.5rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
th { font-weight: 600; }
tbody th { font-weight: 400; }
thead th { border-bottom-color: var(--muted); vertical-align: bottom; }
.figures { font-variant-numeric: tabular-nums; }
.figures td, .figures thead th, .name { white-space: nowrap; }
.figures .name + .name { color: var(--muted); }
.figures tr { background: var(--page); }
.figures tbody tr:nth-child(odd) { background: var(--band); }
.figures th:first-child { position: sticky; left: 0; background: inherit; }
code[title] { white-space: nowrap; }
@media (max-width: 40rem) { .facts td:nth-child(2) { min-width: 9rem; } }
.facts tbody th { white-space: nowrap; }
.forest { display: grid; }
.forest svg { display: block; width: 100%; height: auto; }
.forest .names { position: sticky; left: 0; background: var(--page); }
.forest text { font-size: 11px; fill: var(--text); font-family: inherit; }
.forest .head { font-weight: 600; font-size: 11.5px; }
.forest .sub, .forest .note, .forest .tick { fill: var(--muted); }
.forest .tick, .forest .note { font-size: 10px; font-variant-numeric: tabular-nums; }
.forest .tick { text-anchor: middle; } .forest .end { text-anchor: end; }
.forest .band { fill: var(--band); }
.forest .grid { stroke: var(--line); stroke-width: 0.75; }
.forest .alike { stroke: var(--text); stroke-width: 1; }
g.first { --mark: var(--first); } g.other { --mark: var(--other); } g.tie { --mark: var(--tie); }
.claimed { fill: var(--first); opacity: 0.14; }
.bound { fill: none; stroke: var(--text); stroke-width: 1.5; }
.key .claim { width: 2.4em; }
.interval { stroke: var(--mark); stroke-width: 1.8; }
.disc, .arrow { fill: var(--mark); }
.ring { fill: var(--page); stroke: var(--mark); stroke-width: 1.5; }
@media print {
  @page { size: A4; margin: 12mm; }
  :root {
    --page: #ffffff; --text: #000000; --muted: #444c54; --line: #c5cbd1; --band: #f4f6f8;
    --first: #0072b2; --other: #d55e00; --tie: #77818b;
  }
  html { font-size: 8.5pt; } body { font-size: 9pt; }
  main { max-width: none; padding: 0; }
  nav { display: none; }
  h2, h2 + p, caption { break-after: avoid; }
  section:has(.forest) { break-inside: avoid; }
  .scroll { overflow: visible; margin: 0.4rem 0; }
  .forest { min-width: 0 !important; max-width: none !important; break-inside: avoid; }
  .band, .claimed, .figures tbody tr { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  table { font-size: 7.5pt; }
  th, td { padding: 0.15rem 0.35rem; }
  .figures td { white-space: normal; }
  .figures th:first-child, .forest .names { position: static; }
  tr { break-inside: avoid; }
  tbody tr:first-child { break-before: avoid; }
  thead { display: table-header-group; }
}
`;
