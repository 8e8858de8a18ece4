import { describe, expect, test } from "vitest";
import type { IdleObservation, Observation, WindowObservation } from "../observation.ts";
import type { MeterRecord, Run } from "../run.ts";
import { answered, asked, cellOf, failed, questionsOf, runOf, summaryOf, windowOf } from "./run.support.ts";
import { modelRecord } from "../meter/estimate.ts";
import { logNormal95 } from "../stats/interval.ts";
import { idlePower, isContaminated } from "./windows.ts";

const RAPL: MeterRecord = {
  id: "rapl",
  source: "rapl:package-0",
  domain: "cpu",
  boundary: "cpu_package",
  grade: "A",
  period: 0.001,
  quantum: 0,
  error: 0.05,
  shortest: 0.5,
  flags: [],
};
const { environment } = runOf();
const metered = (more: Partial<Run> = {}): Run => runOf({ meters: [RAPL], ...more });

const idle = (watts: number, more: Partial<IdleObservation> = {}): IdleObservation => ({
  kind: "idle",
  state: "loaded",
  cells: [cellOf("a").key],
  trial: 0,
  wall: 2e9,
  others: 0,
  energy: { rapl: { joules: watts * 2, wall: 2e9, edge: 1e6 } },
  ...more,
});

/** A window of `n` questions over 2 s whose readings lie 2.5 s apart. */
const read = (window: number, n: number, joules: number, more: Partial<WindowObservation> = {}): Observation[] => [
  ...Array.from({ length: n }, (_, i) => answered(`q${window * n + i}`, { window })),
  {
    ...(windowOf(n, { window, wallS: 2 }) as WindowObservation),
    energy: { rapl: { joules, wall: 2.5e9, edge: 1e6 } },
    ...more,
  },
];
const five = (joules: number, more: (window: number) => Partial<WindowObservation> = () => ({})): Observation[] => [
  ...asked(questionsOf(20)),
  ...[0, 1, 2, 3, 4].flatMap((window) => read(window, 4, joules, more(window))),
];

