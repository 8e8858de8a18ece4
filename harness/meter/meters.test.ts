import { describe, expect, test } from "vitest";
import { MeterChoice } from "../run.ts";
import { fakeHost } from "./host.support.ts";
import type { EnergyMeter } from "./meter.ts";
import { allMeters, tryMeters } from "./meters.ts";

describe("allMeters", () => {
  test("lists them best first, the wall only if it is given", () => {
    const ids = ["rapl", "perf", "hwmon", "nvml", "nvidia-smi", "amd", "powermetrics", "macmon", "battery"];
    expect(allMeters({}).map(({ id }) => id)).toEqual(ids);
    expect(allMeters({ wall: "http://plug/meter/0" }).map(({ id }) => id)).toEqual(["wall", ...ids]);
  });

  test("lists every meter that a plan can name", () => {
    const named = MeterChoice.options.filter((id) => !["auto", "none", "model", "constant"].includes(id));
    expect(new Set(allMeters({ wall: "wall.csv" }).map(({ id }) => id))).toEqual(new Set(named));
  });
});

describe("tryMeters", () => {
  test("finds none on a bare machine, and a reason for each", async () => {
    for (const platform of ["linux", "darwin", "win32"] as const) {
      const host = fakeHost({ platform });
      const tried = await tryMeters(allMeters({ wall: `${host.root}/missing.csv` }), host);
      expect(tried).toHaveLength(10);
      for (const { probe } of tried) {
        expect(probe).toMatchObject({ works: false, reason: expect.stringMatching(/\w/) as string });
      }
    }
  });

  test("takes a probe that throws for a meter that does not work, and goes on", async () => {
    const meter = (id: string, probe: EnergyMeter["probe"]): EnergyMeter => ({ id, about: id, domain: "cpu", probe });
    const order: string[] = [];
    const thrower = meter("thrower", () => {
      order.push("thrower");
      return Promise.reject(new Error("no such register"));
    });
    const next = meter("next", () => {
      order.push("next");
      return Promise.resolve({ works: false, reason: "none" });
    });
    expect((await tryMeters([thrower, next], fakeHost())).map(({ probe }) => probe)).toEqual([
      { works: false, reason: expect.stringContaining("no such register") as string },
      { works: false, reason: "none" },
    ]);
    expect(order).toEqual(["thrower", "next"]);
  });
});
