import { expect, test } from "vitest";
import { accumulator } from "./counter.ts";
import { type FakeBoard, H200, nvmlHost, passSlowly, readingOf, smiHost, working } from "./gpu/gpu.support.ts";
import { fakeHost } from "./host.support.ts";
import { nvidiaSmi } from "./gpu/nvidiasmi.ts";
import { nvmlMeter } from "./gpu/nvml.ts";
import { fakePlug } from "./wall/plug.support.ts";
import { wallMeter } from "./wall/wall.ts";

test("field bug 6: a GPU counter that decreases is a reset, not a wrap", async () => {
  const boards: FakeBoard[] = [{ uuid: "GPU-a", watts: 100, millijoules: 10_000_000n }];
  const { host, load } = nvmlHost(boards);
  const meter = await working(await nvmlMeter(load).probe(host)).open();
  host.pass(10);
  const before = await readingOf(meter);
  (boards[0] as FakeBoard).millijoules = 0n;
  host.pass(10);
  const reset = await readingOf(meter);
  expect([reset.breaks, reset.joules]).toEqual([before.breaks + 1, before.joules]);
  host.pass(10);
  const after = await readingOf(meter);
  expect(after.breaks).toBe(reset.breaks);
  expect(after.joules - reset.joules).toBeCloseTo(1_000, 6);
  await meter.close();
});

test("field bug 7: a frozen GPU counter is refused", async () => {
  const frozen: FakeBoard = { uuid: "GPU-a", watts: 100, millijoules: 10_000_000n, counter: "frozen" };
  const alone = nvmlHost([frozen]);
  expect(await nvmlMeter(alone.load).probe(alone.host)).toMatchObject({
    works: false,
    reason: expect.stringMatching(/^GPU 0 \(NVIDIA H200\): its figure does not move/) as string,
  });
  const beside = nvmlHost([frozen, { uuid: "GPU-b", watts: 80 }]);
  const { record } = working(await nvmlMeter(beside.load).probe(beside.host));
  expect(record.source).toBe("nvml:GPU-b");
  expect(record.flags).toEqual([expect.stringMatching(/^not counted: GPU 0/)]);
});

test("field bug 12: mean power, not the last instant's", async () => {
  const busyThenIdle = (seconds: number): string => (seconds < 8.95 ? "300.00" : "10.00");
  const host = smiHost([{ ...H200, "power.draw.instant": busyThenIdle }]);
  const meter = await working(await nvidiaSmi.probe(host)).open();
  const before = await readingOf(meter);
  passSlowly(host, 10);
  const after = await readingOf(meter);
  const watts = (after.joules - before.joules) / ((after.at - before.at) / 1e9);
  expect(watts).toBeGreaterThan(260);
  expect(watts).toBeLessThan(280);
  await meter.close();
});

test("field bug 13: an error path gives nothing, never 0.0 J", async () => {
  const boards: FakeBoard[] = [{ uuid: "GPU-a", watts: 100 }];
  const counted = nvmlHost(boards);
  const nvml = await working(await nvmlMeter(counted.load).probe(counted.host)).open();
  (boards[0] as FakeBoard).counter = "unreadable";
  expect(await nvml.read()).toBeUndefined();
  await nvml.close();

  const sampled = smiHost([H200]);
  const smi = await working(await nvidiaSmi.probe(sampled)).open();
  sampled.streams.at(-1)?.end("nvidia-smi ended (exit code 15)");
  expect(await smi.read()).toBeUndefined();
  await smi.close();

  const host = fakeHost();
  const reply = { now: { apower: 64 } as unknown };
  const plug = await fakePlug(() => reply.now);
  const wall = await working(await wallMeter(plug.address).probe(host)).open();
  reply.now = 500;
  host.pass(1);
  expect(await wall.read()).toBeUndefined();
  await wall.close();

  const mute = smiHost([{ ...H200, "power.draw.instant": "[N/A]", "power.draw": "[N/A]" }]);
  expect(await nvidiaSmi.probe(mute)).toMatchObject({ works: false });
});

test("field bug 15: kW are not W", async () => {
  for (const [state, unit] of [
    ["64", "W"],
    ["0.064", "kW"],
  ]) {
    const host = fakeHost();
    const plug = await fakePlug(() => ({ entity_id: "sensor.plug", state, attributes: { unit_of_measurement: unit } }));
    const meter = await working(await wallMeter(plug.address).probe(host)).open();
    for (let i = 0; i < 60; i += 1) {
      host.pass(1);
      await meter.read();
    }
    expect((await readingOf(meter)).joules).toBeCloseTo(64 * 60, 6);
    await meter.close();
  }
});

/** Windows' Energy Meter Interface counts picowatt-hours: 2^53 of them are 9 kWh. */
test("field bug 17: counters beyond 2^53 stay exact", () => {
  const PICOWATT_HOUR = 3.6e-9;
  const start = 2n ** 60n + 1n;
  expect(Number(start + 3n) - Number(start)).not.toBe(3);
  const count = accumulator({ unit: PICOWATT_HOUR, most: 1_000, period: 0.1 });
  count.add(start, 0);
  expect(count.add(start + 3n, 1e9)).toMatchObject({ joules: 3 * PICOWATT_HOUR, breaks: 0 });
});

test("field bug 20: persistence mode off is said, and idle is not read from the waking sample", async () => {
  const waking = (seconds: number): string => (seconds < 2.5 ? "120.00" : "34.00");
  const host = smiHost([{ ...H200, persistence_mode: "Disabled", "power.draw.instant": waking }]);
  const probe = working(await nvidiaSmi.probe(host));
  expect(probe.record.flags).toEqual([
    "persistence mode off: looking wakes the board, idle is too high (sudo nvidia-smi -pm 1)",
  ]);
  const meter = await probe.open();
  const before = await readingOf(meter);
  passSlowly(host, 10);
  const after = await readingOf(meter);
  expect((after.joules - before.joules) / ((after.at - before.at) / 1e9)).toBeCloseTo(34, 6);
  await meter.close();
});
