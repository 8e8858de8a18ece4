import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Environment } from "../run.ts";
import { loadShare, modelledEnergy, powerModel } from "./estimate.ts";

const GIB = 2 ** 30;

/** AWS c7i.xlarge: four threads of a Sapphire Rapids server, 8 GiB. */
const c7i: Environment = {
  perjoule: "0",
  node: "v20",
  platform: "linux",
  arch: "x64",
  cpu_vendor: "GenuineIntel",
  cpu_family: 6,
  cpu_model_number: 0x8f,
  cpus: 4,
  memory_bytes: 8 * GIB,
  virtualised: true,
};

describe("modelledEnergy", () => {
  test("gives the worked example: four threads of a Sapphire Rapids at full load for 2.5 s", () => {
    const model = powerModel(c7i);
    const { gross, marginal } = modelledEnergy(model, 2.5, 10);
    expect(gross).toBeCloseTo(39.9, 6);
    expect(marginal).toBeCloseTo(30.9, 6);
    expect(Math.round(gross * model.grossFactor.low)).toBe(26);
    expect(Math.round(gross * model.grossFactor.high)).toBe(76);
    expect(Math.round(marginal * model.marginalFactor.low)).toBe(17);
    expect(Math.round(marginal * model.marginalFactor.high)).toBe(56);
  });

  test("of an idle machine is its idle power alone", () => {
    expect(modelledEnergy(powerModel(c7i), 10, 0)).toEqual({ gross: 36, marginal: 0 });
  });

  test("of one busy thread in four takes the curve at 25 %, above the straight line", () => {
    const { marginal } = modelledEnergy(powerModel(c7i), 1, 1);
    expect(marginal).toBeCloseTo(4 * ((0.238 + 0.303) / 2) * (3.99 - 0.9), 10);
    expect(marginal).toBeGreaterThan(0.25 * 4 * (3.99 - 0.9));
  });

  test("takes processor time beyond the threads there are as all of them", () => {
    expect(modelledEnergy(powerModel(c7i), 1, 9)).toEqual(modelledEnergy(powerModel(c7i), 1, 4));
  });

  test("is gross = marginal + idle, and grows with the time", () => {
    const seconds = fc.double({ min: 1e-3, max: 1e4, noNaN: true });
    fc.assert(
      fc.property(seconds, fc.double({ min: 0, max: 1, noNaN: true }), (wall, load) => {
        const model = powerModel(c7i);
        const { gross, marginal } = modelledEnergy(model, wall, load * 4 * wall);
        expect(gross - marginal).toBeCloseTo(3.6 * wall, 6);
        expect(marginal).toBeGreaterThanOrEqual(0);
        expect(modelledEnergy(model, 2 * wall, load * 8 * wall).gross / gross).toBeCloseTo(2, 9);
      }),
    );
  });
});

describe("powerModel", () => {
  test("adds no memory up to 2 GiB a thread, and 0.38 W for every GiB above", () => {
    expect(powerModel({ ...c7i, memory_bytes: 4 * GIB }).extraMemory).toBe(0);
    expect(powerModel(c7i).extraMemory).toBe(0);
    expect(powerModel({ ...c7i, memory_bytes: 18 * GIB }).extraMemory).toBeCloseTo(3.8, 12);
    const idle = modelledEnergy(powerModel({ ...c7i, memory_bytes: 18 * GIB }), 1, 0);
    expect(idle.gross).toBeCloseTo(3.6 + 3.8, 12);
    expect(idle.marginal).toBe(0);
  });

  test("says what memory adds, and lowers the lower bound by what is not known of it", () => {
    const model = powerModel({ ...c7i, memory_bytes: 64 * GIB });
    expect(model.source).toBe("spec:sapphire_rapids@2026-03-09+memory:21.3W");
    // 21.28 W of memory, 0.526 of it at least, beside 4 (0.9 + 0.433 x 3.09) = 8.95 W of processors, 0.65 of them at least.
    expect(model.grossFactor.low).toBeCloseTo((21.28 * (0.2 / 0.38) + 8.952 * 0.65) / (21.28 + 8.952), 3);
    expect(model.grossFactor.high).toBe(1.9);
    expect(model.marginalFactor).toEqual({ low: 0.55, high: 1.8 });
  });

  test("names its table, and is wide for a family it does not know", () => {
    expect(powerModel(c7i)).toMatchObject({
      source: "spec:sapphire_rapids@2026-03-09",
      grossFactor: { low: 0.65, high: 1.9 },
      marginalFactor: { low: 0.55, high: 1.8 },
    });
    const arm: Environment = {
      perjoule: "0",
      node: "v20",
      platform: "linux",
      arch: "arm64",
      cpus: 4,
      memory_bytes: GIB,
    };
    expect(powerModel(arm)).toMatchObject({
      source: "spec:unknown@2026-03-09",
      grossFactor: { low: 0.4, high: 3.5 },
      marginalFactor: { low: 0.4, high: 3.5 },
    });
  });

  test("calls a virtual machine's figure its share and any other's the whole server", () => {
    expect(powerModel(c7i).boundary).toBe("vm_share");
    expect(powerModel({ ...c7i, virtualised: false }).boundary).toBe("whole_server");
  });
});

describe("loadShare", () => {
  test.each([
    [0, 0],
    [0.1, 0.174],
    [0.2, 0.238],
    [0.3, 0.303],
    [0.4, 0.367],
    [0.5, 0.433],
    [0.6, 0.512],
    [0.7, 0.604],
    [0.8, 0.723],
    [0.9, 0.861],
    [1, 1],
  ])("at %d is the SPECpower median %d", (utilisation, share) => {
    expect(loadShare(utilisation)).toBeCloseTo(share, 12);
  });

  test("is linear between its points and constant beyond its ends", () => {
    expect(loadShare(0.05)).toBeCloseTo(0.087, 12);
    expect(loadShare(0.95)).toBeCloseTo(0.9305, 12);
    expect(loadShare(-1)).toBe(0);
    expect(loadShare(1.7)).toBe(1);
  });
});
