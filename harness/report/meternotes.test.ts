import { expect, test } from "vitest";
import { modelRecord } from "../meter/estimate.ts";
import { secondsLeast } from "../meter/metering.ts";
import { COUNTER } from "./simulation.support.ts";
import { describeMeters } from "./meternotes.ts";
import { runOf } from "./run.support.ts";

const { plan, environment } = runOf();
const wall = { ...COUNTER, id: "wall" as const, source: "wall:plug", boundary: "wall" as const, shortest: 60 };
const opened = { record: wall, read: () => Promise.resolve(undefined), close: () => Promise.resolve() };

test("describeMeters says where joules come from, and how long a slow meter makes a run at least", () => {
  expect(describeMeters({ opened: [], records: [] }, plan, 2)).toBe("energy: none is recorded");
  expect(describeMeters({ opened: [], records: [modelRecord(environment)] }, plan, 2)).toBe(
    "energy: spec:sapphire_rapids@2026-03-09 (grade C, boundary vm_share)",
  );
  expect(describeMeters({ opened: [opened], records: [wall] }, plan, 2)).toBe(
    "energy: wall:plug (grade A, boundary wall); windows of at least 60 s: 10 m 0 s or more in all; idle power is measured first, and around every task",
  );
});

test("secondsLeast is what the slowest meter needs that still works, or what the plan says", () => {
  const quick = { ...COUNTER, shortest: 5 };
  const records = [wall, quick];
  expect(secondsLeast(plan, { records, lost: () => [] })).toBe(60);
  expect(secondsLeast(plan, { records, lost: () => [wall] })).toBe(5);
  expect(secondsLeast(plan, { records, lost: () => records })).toBe(0);
  expect(secondsLeast({ min_duration: 2 }, { records, lost: () => [] })).toBe(2);
  expect(secondsLeast({ min_duration: 2 }, { records: [], lost: () => [] })).toBe(2);
});
