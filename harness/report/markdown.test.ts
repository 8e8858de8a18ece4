import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../store/root.ts";
import { ACTIVITY_COLUMNS } from "./activitycolumns.ts";
import { BREAKEVEN_COLUMNS } from "./breakevencolumns.ts";
import { ANSWER_COLUMNS } from "./answercolumns.ts";
import { SUMMARY_COLUMNS } from "./summarycolumns.ts";
import { COST_COLUMNS } from "./costcolumns.ts";
import { ENERGY_COLUMNS } from "./energycolumns.ts";
import { COMPARISON_COLUMNS } from "./comparecolumns.ts";
import { columnTable } from "./markdown.ts";
import { METRIC_COLUMNS } from "./metriccolumns.ts";
import { PRECISION_COLUMNS } from "./precisioncolumns.ts";

test("results/README.md documents the columns as they are", () => {
  const readme = readFileSync(path.join(ROOT, "results", "README.md"), "utf8");
  expect(readme).toContain(columnTable(SUMMARY_COLUMNS));
  expect(readme).toContain(columnTable(METRIC_COLUMNS));
  expect(readme).toContain(columnTable(COMPARISON_COLUMNS));
  expect(readme).toContain(columnTable(ENERGY_COLUMNS));
  expect(readme).toContain(columnTable(COST_COLUMNS));
  expect(readme).toContain(columnTable(BREAKEVEN_COLUMNS));
  expect(readme).toContain(columnTable(PRECISION_COLUMNS));
  expect(readme).toContain(columnTable(ACTIVITY_COLUMNS));
  expect(readme).toContain(columnTable(ANSWER_COLUMNS));
});
