import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { H200, passSlowly, readingOf, type SmiBoard, smiHost, working } from "./gpu.support.ts";
import { fakeHost } from "../host.support.ts";
import { thisHost } from "../host.ts";
import { nvidiaSmi } from "./nvidiasmi.ts";

const { "power.draw.instant": _, "mig.mode.current": __, ...OLD } = H200;
const SECOND: SmiBoard = { ...H200, index: "1", uuid: "GPU-77aa", "power.draw.instant": "100.00" };

describe("nvidia-smi probe", () => {
  test("says what it covers", async () => {
    expect(working(await nvidiaSmi.probe(smiHost([H200, SECOND]))).record).toEqual({
      id: "nvidia-smi",
      source: "nvidia-smi:GPU-3d1f+GPU-77aa",
      domain: "gpu",
      boundary: "gpu_board",
      grade: "B",
      period: expect.closeTo(0.1, 6) as number,
      quantum: 1e-3,
      error: 0.1,
      shortest: 30,
      flags: [],
    });
  });

  test("does not work without the program or with a broken driver", async () => {
    expect(await nvidiaSmi.probe(fakeHost())).toEqual({ works: false, reason: "nvidia-smi is not installed" });
    const broken = fakeHost();
    broken.script(
      "nvidia-smi",
      "#!/bin/sh\necho 'NVIDIA-SMI has failed: driver/library version mismatch' >&2\nexit 18",
    );
    expect(await nvidiaSmi.probe(broken)).toEqual({
      works: false,
      reason: "nvidia-smi failed: NVIDIA-SMI has failed: driver/library version mismatch",
    });
  });

  test("says what it got from a program that shows no board", async () => {
    const host = fakeHost({ answers: { "nvidia-smi": () => "No devices were found\n" } });
    expect(await nvidiaSmi.probe(host)).toEqual({
      works: false,
      reason: 'nvidia-smi shows no board: "No devices were found"',
    });
  });

  test("leaves out a board that tells no power, and says so", async () => {
    const mute = { ...SECOND, name: "GRID T4", "power.draw.instant": "[N/A]", "power.draw": "[Not Supported]" };
    expect(working(await nvidiaSmi.probe(smiHost([H200, mute]))).record).toMatchObject({
      source: "nvidia-smi:GPU-3d1f",
      flags: ["not counted: GPU 1 (GRID T4) tells no power"],
    });
  });

  test("does not work where no board tells power: an unreadable figure is no 0 W", async () => {
    for (const cell of ["[N/A]", "[Unknown Error]", "[Not Supported]", "", "0.00"]) {
      const host = smiHost([{ ...H200, "power.draw.instant": cell, "power.draw": cell }]);
      expect(await nvidiaSmi.probe(host)).toEqual({ works: false, reason: "nvidia-smi tells no power within 10 s" });
      expect(host.streams.every((stream) => stream.isStopped)).toBe(true);
    }
  });

  test("flags boards that are shared", async () => {
    const sliced = { ...H200, "mig.mode.current": "Enabled" };
    const { record } = working(await nvidiaSmi.probe(smiHost([sliced], { apps: "4242, GPU-3d1f\n" })));
    expect(record.flags).toEqual(["board shared: MIG is on", "board shared with another process"]);
    const elsewhere = working(await nvidiaSmi.probe(smiHost([H200], { apps: "4242, GPU-ffff\n" })));
    expect(elsewhere.record.flags).toEqual([]);
  });

  test("gives the time between samples as it is, not as it was asked for", async () => {
    const host = smiHost([{ ...H200 }]);
    let line = 0;
    const every = host.stream.bind(host);
    const slow = {
      ...host,
      stream: (program: string, args: readonly string[], onLine: (line: string) => void) =>
        every(program, args, (text) => {
          if ((line += 1) % 4 === 0) onLine(text);
        }),
    };
    expect(working(await nvidiaSmi.probe(slow)).record.period).toBeCloseTo(0.4, 6);
  });
});

