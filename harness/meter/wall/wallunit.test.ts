import { describe, expect, test } from "vitest";
import { wallUnit } from "./wallunit.ts";

describe("wallUnit", () => {
  test("tells power from energy and takes prefixes seriously", () => {
    expect(wallUnit("W")).toEqual({ quantity: "power", scale: 1 });
    expect(wallUnit("kW")).toEqual({ quantity: "power", scale: 1_000 });
    expect(wallUnit("Wh")).toEqual({ quantity: "energy", scale: 3_600 });
    expect(wallUnit("kWh")).toEqual({ quantity: "energy", scale: 3_600_000 });
    expect(wallUnit("watts")).toEqual({ quantity: "power", scale: 1 });
    expect(wallUnit("kw")).toEqual({ quantity: "power", scale: 1_000 });
    expect(wallUnit("KWH")).toEqual({ quantity: "energy", scale: 3_600_000 });
  });

  test("tells milli from mega by the case, and not at all without it", () => {
    expect([wallUnit("mW")?.scale, wallUnit("MW")?.scale]).toEqual([1e-3, 1e6]);
    expect([wallUnit("mw"), wallUnit("mwh")]).toEqual([undefined, undefined]);
  });

  test("knows no other unit", () => {
    for (const name of ["", "VA", "A", "°C", "power", "constructor"]) expect(wallUnit(name)).toBeUndefined();
  });
});
