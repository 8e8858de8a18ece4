import path from "node:path";
import { describe, expect, test } from "vitest";
import { machineId, saveCalibration } from "../meter/calibrationfile.ts";
import { fakeHost } from "../meter/host.support.ts";
import type { EnergyMeter, Probe } from "../meter/meter.ts";
import type { MeterRecord } from "../run.ts";
import { environment, recordOf } from "./calibrate.support.ts";
import { metersCommand } from "./meters.ts";

const NOW = new Date("2026-03-02T00:00:00Z");

const meterOf = (id: string, domain: MeterRecord["domain"], probe: () => Promise<Probe>): EnergyMeter => ({
  id,
  about: `about ${id}`,
  domain,
  probe,
});
const works = (record: MeterRecord): EnergyMeter =>
  meterOf(record.id, record.domain, () =>
    Promise.resolve({ works: true, record, open: () => Promise.reject(new Error("meters must open nothing")) }),
  );
const fails = (id: string, reason: string, remedy?: string): EnergyMeter =>
  meterOf(id, "cpu", () => Promise.resolve({ works: false, reason, ...(remedy === undefined ? {} : { remedy }) }));

function machine() {
  const host = fakeHost();
  return { ...host, env: { PERJOULE_CONFIG: path.join(host.root, "config") } };
}

async function output(meters: readonly EnergyMeter[], json: boolean, host = machine()): Promise<string> {
  let text = "";
  const stdout = (more: string): void => void (text += more);
  expect(await metersCommand({ json }, { meters, host, environment, now: NOW, stdout })).toBe(0);
  return text;
}

interface Document {
  readonly meters: readonly (Record<string, unknown> & { id: string; use?: string })[];
  readonly calibration?: object;
}
const document = async (meters: readonly EnergyMeter[], host = machine()): Promise<Document> =>
  JSON.parse(await output(meters, true, host)) as Document;
const used = async (meters: readonly EnergyMeter[]) =>
  (await document(meters)).meters.flatMap(({ id, use }) => (use === undefined ? [] : [`${id} ${use}`]));

const battery = recordOf("battery", { domain: "system", boundary: "system_dc", grade: "B" });
const nvml = recordOf("nvml", { domain: "gpu", boundary: "gpu_board" });

describe("metersCommand", () => {
  test("lists what works, best first, then what does not and what would help", async () => {
    const slow = recordOf("hwmon", { grade: "B", period: 1, quantum: 0.01, shortest: 60, flags: ["one rail only"] });
    const text = await output(
      [fails("perf", "may be used by root only", "sudo sysctl x=0"), recordOf("rapl"), slow].map((one) =>
        "probe" in one ? one : works(one),
      ),
      false,
    );
    const lines = text.split("\n").map((line) => line.trim().replaceAll(/ {2,}/g, " | "));
    expect(lines).toEqual([
      "works here | covers | grade | reads | every, in steps of | window | error | run takes it",
      "rapl | cpu_package | A | rapl:fake | 1.0 ms, 61 µJ | 500 ms | 5.0 % | yes",
      "hwmon | cpu_package | B | hwmon:fake | 1.0 s, 10 mJ | 60 s | 5.0 %",
      "model | whole_server | C | spec:unknown@2026-03-09 | x 0.40 to 3.5 | behind it",
      "hwmon: one rail only",
      "",
      "does not | why not, and what would help",
      "perf | may be used by root only",
      "-> sudo sysctl x=0",
      "wall | no address was given",
      "-> --wall URL or FILE",
      "constant | no watts were given",
      "-> --cpu-watts IDLE,MAX",
      "",
      "calibration: none is stored; `perjoule calibrate` makes one",
      "",
    ]);
  });

  test("marks those that a run takes: one for each domain, a device's only when it is used", async () => {
    const all = [works(recordOf("rapl")), works(recordOf("perf")), works(nvml), works(battery)];
    expect(await used(all)).toEqual(["rapl always", "battery always", "nvml gpu", "model fallback"]);
    // The record decides which domain is covered.
    const board: EnergyMeter = { ...works(battery), domain: "cpu" };
    expect(await used([board, works(recordOf("perf"))])).toEqual(["perf always", "battery always", "model fallback"]);
  });

  test("has the model take the energy where nothing else does", async () => {
    expect(await used([fails("rapl", "none here"), works(nvml)])).toEqual(["model always", "nvml gpu"]);
  });

  test("takes a probe that throws for a meter that does not work", async () => {
    const broken = meterOf("rapl", "cpu", () => {
      throw new Error("the bus is on fire");
    });
    const { meters } = await document([broken]);
    expect(meters.find(({ id }) => id === "rapl")).toEqual({
      id: "rapl",
      about: "about rapl",
      works: false,
      reason: "the bus is on fire",
    });
  });

  test("gives every figure of a meter as JSON, and of the model only what it has", async () => {
    const { meters } = await document([works(recordOf("rapl"))]);
    expect(meters[0]).toEqual({ ...recordOf("rapl"), about: "about rapl", works: true, use: "always" });
    expect(meters[1]).toEqual({
      id: "model",
      about: "a model of power by processor time",
      works: true,
      use: "fallback",
      source: "spec:unknown@2026-03-09",
      domain: "cpu",
      boundary: "whole_server",
      grade: "C",
      factor: { low: 0.4, high: 3.5 },
      flags: [],
    });
  });

  test("does not ask for the address of a wall meter that was named", async () => {
    const { meters } = await document([works(recordOf("wall", { domain: "system", boundary: "wall" }))]);
    expect(meters.map(({ id }) => id)).toEqual(["wall", "model", "constant"]);
  });
});

describe("metersCommand tells of the stored calibration", () => {
  const stored = (kernel: string) => {
    const host = machine();
    saveCalibration(host.env, {
      id: "0011223344ff",
      date: "2026-03-01T12:00:00.000Z",
      expires: "2026-08-28T12:00:00.000Z",
      machine: machineId(host, environment),
      kernel,
      meter: "rapl",
      source: "rapl:fake",
      wall: "typed",
      wall_error: 0.02,
      slope: 1.2,
      offset: -3,
      covariance: { slope: 0.001, both: -0.02, offset: 0.5 },
      residual: 0.012,
      points: (["idle", "half", "full"] as const).map((stage) => ({ stage, seconds: 180, meter_w: 10, wall_w: 30 })),
    });
    return host;
  };

  test("with its line and its end", async () => {
    expect(await output([], false, stored("6.1"))).toContain(
      "calibration: 1.20 x rapl:fake - 3.00 W = wall (typed), to 1.2 %, of 2026-03-01, valid until 2026-08-28\n",
    );
    expect((await document([], stored("6.1"))).calibration).toMatchObject({ id: "0011223344ff", slope: 1.2 });
  });

  test("with why it is ignored", async () => {
    const reason = "it was made under kernel 5.4, this one is 6.1";
    expect(await output([], false, stored("5.4"))).toContain(`calibration: ignored: ${reason}\n`);
    expect((await document([], stored("5.4"))).calibration).toEqual({ ignored: reason });
    expect(await document([])).not.toHaveProperty("calibration");
  });
});
