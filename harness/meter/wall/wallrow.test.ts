import { describe, expect, test } from "vitest";
import { type Heading, headingIn, rowIn } from "./wallrow.ts";

function heading(text: string): Heading {
  const found = headingIn(text, "wall.csv");
  if ("problem" in found) throw new Error(found.problem);
  return found;
}

const row = (columns: string, text: string) => rowIn({ number: 17, text }, heading(columns), "wall.csv");

describe("headingIn", () => {
  test("finds times and a unit by the columns' names", () => {
    expect(heading("time,watts")).toEqual({ time: 0, value: 1, unit: { quantity: "power", scale: 1 } });
    expect(heading('"Voltage (V)","Power (kW)","Timestamp"')).toMatchObject({
      time: 2,
      value: 1,
      unit: { quantity: "power", scale: 1_000 },
    });
    expect(heading("date,energy_kwh")).toMatchObject({ value: 1, unit: { quantity: "energy", scale: 3.6e6 } });
    expect(heading("time,joules").unit).toEqual({ quantity: "energy", scale: 1 });
  });

  test("takes watt hours for energy however they are written, and watts per hour for nothing", () => {
    for (const name of ["energy_watt_hours", "Energy (Watt Hours)", "watts hour", "W h"]) {
      expect(heading(`time,${name}`).unit).toEqual({ quantity: "energy", scale: 3_600 });
    }
    expect(heading("time,kilowatt hours").unit).toEqual({ quantity: "energy", scale: 3.6e6 });
    for (const name of ["W/h", "watts per hour", "kW / h", "kWh/h", "watt hours per hour"]) {
      expect(headingIn(`time,${name}`, "wall.csv")).toHaveProperty("problem");
    }
  });

  test("prefers power where there are both", () => {
    expect(heading("time,kWh,W")).toMatchObject({ value: 2, unit: { quantity: "power", scale: 1 } });
  });

  test("says what is missing", () => {
    expect(headingIn("watts,volts", "wall.csv")).toEqual({
      problem: 'wall.csv:1: no column of times in "watts,volts"; it should be like "time,watts" or "time,energy_kwh"',
    });
    expect(headingIn("time,power", "wall.csv")).toEqual({
      problem:
        'wall.csv:1: no column with a unit in its name in "time,power"; it should be like "time,watts" or "time,energy_kwh"',
    });
  });
});

describe("rowIn", () => {
  test("reads ISO 8601 and seconds since 1970", () => {
    const time = Date.UTC(2026, 2, 1, 12, 0, 0, 500) / 1e3;
    for (const text of ["2026-03-01T12:00:00.5Z", "2026-03-01 13:00:00.5+01:00", "1772366400.5"]) {
      expect(row("time,watts", `${text},64.5`)).toEqual({ time, value: 64.5 });
    }
  });

  test("takes a time without a zone for local time", () => {
    const time = new Date(2026, 2, 1, 12).getTime() / 1e3;
    expect(row("time,watts", "2026-03-01 12:00:00,64")).toEqual({ time, value: 64 });
  });

  test("converts to watts and joules", () => {
    expect(row("time,kw", "1772366400,0.064")).toMatchObject({ value: 64 });
    expect(row("time,wh", "1772366400,2")).toMatchObject({ value: 7_200 });
  });

  test("names file, line and value of what makes no sense", () => {
    const problem = (text: string): unknown => row("time,watts", text);
    expect(problem("1772366400,6 4")).toEqual({ problem: 'wall.csv:17: "6 4" is no number of watts' });
    expect(problem("1772366400,NaN")).toEqual({ problem: 'wall.csv:17: "NaN" is no number of watts' });
    expect(problem("1772366400")).toEqual({ problem: 'wall.csv:17: "" is no number of watts' });
    expect(problem("1772366400,-1")).toEqual({
      problem: 'wall.csv:17: "-1" is negative; machines draw power, they do not give it',
    });
    for (const time of ["noon", "1772366400000", "01/03/2026", "2026-13-01T00:00", ""]) {
      expect(problem(`${time},64`)).toEqual({
        problem: `wall.csv:17: "${time}" is no time; ISO 8601 or seconds since 1970 are`,
      });
    }
  });
});