describe("energy that was read", () => {
  test("what lies between the readings and the work is taken off at idle power, not charged to answers", () => {
    const { energy } = summaryOf(metered(), [...five(60), idle(20), idle(20)]);
    // 60 J in 2.5 s, half a second of which was idle at 20 W: 50 J for four answers, 10 J above idle.
    expect(energy).toMatchObject({ grade: "A", boundary: "cpu_package", meter: "rapl" });
    expect(energy?.grossPerAnswer.value).toBeCloseTo(50 / 4, 9);
    expect(energy?.marginalPerAnswer?.value).toBeCloseTo(10 / 4, 9);
  });

  test("carries the meter's gain error in its interval, in log space", () => {
    const { energy } = summaryOf(metered(), [...five(60), idle(20), idle(20)]);
    const { low, high } = energy?.grossPerAnswer.interval ?? { low: 0, high: 0 };
    expect(low).toBeCloseTo(12.5 * logNormal95(0.05).low, 6);
    expect(high).toBeCloseTo(12.5 * logNormal95(0.05).high, 6);
    expect(logNormal95(0)).toEqual({ low: 1, high: 1 });
  });

  test("of a window asked in rounds is that of one round", () => {
    const { energy, answersPerSecond } = summaryOf(metered(), [
      ...five(60, () => ({ rounds: 10 })),
      idle(20),
      idle(20),
    ]);
    expect(energy?.grossPerAnswer.value).toBeCloseTo(5 / 4, 9);
    expect(answersPerSecond).toBeCloseTo(4 / 0.2, 9);
  });

  test("idle power is not taken from windows in which others worked, and not from the least one seen", () => {
    const busy = idle(45, { others: 2e9 });
    expect(idlePower([idle(20), busy, idle(22)], RAPL, environment)?.watts).toBeCloseTo(21, 9);
    const { energy } = summaryOf(metered(), [...five(60), busy, busy]);
    expect(energy).not.toHaveProperty("marginalPerAnswer");
    expect(energy).not.toHaveProperty("idleLoaded");
  });

  test("takes idle power with the cell's own models loaded, and bare apart", () => {
    const elsewhere = idle(99, { cells: ["another/cell"] });
    const bare = idle(15, { state: "bare", cells: [] });
    const { energy } = summaryOf(metered(), [bare, bare, ...five(60), idle(20), elsewhere, idle(20)]);
    expect(energy?.idleLoaded?.value).toBe(20);
    expect(energy?.idleBare?.value).toBe(15);
    expect(energy?.aboveBarePerAnswer?.value).toBeCloseTo((50 - 30) / 4, 9);
  });

  test("that cannot be told from idle has an upper bound only", () => {
    const noisy = [18, 22, 19, 21].map((watts) => idle(watts));
    const row = summaryOf(metered(), [...five(50.2), ...noisy]);
    expect(row.energy).not.toHaveProperty("marginalPerAnswer");
    expect(row.energy?.marginalBound).toBeGreaterThan(0);
    expect(row.caveats.map(({ id }) => id)).toContain("energy_below_resolution");
  });

  test("is absent for a window whose reading failed, and falls back to the model where none was read", () => {
    const both = [RAPL, { ...RAPL, id: "model" as const, grade: "C" as const, source: "spec:x" }];
    const { energy, energies } = summaryOf(
      metered({ meters: both }),
      five(60, (window) => (window === 0 ? { energy: {} } : {})),
    );
    expect(energy).toMatchObject({ meter: "rapl", unread: 1, windows: 4 });
    expect(energies.map(({ meter }) => meter)).toEqual(["rapl", "model"]);
    const unread = summaryOf(
      metered({ meters: both }),
      five(60, () => ({ energy: {} })),
    );
    expect(unread.energy).toMatchObject({ meter: "model", grade: "C" });
  });

  test("windows in which other processes worked are marked, and left out if five clean ones remain", () => {
    const crowded = (window: number): Partial<WindowObservation> => (window >= 5 ? { others: 4e9 } : {});
    const observations = [
      ...asked(questionsOf(28)),
      ...[0, 1, 2, 3, 4, 5, 6].flatMap((window) => read(window, 4, window >= 5 ? 200 : 60, crowded(window))),
      idle(20),
      idle(20),
    ];
    const { energy, caveats } = summaryOf(metered(), observations);
    expect(energy).toMatchObject({ windows: 5, contaminated: 2, grossPerAnswer: { value: expect.closeTo(12.5, 9) } });
    expect(caveats.map(({ id }) => id)).toContain("contaminated_windows");
  });

  test("is not taken from a counter that told of fewer than half of the windows: the next meter stands in", () => {
    const model = modelRecord(environment);
    const lost = five(60, (window) => (window < 3 ? { energy: {} } : {}));
    const row = summaryOf(metered({ meters: [RAPL, model] }), [...lost, idle(20), idle(20)]);
    expect(row.energy).toMatchObject({ meter: "model", grade: "C" });
    expect(row.energies.map(({ meter }) => meter)).toEqual(["rapl", "model"]);
    const dead = summaryOf(
      metered({ meters: [RAPL, model] }),
      five(60, () => ({ energy: {} })),
    );
    expect(dead.unreadSources).toEqual(["rapl:package-0"]);
    expect(dead.caveats.find(({ id }) => id === "unread_windows")?.detail).toContain("rapl:package-0");
  });

  test("takes the time around the work off at bare idle power where loaded idle is not known", () => {
    const bare = idle(15, { state: "bare", cells: [] });
    expect(summaryOf(metered(), [bare, bare, ...five(60)]).energy?.grossPerAnswer.value).toBeCloseTo((60 - 7.5) / 4, 9);
  });

  test("above bare idle is absent where it cannot be told from nothing", () => {
    const bare = [24, 26, 25, 25].map((watts) => idle(watts, { state: "bare", cells: [] }));
    expect(summaryOf(metered(), [...bare, ...five(62.5)]).energy).not.toHaveProperty("aboveBarePerAnswer");
  });

  test("says nothing of contamination where the system tells nothing", () => {
    const { energy } = summaryOf(metered(), five(60));
    expect(energy).not.toHaveProperty("contaminated");
    expect(
      summaryOf(
        metered(),
        five(60, () => ({ others: 0 })),
      ).energy?.contaminated,
    ).toBe(0);
  });

  test("says when windows are shorter than the meter needs", () => {
    const short = { ...RAPL, shortest: 30 };
    const { energy, caveats } = summaryOf(metered({ meters: [short] }), [...five(60), idle(20), idle(20)]);
    expect(energy?.short).toBe(true);
    expect(caveats.find(({ id }) => id === "energy_below_resolution")?.remedy).toContain("--min-duration");
  });

  test("passes on what the meter says of itself", () => {
    const mirrored = { ...RAPL, flags: ["mirrored: package-1 repeats package-0"] };
    const { caveats } = summaryOf(metered({ meters: [mirrored] }), [...five(60), idle(20), idle(20)]);
    expect(caveats.find(({ id }) => id === "meter_says")?.text).toContain("package-1 repeats package-0");
  });

  test("keeps the energy of questions that failed", () => {
    const { energy } = summaryOf(metered(), [
      ...asked(questionsOf(2)),
      answered("q0"),
      failed("q1", "why", 0, "a", { window: 0, latencyMs: 4 }),
      { ...(windowOf(2, { wallS: 2 }) as WindowObservation), energy: { rapl: { joules: 40, wall: 2e9, edge: 1e6 } } },
    ]);
    expect(energy?.grossPerAnswer.value).toBeCloseTo(20, 9);
    expect(energy?.grossPerCorrect?.value).toBeCloseTo(40, 9);
  });
});

