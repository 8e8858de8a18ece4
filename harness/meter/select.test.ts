import { describe, expect, test } from "vitest";
import type { Environment, MeterRecord, Plan } from "../run.ts";
import type { Host } from "./host.ts";
import type { EnergyMeter, Probe } from "./meter.ts";
import { selectMeters } from "./select.ts";

const here: Environment = {
  perjoule: "0",
  node: "v20",
  platform: "linux",
  arch: "x64",
  cpus: 4,
  memory_bytes: 8 * 2 ** 30,
  virtualised: true,
};
const host = {} as Host;
const plan = (more: Partial<Plan> = {}): Pick<Plan, "meter" | "device" | "cpu_watts" | "wall"> => ({
  meter: "auto",
  device: ["cpu"],
  ...more,
});

interface Fake extends EnergyMeter {
  readonly probed: { times: number };
}

function meter(id: MeterRecord["id"], domain: MeterRecord["domain"], works: boolean | Error = true): Fake {
  const record: MeterRecord = {
    id,
    source: `${id}:fake`,
    domain,
    boundary: domain === "gpu" ? "gpu_board" : "cpu_package",
    grade: "A",
    period: 0.001,
    quantum: 0,
    error: 0.05,
    shortest: 0,
    flags: [],
  };
  const probed = { times: 0 };
  const open = () =>
    Promise.resolve({ record, read: () => Promise.resolve(undefined), close: () => Promise.resolve() });
  return {
    id,
    about: "fake",
    domain,
    probed,
    probe(): Promise<Probe> {
      probed.times++;
      if (works instanceof Error) throw works;
      return Promise.resolve(
        works ? { works: true, record, open } : { works: false, reason: "no such thing", remedy: "plug it in" },
      );
    },
  };
}
const ids = async (of: Partial<Plan>, meters: readonly EnergyMeter[]): Promise<string[]> =>
  (await selectMeters(plan(of), meters, host, here)).records.map((record) => record.id);

describe("selectMeters", () => {
  test("opens the first of a domain that works, and keeps the model behind it", async () => {
    const meters = [meter("rapl", "cpu", false), meter("perf", "cpu"), meter("hwmon", "cpu")];
    expect(await ids({}, meters)).toEqual(["perf", "model"]);
    expect(meters.map(({ probed }) => probed.times)).toEqual([1, 1, 0]);
  });

  test("looks for a device's meter only where the plan uses a device", async () => {
    const meters = [meter("rapl", "cpu"), meter("nvml", "gpu")];
    expect(await ids({}, meters)).toEqual(["rapl", "model"]);
    expect(await ids({ device: ["cpu", "cuda"] }, meters)).toEqual(["rapl", "nvml", "model"]);
  });

  test("takes a probe that throws for a meter that does not work", async () => {
    expect(await ids({}, [meter("rapl", "cpu", new Error("boom")), meter("perf", "cpu")])).toEqual(["perf", "model"]);
  });

  test("puts stated watts before the model and behind a counter", async () => {
    const cpu_watts = { idle: 20, max: 65 };
    expect(await ids({ cpu_watts }, [meter("rapl", "cpu")])).toEqual(["rapl", "constant", "model"]);
    const { records } = await selectMeters(plan({ cpu_watts, meter: "constant" }), [], host, here);
    expect(records).toMatchObject([{ id: "constant", grade: "D", boundary: "stated", source: "stated:20-65W" }]);
  });

  test("opens nothing for the model, and has nothing for none", async () => {
    expect(await ids({ meter: "model" }, [meter("rapl", "cpu")])).toEqual(["model"]);
    expect(await ids({ meter: "none" }, [meter("rapl", "cpu")])).toEqual([]);
  });

  test("reads a wall meter whose address was given beside a meter that was named, and never passes over it", async () => {
    const meters = [meter("wall", "system"), meter("rapl", "cpu")];
    expect(await ids({ meter: "rapl", wall: "plug.csv" }, meters)).toEqual(["wall", "rapl", "model"]);
    // A battery covers the machine as the wall meter does: one of them is enough.
    expect(await ids({ wall: "plug.csv" }, [...meters, meter("battery", "system")])).toEqual(["wall", "rapl", "model"]);
    await expect(ids({ meter: "model", wall: "plug.csv" }, meters)).rejects.toThrow(
      "--wall: is not read with --meter model; leave out one of them",
    );
    await expect(ids({ wall: "plug.csv" }, [meter("wall", "system", false), meter("rapl", "cpu")])).rejects.toThrow(
      "--meter wall: does not work here",
    );
  });

  test("refuses a meter that was asked for by name and does not work, with the reason and the remedy", async () => {
    await expect(ids({ meter: "rapl" }, [meter("rapl", "cpu", false)])).rejects.toThrow(
      "--meter rapl: does not work here: no such thing; plug it in",
    );
    await expect(ids({ meter: "wall" }, [])).rejects.toThrow("--meter wall: say where it is with --wall FILE or URL");
    await expect(ids({ meter: "constant" }, [])).rejects.toThrow("say the watts with --cpu-watts IDLE,MAX");
  });
});
