import { describe, expect, test } from "vitest";
import { plugFigures } from "./plugreply.ts";

const entity = (state: string, unit: string) => ({
  entity_id: "sensor.plug",
  state,
  attributes: { unit_of_measurement: unit, friendly_name: "Plug" },
  last_changed: "2026-03-01T12:00:00+00:00",
});

describe("plugFigures", () => {
  test("knows Shelly's first generation: watt-minutes", () => {
    const reply = {
      power: 85.05,
      overpower: 0,
      is_valid: true,
      timestamp: 1_618_501_251,
      counters: [90.1],
      total: 116,
    };
    expect(plugFigures(reply)).toEqual({ watts: 85.05, energy: { joules: 6_960, quantum: 60 } });
  });

  test("knows the energy meters of Shelly's first generation: watt-hours", () => {
    const reply = { power: 85.05, reactive: 3, voltage: 231.2, is_valid: true, total: 116, total_returned: 0 };
    expect(plugFigures(reply)).toEqual({ watts: 85.05, energy: { joules: 417_600, quantum: 3_600 } });
  });

  test("knows Shelly's later generations: watt-hours with decimals", () => {
    const reply = { id: 0, output: true, apower: 42.5, voltage: 230, aenergy: { total: 12.5, by_minute: [0, 0, 0] } };
    expect(plugFigures(reply)).toEqual({ watts: 42.5, energy: { joules: 45_000, quantum: expect.closeTo(3.6, 9) } });
  });

  test("knows Tasmota: kilowatt-hours, and lists of several outlets", () => {
    const reply = (Power: unknown, Total: unknown) => ({
      StatusSNS: { Time: "2026-03-01T12:00:00", ENERGY: { Total, Power, ApparentPower: 70 } },
    });
    expect(plugFigures(reply(64, 3.204))).toEqual({
      watts: 64,
      energy: { joules: expect.closeTo(11_534_400, 3), quantum: 3_600 },
    });
    expect(plugFigures(reply([60, 4], [1, 2]))).toMatchObject({ watts: 64, energy: { joules: 10_800_000 } });
  });

  test("knows Home Assistant, in the unit that it says", () => {
    expect(plugFigures(entity("64.5", "W"))).toEqual({ watts: 64.5 });
    expect(plugFigures(entity("0.0645", "kW"))).toEqual({ watts: expect.closeTo(64.5, 9) });
    expect(plugFigures(entity("1.25", "kWh"))).toEqual({ energy: { joules: 4_500_000, quantum: 36_000 } });
    expect(plugFigures(entity("7", "Wh"))).toEqual({ energy: { joules: 25_200, quantum: 3_600 } });
  });

  test("says what is wrong with a sensor", () => {
    expect(plugFigures(entity("230", "V"))).toEqual({
      reason: '"sensor.plug" is in "V", which is neither power nor energy',
    });
    expect(plugFigures(entity("unavailable", "W"))).toEqual({
      reason: '"sensor.plug" is "unavailable", which is no number',
    });
  });

  test("makes no figure of what it does not know", () => {
    const unknown = { reason: "its reply is none of Shelly, Tasmota or a Home Assistant sensor" };
    for (const reply of [{}, [], null, 42, "64 W", { power: "64" }, { power: 64, is_valid: false, total: 1 }]) {
      expect(plugFigures(reply)).toEqual(unknown);
    }
  });
});
