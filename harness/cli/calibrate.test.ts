import { existsSync, readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { loadCalibration, saveCalibration } from "../meter/calibrationfile.ts";
import type { Calibration } from "../run.ts";
import { calibrateCommand } from "./calibrate.ts";
import { environment, fakeMachine, type FakeMachine, flags, recordOf } from "./calibrate.support.ts";

const NOW = new Date("2026-03-02T00:00:00Z");
const stored = ({ context }: FakeMachine) => loadCalibration(context.host, environment, NOW);

/** The stored calibration; none fails the test. */
function calibration(machine: FakeMachine): Calibration {
  const found = stored(machine);
  if (found === undefined || "ignored" in found) throw new Error(`none is stored: ${found?.ignored ?? ""}`);
  return found;
}

describe("calibrateCommand", () => {
  test("finds the line of the machine from typed watts, and stores it", async () => {
    const machine = fakeMachine();
    expect(await calibrateCommand(flags({ typed: "30,60,90,75.6 W,30" }), machine.context)).toBe(0);
    const found = calibration(machine);
    expect(found.slope).toBeCloseTo(1.2, 6);
    expect(found.offset).toBeCloseTo(18, 6);
    expect(found).toMatchObject({ meter: "rapl", source: "rapl:fake", wall: "typed", wall_error: 0.02 });
    expect(found.points.map(({ stage }) => stage)).toEqual(["idle", "half", "full", "model", "idle_again"]);
    expect(found.points.map(({ meter_w }) => Math.round(meter_w))).toEqual([10, 35, 60, 48, 10]);
    expect(found.points[0]?.seconds).toBeCloseTo(20, 0);
  });

  test("reads the wall meter over the same seconds", async () => {
    const machine = fakeMachine({ wall: (watts) => 1.3 * watts + 7 });
    await calibrateCommand(flags({ wall: "http://plug" }), machine.context);
    const found = calibration(machine);
    expect(found.slope).toBeCloseTo(1.3, 6);
    expect(found.offset).toBeCloseTo(7, 6);
    expect(found).toMatchObject({ wall: "wall:http://plug", wall_error: 0.01 });
  });

  test("lets every load settle, ends it before the next, and closes the meters", async () => {
    const settled: Record<string, number> = {};
    const machine = fakeMachine({
      whilePassing: (now, work) => {
        settled[work] ??= now;
      },
    });
    await calibrateCommand(flags({ wall: "w.csv" }), machine.context);
    expect(machine.log).toEqual([
      ...["half", "full", "model"].flatMap((load) => [`start ${load}`, `stop ${load}`]),
      "close rapl",
      "close wall",
    ]);
    // From the first second of half load to that of full load: 10 s to settle, 20 s that count.
    expect((settled["full"] ?? 0) - (settled["half"] ?? 0)).toBeCloseTo(30, 0);
  });

  test("prints the stages against the line, the line, and until when it holds", async () => {
    const machine = fakeMachine();
    await calibrateCommand(flags({ typed: "30,60,90,77,30" }), machine.context);
    const lines = machine.printed.join("").split("\n");
    const cells = (line = "") => line.trim().split(/ {2,}/);
    expect(cells(lines[0])).toEqual(["stage", "seconds", "meter W", "wall W", "by the line W", "off by"]);
    expect(cells(lines[4])).toEqual(["model", "20.0", "48.0", "77.0", "76.0", "1.2 %"]);
    expect(lines[7]).toBe("watts at the wall = slope x watts by rapl:fake + offset");
    // By hand: slope 1.2 + 15.4 x 1.4 / 2015.2, error sqrt(0.4457 / 2015.2), t 3.182 at three degrees of freedom.
    expect(lines[8]).toBe("slope 1.21 [1.16, 1.26], offset 17.9 [16.1, 19.7] W");
    expect(lines[9]).toMatch(
      /^stored in .*calibration\.json; valid until 2026-08-28 on this machine under kernel 6\.1$/,
    );
  });

  test("prints one JSON document when asked for it", async () => {
    const machine = fakeMachine();
    await calibrateCommand(flags({ typed: "30,60,90,75.6,30", json: true }), machine.context);
    const document = JSON.parse(machine.printed.join("")) as { file: string; calibration: object };
    expect(existsSync(document.file)).toBe(true);
    expect(document.calibration).toEqual(stored(machine));
  });

  test("has no point of a model without one, and says what that leaves open", async () => {
    for (const machine of [fakeMachine(), fakeMachine({ withModel: false })]) {
      const model = machine.context.loads.model === undefined;
      await calibrateCommand(flags({ typed: "30,60,90,30", model }), machine.context);
      expect(calibration(machine).points.map(({ stage }) => stage)).toEqual(["idle", "half", "full", "idle_again"]);
      expect(machine.log).not.toContain("start model");
      expect(machine.printed.join("")).toContain("no model was run");
    }
  });

  test("takes the processor time of the load where only the power model works", async () => {
    const machine = fakeMachine({ meters: [] });
    // Unknown family at 4 threads: 2.84 W idle and 13.52 W more at full load, by the curve 0.433 at half and 0.27 at a quarter.
    const modelled = [0, 0.433, 1, 0.2705, 0].map((share) => 2.84 + share * 13.52);
    const walls = modelled.map((watts) => (2 * watts + 3).toFixed(3));
    await calibrateCommand(flags({ typed: walls.join(",") }), machine.context);
    const found = calibration(machine);
    expect(found).toMatchObject({ meter: "model", source: "spec:unknown@2026-03-09" });
    expect(found.slope).toBeCloseTo(2, 2);
    expect(found.offset).toBeCloseTo(3, 1);
    expect(found.points[2]?.meter_w).toBeCloseTo(16.36, 1);
  });

  test("calibrates the processor's meter and closes one of the system beside it", async () => {
    const board = recordOf("hwmon", { domain: "system", boundary: "system_dc" });
    const machine = fakeMachine({ meters: [board, recordOf("rapl")] });
    await calibrateCommand(flags({ typed: "30,60,90,75.6,30" }), machine.context);
    expect(calibration(machine).meter).toBe("rapl");
    expect(machine.log.filter((line) => line.startsWith("close"))).toEqual(["close hwmon", "close rapl"]);
  });

  test("leaves out a stage whose meter failed or that nobody watched, and says so", async () => {
    const machine = fakeMachine({ isBroken: (id, work) => id === "wall" && work === "half" });
    await calibrateCommand(flags({ wall: "w.csv" }), machine.context);
    expect(calibration(machine).points.map(({ stage }) => stage)).toEqual(["idle", "full", "model", "idle_again"]);
    expect(machine.notes).toContain("half: no watts at the wall; this stage is left out");

    const unwatched = fakeMachine();
    await calibrateCommand(flags({ typed: "30,60,90,,30" }), unwatched.context);
    expect(calibration(unwatched).points).toHaveLength(4);
  });

  test("says of a virtual machine that the wall is its host's", async () => {
    const { context, ...machine } = fakeMachine();
    const virtual = { ...context, environment: { ...environment, virtualised: true } };
    await calibrateCommand(flags({ typed: "30,60,90,75.6,30" }), virtual);
    expect(machine.notes[0]).toContain("a wall meter reads its whole host");
  });

  test("says that a stage is too short for a meter", async () => {
    const machine = fakeMachine({ meters: [recordOf("rapl", { shortest: 60 })] });
    await calibrateCommand(flags({ typed: "30,60,90,75.6,30" }), machine.context);
    expect(machine.notes[0]).toMatch(/^--seconds 20: rapl needs 60 s/);
  });
});

describe("calibrateCommand asks for the watts at the wall", () => {
  const answers: Record<string, string> = { idle: "30", half: "60,0", full: "90 W", model: "75.6", idle_again: "30" };
  const stageOf = (question: string): string => question.split(":")[0] ?? "";

  test("after every stage, and takes a comma for a point", async () => {
    const machine = fakeMachine({ typing: (question) => answers[stageOf(question)] ?? "" });
    await calibrateCommand(flags(), machine.context);
    expect(calibration(machine).slope).toBeCloseTo(1.2, 6);
  });

  test("again after a slip, three times at most", async () => {
    let slips = 0;
    const once = fakeMachine({
      typing: (question) =>
        stageOf(question) === "full" && slips++ === 0 ? "ninety" : (answers[stageOf(question)] ?? ""),
    });
    await calibrateCommand(flags(), once.context);
    expect(once.notes).toContain('"ninety" is not a number of watts above 0 and below 5000');
    expect(calibration(once).points).toHaveLength(5);

    const never = fakeMachine({ typing: () => "-5" });
    await expect(calibrateCommand(flags(), never.context)).rejects.toThrow(
      'calibrate: "-5" for idle is not a number of watts above 0 and below 5000',
    );
    expect(never.notes.filter((note) => note.startsWith('"-5"'))).toHaveLength(2);
  });

  test("or says what to do when nobody can be asked", async () => {
    await expect(calibrateCommand(flags(), fakeMachine().context)).rejects.toThrow(
      "nothing tells the watts at the wall; give --wall URL or FILE, or start it in a terminal",
    );
  });
});

describe("calibrateCommand leaves the stored calibration as it was", () => {
  /** Runs it on a machine that has one already. */
  async function failing(machine: FakeMachine, more: Parameters<typeof flags>[0]): Promise<string> {
    const earlier = fakeMachine();
    await calibrateCommand(flags({ typed: "30,60,90,75.6,30" }), earlier.context);
    const before = calibration(earlier);
    saveCalibration(machine.context.host.env, before);
    const error = await calibrateCommand(flags(more), machine.context).then(
      () => "it did not fail",
      (reason: unknown) => (reason as Error).message,
    );
    expect(stored(machine)).toEqual(before);
    expect(readdirSync(machine.config)).toEqual(["calibration.json"]);
    const opened = machine.log.filter((line) => line.startsWith("start")).length;
    expect(machine.log.filter((line) => line.startsWith("stop"))).toHaveLength(opened);
    return error;
  }

  test.each([
    [{ typed: "30,sixty,90,75,30" }, '--typed: "sixty" for half is not a number of watts above 0 and below 5000'],
    [{ typed: "30,60,-90,75,30" }, '--typed: "-90" for full is not a number of watts'],
    [{ typed: "0,60,90,75,30" }, '--typed: "0" for idle is not a number of watts'],
    [{ typed: "30,60,90000,75,30" }, '--typed: "90000" for full is not a number of watts'],
    [{ typed: "30,60" }, '--typed: "30,60" has 2 values, 5 stages need one each: idle, half, full, model, idle_again'],
    [{ typed: "30,60,90,75,30", model: false }, "has 5 values, 4 stages need one each"],
    [{ typed: "30", wall: "http://plug" }, "--wall and --typed both say"],
    [{ typed: "30,60,90,75,30", seconds: 0 }, '--seconds: "0" is not above 0'],
    [{ typed: "30,60,90,75,30", meter: "none" as const }, "--meter none: there is nothing to calibrate"],
    [{ typed: "30,60,90,75,30", meter: "perf" as const }, "--meter perf"],
  ])("when it cannot begin: %j", async (more, message) => {
    const machine = fakeMachine();
    expect(await failing(machine, more)).toContain(message);
    expect(machine.log.filter((line) => line.startsWith("start"))).toEqual([]);
  });

  test("when fewer than three loads are left", async () => {
    expect(await failing(fakeMachine(), { typed: "30,,90,,30" })).toContain(
      "cannot calibrate rapl: it saw 2 different loads (idle 10 W, full 60 W, idle_again 10 W)",
    );
  });

  test("when the points make no line, or the wall reads too little", async () => {
    expect(await failing(fakeMachine(), { typed: "30,90,60,75.6,30" })).toMatch(/stage \w+ is [\d.]+ % off the line/);
    expect(await failing(fakeMachine({ wall: (watts) => watts / 2 }), { wall: "w.csv" })).toContain(
      "the wall reads less than the meter at every stage",
    );
  });

  test("when it is interrupted, at once and without a load left behind", async () => {
    const stop = new AbortController();
    let stopped = 0;
    const machine = fakeMachine({
      signal: stop.signal,
      whilePassing: (now, work) => {
        if (work === "full") stop.abort();
        stopped = now;
      },
    });
    expect(await failing(machine, { typed: "30,60,90,75.6,30" })).toBe("calibrate: interrupted; nothing was stored");
    // Idle and half load are over, a second of the third stage has begun.
    expect(stopped).toBeLessThan(65);
    expect(machine.log).toEqual(["start half", "stop half", "start full", "stop full", "close rapl"]);
  });

  test("when a device is named that the stages do not use, or a wall meter that does not work", async () => {
    const board = recordOf("nvml", { domain: "gpu", boundary: "gpu_board" });
    const machine = fakeMachine({ meters: [board] });
    expect(await failing(machine, { typed: "30,60,90,75,30", meter: "nvml" })).toContain("it sees the device only");
    expect(machine.log).toEqual(["close nvml"]);

    const { context, ...rest } = fakeMachine();
    const probe = () => Promise.resolve({ works: false as const, reason: "no answer", remedy: "plug it in" });
    const wallMeter = () => ({ id: "wall", about: "fake", domain: "system" as const, probe });
    const unplugged = { ...rest, context: { ...context, wallMeter } };
    expect(await failing(unplugged, { wall: "http://plug" })).toBe("--wall: does not work: no answer; plug it in");
    expect(unplugged.log).toEqual(["close rapl"]);
  });
});
