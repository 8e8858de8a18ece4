import Table from "cli-table3";
import { boundText, measuredText, neededText, pairText, quantityText, reasonOf, verdictText } from "./claimreason.ts";
import type { JudgedClaim, JudgedExpectation } from "./claims.ts";
import { oneLine } from "./naming.ts";

/** Claims in blocks: the verdict and the words, what was measured of each expectation, and the reason. */
export function claimTable(judged: readonly JudgedClaim[]): string {
  const head = ["claim and expectation", "measured", "claimed", "verdict"];
  const table = new Table({ head, style: { head: [], border: [], compact: true } });
  for (const one of judged) {
    table.push([{ colSpan: 3, content: oneLine(one.claim.id) }, shouted(one)]);
    for (const row of one.rows) table.push(lineOf(row, one));
  }
  const sentences = judged.flatMap((one) => {
    const { claim } = one;
    const note = claim.note === undefined ? [] : wrapped(`(${oneLine(claim.note)})`);
    return [
      "",
      `${claim.id}: ${shouted(one)}`,
      ...wrapped(`"${oneLine(claim.text)}"`),
      ...note,
      ...wrapped(reasonOf(one)),
    ];
  });
  return [table.toString(), ...sentences, "", ...legend(judged)].join("\n");
}

const shouted = (judged: JudgedClaim): string =>
  verdictText(judged).replace(/^[a-z ]*[a-z]/, (verdict) => verdict.toUpperCase());

const WIDTH = 116;

/** Lines of words, none longer than the table is wide, unless one word is. */
function wrapped(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length + 1 > WIDTH) lines.push(`  ${word}`);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

function lineOf(row: JudgedExpectation, { claim }: JudgedClaim): string[] {
  const { expectation, bound, verdict, needed, pair, tasks } = row;
  const of = [
    ...(claim.pairs.length > 1 ? [pairText(pair)] : []),
    ...(claim.across === "each" && tasks.length > 0 ? [tasks.join(" ")] : []),
  ];
  const open = needed !== undefined && "questions" in needed ? ` (${neededText(needed)})` : "";
  return [
    `  ${[...of, quantityText(expectation)].join(": ")}`,
    measuredText(row),
    boundText(bound),
    `${verdict}${open}`,
  ];
}

function legend(judged: readonly JudgedClaim[]): string[] {
  const count = (verdict: string): number => judged.filter((one) => one.verdict === verdict).length;
  const counts = (["supported", "refuted", "inconclusive", "not comparable"] as const).map(
    (verdict) => `${count(verdict)} ${verdict}`,
  );
  const postHoc = judged.filter(({ run, registration }) => run !== undefined && !registration.before).length;
  return [
    `${counts.join(", ")}.${postHoc > 0 ? ` ${postHoc} judged post hoc: not registered as they stand before their run.` : ""}`,
    ...disturbed(judged),
    ...wrapped(
      "Ratios are candidate / baseline, differences candidate - baseline, on the same questions. An interval, [low, high], that lies wholly within what is claimed supports it; one that lies wholly beyond refutes it. A claim is supported only if all that it says is, and refuted if one thing is (by wider intervals, for their number).",
    ).map((line) => line.trimStart()),
  ];
}

/** What other work on the machine touched. */
function disturbed(judged: readonly JudgedClaim[]): string[] {
  const measured = judged.filter(({ rows }) => rows.some(({ flags }) => flags !== undefined));
  const touched = measured.filter(({ rows }) =>
    rows.some(
      ({ flags }) => flags?.includes("busy_machine") === true || flags?.includes("contaminated_windows") === true,
    ),
  );
  if (touched.length === 0) return [];
  return [
    `! other work on the machine disturbed what is behind ${touched.length} of ${measured.length} claims that were measured: times and joules may be off; repeat on a quiet machine.`,
  ];
}
