import { present } from "../present.ts";
import type { CellSummary, EnergySummary, QuestionTotals } from "../report.ts";
import type { PriceRow } from "./price.ts";

export interface QuestionFacts {
  readonly credit?: number;
  readonly puts?: number;
  readonly seconds?: number;
  readonly promptTokens?: number;
  readonly outputTokens?: number;
  /** `null` for a question without energy. */
  readonly joules?: number | null;
}

/** What a question took: by default right, put once, 0.5 s, 20 tokens in and 10 out, 8 J. */
export function question(id: string, facts: QuestionFacts = {}): QuestionTotals {
  const { credit = 1, puts = 1, seconds = 0.5, promptTokens = 20, outputTokens = 10, joules = 8 } = facts;
  const energy = joules === null ? undefined : { gross: joules };
  return present({ question: id, puts, credit, seconds, promptTokens, outputTokens, energy });
}

/** `n` questions q0, q1, ..., the first `right` of them right. */
export function questions(n: number, right: number, facts: QuestionFacts = {}): QuestionTotals[] {
  return Array.from({ length: n }, (_, i) => question(`q${i}`, { ...facts, credit: i < right ? 1 : 0 }));
}

/** A metered energy: what it covers, and nothing left open but its gain. */
export function metered(more: Partial<EnergySummary> = {}): EnergySummary {
  const { workload: _workload, ...modelled } = energyOf();
  return {
    ...modelled,
    meter: "rapl",
    grade: "A",
    boundary: "cpu_package",
    source: "rapl:package-0",
    factor: { low: 0.9, high: 1.1 },
    ...more,
  };
}

/** A modelled energy of a virtual machine's share; only what it is, and how far it can be trusted, matters for costs. */
export function energyOf(more: Partial<EnergySummary> = {}): EnergySummary {
  return {
    grade: "C",
    boundary: "vm_share",
    source: "spec:sapphire_rapids@2026-03-09",
    meter: "model",
    factor: { low: 0.65, high: 1.9 },
    workload: { low: 0.75, high: 1.33 },
    windows: 1,
    contaminated: 0,
    unread: 0,
    flags: [],
    short: false,
    windowHalf: 0,
    grossPerAnswer: { value: 8 },
    perToken: "one window",
    ...more,
  };
}

export interface CellFacts {
  readonly task?: string;
  readonly threads?: number;
  /** `null` for a cell without energy. */
  readonly energy?: EnergySummary | null;
}

/** A row of a model: what its questions took, and the little else that costs look at. */
export function cellOf(model: string, totals: readonly QuestionTotals[], facts: CellFacts = {}): CellSummary {
  const { task = "addition", threads = 1, energy = energyOf() } = facts;
  const correct = totals.reduce((sum, { credit = 0 }) => sum + credit, 0);
  const key = `${model}/${task}/cpu/fp32/threads-${threads}/batch-1/direct`;
  return present({
    run: "20261123T034500Z-run",
    cell: {
      key,
      model,
      task,
      device: "cpu" as const,
      precision: "fp32",
      threads,
      batch: 1 as const,
      solver: "direct" as const,
      weights: "stored" as const,
    },
    model: { id: model, folder: `models/${model}`, source: "checkpoint" as const, sha256: "0" },
    trials: 1,
    windows: 1,
    questions: totals.length,
    order: totals.map((each) => each.question),
    answers: [],
    failures: [],
    totals,
    correct,
    accuracy: totals.length === 0 ? undefined : { value: correct / totals.length },
    promptTokens: totals.reduce((sum, each) => sum + each.promptTokens, 0),
    outputTokens: totals.reduce((sum, each) => sum + each.outputTokens, 0),
    ttft: {},
    tpot: {},
    latency: {},
    energy: energy ?? undefined,
    unreadSources: [],
    energies: [],
    caveats: [],
  });
}

/** A row of a model with random weights: what ten questions took, and nothing of quality. */
export function unjudged(model: string): CellSummary {
  const totals = questions(10, 0).map(({ credit: _credit, ...took }) => took);
  const { accuracy: _accuracy, correct: _correct, ...summary } = cellOf(model, totals);
  return { ...summary, cell: { ...summary.cell, weights: "random" } };
}

/** A row of a price book, verified and counted without being asked. */
export function priceRow(
  kind: PriceRow["kind"],
  id: string,
  part: string,
  value: number,
  more: Partial<PriceRow> = {},
): PriceRow {
  const unit = UNITS[part] ?? "1";
  return {
    kind,
    id,
    part,
    value,
    unit,
    date: "2024",
    source: "a test",
    verified: true,
    scenario: true,
    at: "test.csv:2",
    ...more,
  };
}

const UNITS: Readonly<Record<string, string>> = {
  input: "USD/1M tokens",
  output: "USD/1M tokens",
  cached: "USD/1M tokens",
  hashprice: "USD/PH/s/day",
  efficiency: "J/TH",
  life: "h",
  power: "W",
  energy: "J",
};

/** One item of each kind, as a shipped book has them: dollars and joules of the examples that the formulas are tested with. */
export function smallBook(): PriceRow[] {
  return [
    priceRow("electricity", "grid", "price", 0.1, { unit: "USD/kWh" }),
    priceRow("rental", "c7i.xlarge", "price", 0.1785, { unit: "USD/h" }),
    priceRow("rental", "h100-2024-10", "price", 2, { unit: "USD/h" }),
    priceRow("owned", "h100-2023", "price", 26_280, { unit: "USD" }),
    priceRow("owned", "h100-2023", "life", 26_280),
    priceRow("owned", "h100-2023", "duty", 0.5),
    priceRow("owned", "h100-2023", "power", 800),
    priceRow("api", "o1", "input", 15),
    priceRow("api", "o1", "output", 60),
    priceRow("api", "r1", "input", 0.55),
    priceRow("api", "r1", "output", 2.19),
    priceRow("mining", "s21-2024-11", "hashprice", 55.65),
    priceRow("mining", "s21-2024-11", "efficiency", 17.5),
    priceRow("pue", "unknown-host", "pue", 1.4, { low: 1.1, high: 1.8 }),
    priceRow("pue", "home", "pue", 1),
    priceRow("rebound", "demirer", "elasticity", -1.11),
  ];
}

/** The rows with something changed in those that match. */
export function changed(rows: readonly PriceRow[], match: Partial<PriceRow>, more: Partial<PriceRow>): PriceRow[] {
  const isMatch = (row: PriceRow): boolean =>
    Object.entries(match).every(([key, value]) => row[key as keyof PriceRow] === value);
  return rows.map((row) => (isMatch(row) ? Object.assign({}, row, more) : row));
}
