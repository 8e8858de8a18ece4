import { BESIDE, type Column, column, identity, interval, SIDE_BY_SIDE } from "./column.ts";
import type { Comparison } from "./compare.ts";
import type { PairedQuality } from "./comparequality.ts";

const perPair = column<Comparison>;

const counted = (name: string, about: string, of: (quality: PairedQuality) => number): Column<Comparison> =>
  perPair(name, about, (row) => row.quality && of(row.quality));

/** A setting of both, as two columns. */
function each(setting: "model" | "precision" | "solver" | "lowering", about: string): Column<Comparison>[] {
  return [
    perPair(`${setting}_a`, `${about} of a`, (row) => row.a.cell[setting]),
    perPair(`${setting}_b`, `${about} of b`, (row) => row.b.cell[setting]),
  ];
}

/** Of both where they have the same, else joined by a slash, a's first. */
function shared(setting: "device" | "threads" | "batch", about: string): Column<Comparison> {
  return perPair(setting, `${about}; where the two differ, of a / of b`, ({ a: { cell: a }, b: { cell: b } }) =>
    a[setting] === b[setting] ? a[setting] : `${a[setting]}/${b[setting]}`,
  );
}

/** `comparisons.csv`: one row a pair of models on a task under the same settings, or of one model under settings of which one differs. */
export const COMPARISON_COLUMNS: readonly Column<Comparison>[] = [
  ...identity<Comparison>((row) => row.a, "run", "task"),
  ...each("model", "model id"),
  perPair("questions", "questions put to both; repeats are folded", (row) => row.questions),
  counted("both_correct", "questions on which both earned the same, above 0", (one) => one.bothCorrect),
  counted(
    "only_a",
    "questions that only a got right; of credit by parts, on which it earned more",
    (one) => one.onlyFirst,
  ),
  counted("only_b", "questions that only b got right, likewise", (one) => one.onlySecond),
  counted("neither", "questions that neither got right", (one) => one.neither),
  ...interval<Comparison>(
    "accuracy_difference",
    "credit per question of a - of b, a failure being wrong; Tango's score interval, of credit by parts and of clusters by paired bootstrap",
    (row) => row.quality?.difference,
  ),
  counted(
    "mcnemar_p",
    "exact two-sided p-value of only_a and only_b, should they be equally likely, somewhat more cautious than the interval; of credit by parts and of clusters by exchanging the two at random",
    (one) => one.mcnemar,
  ),
  ...interval<Comparison>(
    "energy_ratio",
    "gross energy per answer of a / of b by the same meter, its factor cancelled; absent where grade, boundary or source differ",
    (row) => row.energy?.perAnswer,
    BESIDE,
  ),
  ...interval<Comparison>(
    "latency_ratio",
    "mean latency of a / of b, of the answers that both gave",
    (row) => row.latency,
    SIDE_BY_SIDE,
  ),
  ...interval<Comparison>(
    "usd_per_correct_ratio",
    "USD per correct answer of a / of b under usd_scenario; absent when either has nothing correct",
    (row) => row.paid?.usdPerCorrect,
    `${BESIDE}, where joules are paid for`,
  ),
  perPair("holm_p", "mcnemar_p adjusted by Holm's step-down method for all rows that have one", (row) => row.holm),
  counted(
    "flips",
    "answers taken to be something else, whether right or wrong; one that failed beside one that came is one",
    (one) => one.flips,
  ),
  shared("device", "ONNX Runtime execution provider"),
  ...each("precision", "precision of the weights in the graph"),
  shared("threads", "threads inside one operator"),
  shared("batch", "questions in one forward pass"),
  ...each("solver", "how a question is asked"),
  ...each("lowering", "what experts became in the graph, absent without experts,"),
  ...interval<Comparison>(
    "flip_rate",
    "flips per answer; Wilson interval over questions",
    (row) => row.quality?.flipRate,
  ),
  ...interval<Comparison>(
    "energy_per_correct_ratio",
    "gross energy per correct answer of a / of b, as energy_ratio; absent when either has nothing correct",
    (row) => (row.quality === undefined ? undefined : row.energy?.perCorrect),
    BESIDE,
  ),
  perPair(
    "usd_scenario",
    "the price of usd_per_correct_ratio: the first of electricity; of a run without energy the first that costs anything",
    (row) => row.paid && `${row.paid.scenario.kind}/${row.paid.scenario.id}`,
  ),
];

/** The same for several runs, of which a pair may be of two. */
export const ACROSS_COLUMNS: readonly Column<Comparison>[] = [
  ...COMPARISON_COLUMNS,
  perPair("run_b", "the run of b, where it is another than that of a", ({ a, b }) =>
    a.run === b.run ? undefined : b.run,
  ),
];
