import { describe, expect, test } from "vitest";
import { SETTLING } from "./boards.ts";
import { type FakeBoard, nvmlHost, readingOf, working } from "./gpu.support.ts";
import { fakeHost } from "../host.support.ts";
import { nvmlMeter } from "./nvml.ts";

const board = (uuid: string, watts: number, state: Partial<FakeBoard> = {}): FakeBoard => ({ uuid, watts, ...state });

describe("nvml probe", () => {
  test("says what it covers", async () => {
    const { host, load } = nvmlHost([board("GPU-a", 76), board("GPU-b", 80)]);
    expect(working(await nvmlMeter(load).probe(host)).record).toEqual({
      id: "nvml",
      source: "nvml:GPU-a+GPU-b",
      domain: "gpu",
      boundary: "gpu_board",
      grade: "A",
      period: 0.1,
      quantum: 1e-3,
      error: 0.05,
      shortest: 5,
      flags: [],
    });
  });

  test("hands on why the library cannot be had, and the remedy", async () => {
    const missing = { reason: "the package koffi is not installed", remedy: "npm install koffi" };
    expect(await nvmlMeter(() => Promise.resolve(missing)).probe(fakeHost())).toEqual({ works: false, ...missing });
  });

  test("does not work without boards, or with all of them hidden", async () => {
    const none = nvmlHost([]);
    expect(await nvmlMeter(none.load).probe(none.host)).toEqual({ works: false, reason: "NVML shows no board" });
    const hidden = nvmlHost([board("GPU-a", 76)], { CUDA_VISIBLE_DEVICES: "-1" });
    expect(await nvmlMeter(hidden.load).probe(hidden.host)).toEqual({
      works: false,
      reason: "CUDA_VISIBLE_DEVICES hides every board",
    });
    expect([none.open(), hidden.open()]).toEqual([0, 0]);
  });

  test("leaves out a board without a counter, and says so", async () => {
    const { host, load } = nvmlHost([
      board("GPU-a", 76),
      board("GPU-b", 50, { name: "Tesla P40", counter: "unreadable", isPersistent: false }),
    ]);
    expect(working(await nvmlMeter(load).probe(host)).record).toMatchObject({
      source: "nvml:GPU-a",
      flags: ["not counted: GPU 1 (Tesla P40): it counts no energy; boards older than Volta do not"],
    });
  });

  test("refuses power that no machine draws", async () => {
    const { host, load } = nvmlHost([board("GPU-a", 60_000)]);
    expect(await nvmlMeter(load).probe(host)).toMatchObject({ works: false });
  });
});

describe("nvml reading", () => {
  test("sums the boards, from the opening on", async () => {
    const { host, load } = nvmlHost([board("GPU-a", 100, { millijoules: 5_000_000n }), board("GPU-b", 50)]);
    const meter = await working(await nvmlMeter(load).probe(host)).open();
    const before = await readingOf(meter);
    host.pass(10);
    const after = await readingOf(meter);
    expect(before.joules).toBe(0);
    expect(after.joules).toBeCloseTo(1_500, 6);
    expect(after.at - before.at).toBe(10e9);
    expect(after.edge).toBe(0.1e9);
    await meter.close();
  });

  test("counts only the boards that CUDA_VISIBLE_DEVICES leaves", async () => {
    const { host, load } = nvmlHost([board("GPU-a", 100), board("GPU-b", 50)], { CUDA_VISIBLE_DEVICES: "GPU-b" });
    const meter = await working(await nvmlMeter(load).probe(host)).open();
    host.pass(10);
    expect((await readingOf(meter)).joules).toBeCloseTo(500, 6);
    await meter.close();
  });

  test("is nothing as soon as one board fails", async () => {
    const boards = [board("GPU-a", 100), board("GPU-b", 50)];
    const { host, load } = nvmlHost(boards);
    const meter = await working(await nvmlMeter(load).probe(host)).open();
    (boards[1] as FakeBoard).counter = "unreadable";
    host.pass(1);
    expect(await meter.read()).toBeUndefined();
    await meter.close();
  });

  test("breaks when the machine slept", async () => {
    const { host, load } = nvmlHost([board("GPU-a", 100)]);
    const meter = await working(await nvmlMeter(load).probe(host)).open();
    const { breaks } = await readingOf(meter);
    host.suspend(60);
    host.pass(1);
    expect((await readingOf(meter)).breaks).toBe(breaks + 1);
    await meter.close();
  });

  test("can be opened again, and gives the library back each time", async () => {
    const { host, load, open } = nvmlHost([board("GPU-a", 100)]);
    const probe = working(await nvmlMeter(load).probe(host));
    expect(open()).toBe(0);
    for (let i = 0; i < 2; i += 1) {
      const meter = await probe.open();
      expect(open()).toBe(1);
      expect((await readingOf(meter)).joules).toBe(0);
      await meter.close();
      expect(open()).toBe(0);
    }
  });

  test("does not open with a board missing", async () => {
    const boards = [board("GPU-a", 100), board("GPU-b", 50)];
    const { host, load, open } = nvmlHost(boards);
    const probe = working(await nvmlMeter(load).probe(host));
    boards.pop();
    await expect(probe.open()).rejects.toThrow('of the boards "GPU-a GPU-b" only 1 are still there');
    expect(open()).toBe(0);
  });

  test("begins to count once a board that it woke has settled", async () => {
    const { host, load } = nvmlHost([board("GPU-a", 120, { isPersistent: false })]);
    const probe = working(await nvmlMeter(load).probe(host));
    const asked = host.clock();
    const meter = await probe.open();
    expect(host.clock() - asked).toBe(SETTLING * 1e9);
    expect((await readingOf(meter)).joules).toBe(0);
    await meter.close();
  });
});