describe("nvidia-smi reading", () => {
  test("integrates the boards' instant power", async () => {
    const host = smiHost([H200, SECOND]);
    const meter = await working(await nvidiaSmi.probe(host)).open();
    const before = await readingOf(meter);
    passSlowly(host, 10);
    const after = await readingOf(meter);
    expect(after.joules - before.joules).toBeCloseTo(176.25 * ((after.at - before.at) / 1e9), 6);
    expect(after.at - before.at).toBeCloseTo(10e9, -6);
    await meter.close();
    expect(host.streams.at(-1)?.isStopped).toBe(true);
  });

  test("counts only the boards that CUDA_VISIBLE_DEVICES leaves", async () => {
    const host = smiHost([H200, SECOND], { env: { CUDA_VISIBLE_DEVICES: "1" } });
    const meter = await working(await nvidiaSmi.probe(host)).open();
    const before = await readingOf(meter);
    passSlowly(host, 10);
    expect((await readingOf(meter)).joules - before.joules).toBeCloseTo(1_000, 0);
    await meter.close();
  });

  test("takes power.draw where an old driver or a board has no instant power", async () => {
    for (const board of [OLD, { ...H200, "power.draw.instant": "[N/A]" }]) {
      const host = smiHost([board]);
      const meter = await working(await nvidiaSmi.probe(host)).open();
      const before = await readingOf(meter);
      passSlowly(host, 10);
      const after = await readingOf(meter);
      expect((after.joules - before.joules) / ((after.at - before.at) / 1e9)).toBeCloseTo(76, 6);
      await meter.close();
    }
  });

  test("breaks over samples that failed for a while", async () => {
    const host = smiHost([{ ...H200, "power.draw.instant": failing, "power.draw": failing }]);
    const meter = await working(await nvidiaSmi.probe(host)).open();
    const before = await readingOf(meter);
    passSlowly(host, 10);
    expect((await readingOf(meter)).breaks).toBe(before.breaks + 1);
    await meter.close();
  });

  test("is nothing once the program has ended", async () => {
    const host = smiHost([H200]);
    const meter = await working(await nvidiaSmi.probe(host)).open();
    expect((await readingOf(meter)).joules).toBe(0);
    host.streams.at(-1)?.end("nvidia-smi ended (exit code 15)");
    expect(await meter.read()).toBeUndefined();
    await meter.close();
  });

  test("is nothing when the program hangs, rather than its last reading for ever", async () => {
    const host = smiHost([H200], { until: 5 });
    const meter = await working(await nvidiaSmi.probe(host)).open();
    passSlowly(host, 4);
    expect((await readingOf(meter)).joules).toBeGreaterThan(300);
    passSlowly(host, 4);
    expect(await meter.read()).toBeUndefined();
    await meter.close();
  });
});

/** Fails from the fourth to the sixth second. */
function failing(seconds: number): string {
  return seconds > 4 && seconds < 6 ? "[Unknown Error]" : "76.00";
}

describe("nvidia-smi as a program on the path", () => {
  afterEach(() => void vi.unstubAllEnvs());

  test("is found, asked, followed and stopped", async () => {
    const bin = mkdtempSync(path.join(os.tmpdir(), "perjoule-bin-"));
    onTestFinished(() => rmSync(bin, { recursive: true }));
    writeFileSync(path.join(bin, "nvidia-smi"), SCRIPT);
    chmodSync(path.join(bin, "nvidia-smi"), 0o755);
    vi.stubEnv("PATH", `${bin}:${process.env["PATH"]}`);
    const probe = working(await nvidiaSmi.probe({ ...thisHost(), env: {} }));
    expect(probe.record.source).toBe("nvidia-smi:GPU-real");
    const meter = await probe.open();
    expect(await readingOf(meter)).toMatchObject({ breaks: 0 });
    await meter.close();
  });
});

const SCRIPT = `#!/bin/sh
case "$*" in
  *compute-apps*) ;;
  *-lms*) while echo "0, 70.00, 69.50"; do sleep 0.02; done ;;
  *) echo "0, GPU-real, NVIDIA A2, Enabled, [N/A], 70.00, 69.50" ;;
esac
`;