describe("energy of a device", () => {
  const gpu: MeterRecord = { ...RAPL, id: "nvml", source: "nvml:GPU-1", domain: "gpu", boundary: "gpu_board" };
  const onDevice = (meters: MeterRecord[]): Run => {
    const run = runOf({ meters });
    return { ...run, cells: run.cells.map((cell) => ({ ...cell, device: "cuda" as const })) };
  };
  const both = (): Partial<WindowObservation> => ({
    energy: { rapl: { joules: 60, wall: 2e9, edge: 1e6 }, nvml: { joules: 300, wall: 2e9, edge: 1e6 } },
  });

  test("is the board's and the processor's together where both were counted, and the board's alone", () => {
    const { energies } = summaryOf(onDevice([gpu, RAPL]), five(0, both));
    expect(energies.map(({ boundary }) => boundary)).toEqual(["cpu_package+gpu_board", "gpu_board"]);
    expect(energies[0]?.grossPerAnswer.value).toBeCloseTo(90, 9);
    expect(energies[1]?.grossPerAnswer.value).toBeCloseTo(75, 9);
  });

  test("is absent where no meter covers the device, whatever the processor's says", () => {
    const { energy, caveats } = summaryOf(onDevice([RAPL]), five(60));
    expect(energy).toBeUndefined();
    expect(caveats.find(({ id }) => id === "energy_absent")?.text).toContain("no meter covers the device");
  });
});

describe("isContaminated", () => {
  test.each([
    ["nothing known", {}, false],
    ["throttled", { throttled: true }, true],
    ["2 % stolen", { stolen: 0.02 * 8e9 + 2e7 }, true],
    ["half a percent stolen", { stolen: 0.005 * 8e9 }, false],
    ["6 % of the machine used by others", { others: 0.06 * 8e9 + 2e7 }, true],
    ["4 % used by others", { others: 0.04 * 8e9 }, false],
  ])("%s: %o is %s", (_, facts, expected) => {
    expect(isContaminated({ wall: 2e9, ...facts }, 4)).toBe(expected);
  });

  test("does not judge by less than the system can count", () => {
    expect(isContaminated({ wall: 1e7, others: 1e7 }, 1)).toBe(false);
  });
});
