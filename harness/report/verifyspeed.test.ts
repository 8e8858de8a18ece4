import { describe, expect, test } from "vitest";
import type { Run } from "../run.ts";
import { right, saying } from "./compare.support.ts";
import { answered, runOf, windowOf } from "./run.support.ts";
import { type Verification, type VerifiedCell, verificationOf } from "./verify.ts";
import { againOf, machine, toldBy } from "./verify.support.ts";
import { unlikeMachines } from "./verifyspeed.ts";

const first = ({ cells }: Verification): VerifiedCell => cells[0] as VerifiedCell;
const SAID = saying("a", right(20, 0));
const on = (environment: Run["environment"], more: Partial<Run> = {}): Verification =>
  verificationOf(toldBy(runOf({ environment: machine() }), SAID), toldBy(runOf({ environment, ...more }), SAID), []);

describe("unlikeMachines", () => {
  test("is nothing of one class, whatever its memory, kernel or versions", () => {
    expect(unlikeMachines(machine(), machine({ memory_bytes: 1, kernel: "6.1", node: "v22" }))).toBeUndefined();
  });

  test.each([
    [{ cpu_model: "EPYC" }, 'cpu_model ("Xeon" there, "EPYC" here)'],
    [{ cpus: 64 }, 'cpus ("4" there, "64" here)'],
    [{ arch: "arm64" }, 'arch ("x64" there, "arm64" here)'],
    [{ cpu_model_number: 1, cpus: 2 }, 'cpu_model_number ("143" there, "1" here), cpus ("4" there, "2" here)'],
  ])("names what differs in %j, both values", (other, what) => {
    expect(unlikeMachines(machine(), machine(other))).toContain(`another kind of machine, by ${what}`);
  });

  test("takes processors of which nobody knows the model for unlike", () => {
    const { cpu_model: _model, ...unknown } = machine();
    expect(unlikeMachines(unknown, unknown)).toContain("cpu_model (unknown there, unknown here)");
  });
});

describe("verificationOf, speed", () => {
  test("sets medians and joules of one class of machine beside each other, here over there", () => {
    const row = first(againOf(right(20, 0), right(20, 0), [4, 8]));
    expect(row.latency).toEqual({ ratio: 2, verdict: "apart" });
    // The window is twice as long at the same power: nothing is open but the questions, as it is the same program.
    expect(row.energy?.ratio.value).toBeCloseTo(2, 9);
    expect(row.energy?.ratio.interval?.high).toBeLessThan(2.1);
    expect(row.energy?.verdict).toBe("apart");
    expect(row.verdict).toBe("identical");
    const same = first(againOf(right(20, 0), right(20, 0)));
    expect([same.latency, same.energy?.verdict]).toEqual([{ ratio: 1, verdict: "overlaps" }, "overlaps"]);
  });

  test("takes only questions that both answered, so that a part stands beside the same part", () => {
    const slow = (ms: (i: number) => number, n: number) => [
      ...Array.from({ length: n }, (_, i) => answered(`q${i}`, { latencyMs: ms(i) })),
      windowOf(n),
    ];
    const run = runOf({ environment: machine() });
    const there = toldBy(
      run,
      slow((i) => (i < 10 ? 4 : 400), 20),
    );
    const here = toldBy(
      run,
      slow(() => 4, 10),
      10,
    );
    expect(first(verificationOf(there, here, [])).latency).toEqual({ ratio: 1, verdict: "overlaps" });
  });

  test("of few answers has a ratio and no verdict", () => {
    expect(first(againOf(right(3, 0), right(3, 0), [4, 8])).latency).toEqual({ ratio: 2 });
  });

  test("of another class of machine has neither, and says why in one line", () => {
    const found = on(machine({ cpus: 8 }));
    for (const key of ["latency", "energy"]) expect(first(found)).not.toHaveProperty(key);
    expect(found.speedNotes).toEqual([
      expect.stringMatching(/^latency and energy are not compared: .*"4" there, "8" here/),
    ]);
    expect(first(found).verdict).toBe("identical");
  });

  test("of unlike meters has times alone, and says why", () => {
    const plan = { ...runOf().plan, cpu_watts: { idle: 10, max: 50 } };
    const meters: Run["meters"] = [
      {
        id: "constant",
        source: "stated:10,50W",
        domain: "system",
        boundary: "stated",
        grade: "D",
        period: 0,
        quantum: 0,
        error: 0,
        shortest: 0,
        flags: [],
      },
    ];
    const found = on(machine(), { plan, meters });
    expect(first(found).latency).toMatchObject({ ratio: 1 });
    expect(first(found)).not.toHaveProperty("energy");
    expect(found.speedNotes).toEqual([
      expect.stringMatching(/^energy is not compared: joules of unlike grade \("C" and "D"\)/),
    ]);
    const none = on(machine(), { plan: { ...runOf().plan, meter: "none" }, meters: [] });
    expect(none.speedNotes).toEqual(["energy is not compared: none was measured here"]);
  });

  test("says where other work disturbed it", () => {
    expect(on(machine({ busy_before: 0.5 })).speedNotes).toEqual(["other work disturbed 1 of 1 cells here"]);
  });
});
