import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, test } from "vitest";
import type { Calibration } from "../run.ts";
import { calibrationFile, configFolder, loadCalibration, machineId, saveCalibration } from "./calibrationfile.ts";
import { fakeHost } from "./host.support.ts";

const ID = "0123456789abcdef0123456789abcdef";
const here = { cpu_model: "A Processor", kernel: "6.1" };
const NOW = new Date("2026-03-02T00:00:00Z");

/** A machine with an id, and a configuration folder of its own below a root that is removed with the test. */
function machine(id = ID) {
  const host = fakeHost();
  host.write("/etc/machine-id", id);
  return { ...host, env: { PERJOULE_CONFIG: path.join(host.root, "config", "perjoule") } };
}

const calibration = (host: ReturnType<typeof machine>, more: Partial<Calibration> = {}): Calibration => ({
  id: "0011223344ff",
  date: "2026-03-01T12:00:00.000Z",
  expires: "2026-08-28T12:00:00.000Z",
  machine: machineId(host, here),
  kernel: "6.1",
  meter: "rapl",
  source: "rapl:package-0",
  wall: "typed",
  wall_error: 0.02,
  slope: 1.2,
  offset: 18,
  covariance: { slope: 0.001, both: -0.02, offset: 0.5 },
  residual: 0.01,
  points: (["idle", "half", "full"] as const).map((stage, i) => ({
    stage,
    seconds: 180,
    meter_w: 10 + 20 * i,
    wall_w: 30 + 24 * i,
  })),
  ...more,
});

test("configFolder is the user's word, else in XDG_CONFIG_HOME, else below home", () => {
  expect(configFolder({ PERJOULE_CONFIG: "/mine", XDG_CONFIG_HOME: "/xdg" })).toBe("/mine");
  expect(configFolder({ XDG_CONFIG_HOME: "/xdg" })).toBe(path.join("/xdg", "perjoule"));
  expect(configFolder({})).toBe(path.join(os.homedir(), ".config", "perjoule"));
  expect(calibrationFile({ PERJOULE_CONFIG: "/mine" })).toBe(path.join("/mine", "calibration.json"));
});

describe("machineId", () => {
  test("is the same for the same machine and another for another machine or processor", () => {
    const id = machineId(machine(), here);
    expect(id).toMatch(/^[0-9a-f]{16}$/);
    expect(machineId(machine(), here)).toBe(id);
    expect(machineId(machine("f".repeat(32)), here)).not.toBe(id);
    expect(machineId(machine(), { cpu_model: "Another" })).not.toBe(id);
  });

  test("takes the host's name where there is no id, or one that every image has", () => {
    const none = fakeHost();
    expect(machineId(machine("uninitialized"), here)).toBe(machineId(none, here));
    expect(machineId(none, here)).not.toBe(machineId(machine(), here));
  });
});

describe("saveCalibration", () => {
  test("stores what loadCalibration gives back, in place of an earlier one and with nothing beside it", () => {
    const host = machine();
    expect(loadCalibration(host, here, NOW)).toBeUndefined();
    saveCalibration(host.env, calibration(host, { slope: 1.1 }));
    const file = saveCalibration(host.env, calibration(host));
    expect(loadCalibration(host, here, NOW)).toEqual(calibration(host));
    expect(readdirSync(path.dirname(file))).toEqual(["calibration.json"]);
    expect(readFileSync(file, "utf8").endsWith("}\n")).toBe(true);
  });

  test("says where it could not be stored, and leaves nothing behind", () => {
    const host = machine();
    mkdirSync(calibrationFile(host.env), { recursive: true });
    writeFileSync(path.join(calibrationFile(host.env), "full"), "");
    expect(() => saveCalibration(host.env, calibration(host))).toThrow(
      `cannot store the calibration in "${calibrationFile(host.env)}"`,
    );
    expect(readdirSync(configFolder(host.env))).toEqual(["calibration.json"]);
  });
});

describe("loadCalibration ignores", () => {
  const ignoredOn = (more: Partial<Calibration>, now = NOW): unknown => {
    const host = machine();
    saveCalibration(host.env, calibration(host, more));
    return loadCalibration(host, here, now);
  };
  const ignoredText = (content: string): unknown => {
    const host = machine();
    mkdirSync(configFolder(host.env), { recursive: true });
    writeFileSync(calibrationFile(host.env), content);
    return loadCalibration(host, here, NOW);
  };

  test("one that has expired, from that moment on", () => {
    expect(ignoredOn({}, new Date("2026-08-28T11:59:59Z"))).not.toHaveProperty("ignored");
    expect(ignoredOn({}, new Date("2026-08-28T12:00:00Z"))).toEqual({ ignored: "it expired on 2026-08-28" });
  });

  test("one of another machine or another kernel", () => {
    expect(ignoredOn({ machine: "ffffffffffffffff" })).toEqual({ ignored: "it was made on another machine" });
    expect(ignoredOn({ kernel: "5.4" })).toEqual({ ignored: "it was made under kernel 5.4, this one is 6.1" });
  });

  test("one that is malformed, saying what is wrong", () => {
    const good = calibration(machine());
    expect(ignoredText("{")).toEqual({ ignored: expect.stringMatching(/calibration\.json" is not JSON: /) });
    expect(ignoredText(JSON.stringify({ ...good, slope: "1" }))).toEqual({
      ignored: expect.stringMatching(/is no calibration: slope: .*number/),
    });
    expect(ignoredText(JSON.stringify({ ...good, points: good.points.slice(1) }))).toEqual({
      ignored: expect.stringContaining("is no calibration: points: "),
    });
    expect(ignoredText(JSON.stringify({ ...good, extra: 1 }))).toEqual({ ignored: expect.stringContaining("extra") });
  });

  test("one that cannot be read", () => {
    const host = machine();
    mkdirSync(calibrationFile(host.env), { recursive: true });
    expect(loadCalibration(host, here, NOW)).toEqual({ ignored: expect.stringMatching(/cannot be read: EISDIR/) });
  });
});
