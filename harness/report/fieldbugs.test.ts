import { expect, test } from "vitest";
import { type FakeRapl, fakeRapl } from "../meter/linux/rapl.support.ts";
import { rapl } from "../meter/linux/rapl.ts";
import { type Metering, metering } from "../meter/metering.ts";
import type { Observation, WindowObservation } from "../observation.ts";
import type { Run } from "../run.ts";
import { answered, asked, cellOf, questionsOf, runOf, summaryOf, windowOf } from "./run.support.ts";

// Each of these went wrong in a published energy meter. Here a whole run is recorded from a fake sysfs tree: 50 W idle, 80 W at work.

const IDLE = 50;
const BUSY = 80;
const CPUS = 4;

/** A machine whose package counts, and whose /proc/stat counts what others do. */
interface Machine {
  readonly host: FakeRapl;
  readonly meters: Metering;
  readonly run: Run;
  /** Others keep the machine busy with so many processors from now on. */
  crowd(processors: number): void;
  /** The measured process works. */
  work(seconds: number): Promise<void>;
}

async function machine(): Promise<Machine> {
  let others = 0;
  let ticks = 0;
  const host: FakeRapl = fakeRapl([{ entry: "intel-rapl:0", name: "package-0", idle: IDLE, busy: BUSY }], {
    whilePassing(seconds, why) {
      ticks += 100 * seconds * (others + (why === "work" ? 1 : 0));
      host.write("/proc/stat", `cpu  ${Math.round(ticks)} 0 0 0 0 0 0 0`);
    },
  });
  host.write("/proc/stat", "cpu  0 0 0 0 0 0 0 0");
  const probe = await rapl.probe(host);
  if (!probe.works) throw new Error(probe.reason);
  const meter = await probe.open();
  const run = runOf({ meters: [meter.record] });
  return {
    host,
    meters: metering([meter], host),
    run: { ...run, environment: { ...run.environment, cpus: CPUS } },
    crowd: (processors) => void (others = processors),
    work: (seconds) => host.work(seconds),
  };
}

async function idle({ host, meters }: Machine): Promise<Observation> {
  const end = await meters.begin();
  host.pass(2);
  const cells = [cellOf("a").key];
  return { kind: "idle", state: "loaded", cells, trial: 0, wall: 2e9, ...(await end(0)) };
}

/** A window of four questions that take 2 s of work in all, `gap` seconds of nothing before it. */
async function window(on: Machine, number: number, gap = 0): Promise<Observation[]> {
  on.host.pass(gap);
  const end = await on.meters.begin();
  await on.work(2);
  const measured = await end(2e9);
  const ids = [0, 1, 2, 3].map((i) => `q${4 * number + i}`);
  return [
    ...ids.map((id) => answered(id, { window: number })),
    { ...(windowOf(4, { window: number, wallS: 2 }) as WindowObservation), ...measured },
  ];
}

test("field bug 9: an idle baseline taken while others worked is not taken for idle (Kepler's least power seen)", async () => {
  const here = await machine();
  here.crowd(2);
  const crowded = await idle(here);
  here.crowd(0);
  const quiet = [await idle(here), await idle(here)];
  const windows = [];
  for (const number of [0, 1, 2, 3, 4]) windows.push(...(await window(here, number)));
  const questions = asked(questionsOf(20));
  const { energy } = summaryOf(here.run, [...questions, crowded, ...quiet, ...windows]);
  expect(energy?.idleLoaded?.value).toBeCloseTo(IDLE, 3);
  expect((energy?.marginalPerAnswer?.value ?? 0) * 4).toBeCloseTo(2 * (BUSY - IDLE), 1);
  // Nothing but the crowded one: then idle is not known, and neither is what the work added to it.
  const unknown = summaryOf(here.run, [...questions, crowded, ...windows]);
  expect(unknown.energy).not.toHaveProperty("idleLoaded");
  expect(unknown.energy).not.toHaveProperty("marginalPerAnswer");
  expect(unknown.caveats.map(({ id }) => id)).toContain("idle_unknown");
});

test("field bug 10: idle time between windows is not charged to answers (Intelligence per Watt's last end to this end)", async () => {
  const here = await machine();
  const quiet = [await idle(here), await idle(here)];
  const windows = [];
  for (const number of [0, 1, 2, 3, 4]) windows.push(...(await window(here, number, 30)));
  const { energy } = summaryOf(here.run, [...asked(questionsOf(20)), ...quiet, ...windows]);
  expect((energy?.grossPerAnswer.value ?? 0) * 4).toBeCloseTo(2 * BUSY, 1);
});

test("field bug 11: what other processes draw meanwhile is seen, and not taken for the answers' (every rank counting the machine)", async () => {
  const here = await machine();
  const observations: Observation[] = [...asked(questionsOf(28)), await idle(here), await idle(here)];
  for (const number of [0, 1, 2, 3, 4]) observations.push(...(await window(here, number)));
  here.crowd(1);
  for (const number of [5, 6]) observations.push(...(await window(here, number)));
  const { energy, caveats } = summaryOf(here.run, observations);
  expect(energy).toMatchObject({ windows: 5, contaminated: 2 });
  expect(caveats.find(({ id }) => id === "contaminated_windows")?.detail).toContain("2 of 7, left out");
});
