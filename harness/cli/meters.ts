import { loadCalibration } from "../meter/calibrationfile.ts";
import { modelRecord, powerModel } from "../meter/estimate.ts";
import type { Host } from "../meter/host.ts";
import type { EnergyMeter, Probe } from "../meter/meter.ts";
import { tryMeters } from "../meter/meters.ts";
import { digits, quantity } from "../report/format.ts";
import type { Calibration, Environment, MeterRecord } from "../run.ts";
import type { Interval } from "../stats/interval.ts";
import { calibrationLine } from "./calibrationtext.ts";
import { listing } from "./list.ts";

export interface MetersContext {
  /** In the order in which a run would take them. */
  readonly meters: readonly EnergyMeter[];
  readonly host: Host;
  readonly environment: Environment;
  readonly now: Date;
  readonly stdout: (text: string) => void;
}

/** `gpu`: only when a run's device is not the processor. `fallback`: where no meter could be read. */
type Use = "always" | "gpu" | "fallback";

/** One way to get joules, as `--json` shows it. */
type Listed = { readonly id: string; readonly about: string } & (
  | ({ readonly works: true; readonly use?: Use } & MeterRecord)
  | ({ readonly works: true; readonly use: Use; readonly factor: Interval } & Omit<MeterRecord, keyof Counting>)
  | { readonly works: false; readonly reason: string; readonly remedy?: string }
);
type Working = Extract<Listed, { works: true }>;
type Failing = Extract<Listed, { works: false }>;
/** What only a meter that counts has. */
type Counting = Pick<MeterRecord, "period" | "quantum" | "error" | "shortest">;

/** Tries every meter and says what works here, what a run would take, and what would help the others. */
export async function metersCommand({ json }: { json: boolean }, context: MetersContext): Promise<number> {
  const { meters, host, environment, now, stdout } = context;
  const probed = await tryMeters(meters, host);
  const uses = usesOf(probed);
  const tried = probed.map(({ meter, probe }) => listed(meter, probe, uses.get(meter)));
  const working = [...tried.filter(isWorking), modelled(environment, uses)].sort(
    (a, b) => rank(a) - rank(b) || a.grade.localeCompare(b.grade),
  );
  const failing = [...tried.filter((one): one is Failing => !one.works), ...unasked(meters)];
  const calibration = loadCalibration(host, environment, now);
  if (json) {
    const document = { meters: [...working, ...failing], ...(calibration === undefined ? {} : { calibration }) };
    stdout(`${JSON.stringify(document, null, 2)}\n`);
  } else {
    stdout(`${workingText(working)}\n${failingText(failing)}\n${calibrationText(calibration)}\n`);
  }
  return 0;
}

type Probed = Awaited<ReturnType<typeof tryMeters>>;

/** The best of each domain, as a run chooses them. */
function usesOf(probed: Probed): Map<EnergyMeter, Use> {
  const best = new Map<MeterRecord["domain"], EnergyMeter>();
  for (const { meter, probe } of probed) {
    if (best.has(meter.domain) || !probe.works || best.has(probe.record.domain)) continue;
    best.set(probe.record.domain, meter);
  }
  return new Map([...best].map(([domain, meter]) => [meter, domain === "gpu" ? "gpu" : "always"]));
}

function listed({ id, about }: EnergyMeter, probe: Probe, use: Use | undefined): Listed {
  if (probe.works) return { ...probe.record, about, works: true, ...(use === undefined ? {} : { use }) };
  const { reason, remedy } = probe;
  return { id, about, works: false, reason, ...(remedy === undefined ? {} : { remedy }) };
}

const isWorking = (one: Listed): one is Working => one.works;
/** Those that a run takes first, then by grade. */
const RANKS: readonly (Use | undefined)[] = ["always", "gpu", undefined, "fallback"];
const rank = ({ use }: Working): number => RANKS.indexOf(use);

/** The power model reads nothing, so it cannot fail. */
function modelled(environment: Environment, uses: ReadonlyMap<EnergyMeter, Use>): Working {
  const { period: _p, quantum: _q, error: _e, shortest: _s, ...record } = modelRecord(environment);
  const use = [...uses.values()].includes("always") ? "fallback" : "always";
  const about = "a model of power by processor time";
  return { ...record, about, works: true, use, factor: powerModel(environment).grossFactor };
}

/** Ways that need a word of the user first. */
function unasked(meters: readonly EnergyMeter[]): Failing[] {
  const wall: Failing = {
    id: "wall",
    about: "a wall meter: a smart plug's URL, or a CSV file that grows",
    works: false,
    reason: "no address was given",
    remedy: "--wall URL or FILE",
  };
  const constant: Failing = {
    id: "constant",
    about: "watts that the user states",
    works: false,
    reason: "no watts were given",
    remedy: "--cpu-watts IDLE,MAX",
  };
  return meters.some(({ id }) => id === "wall") ? [constant] : [wall, constant];
}

const USE_TEXT = { always: "yes", gpu: "for a GPU", fallback: "behind it" } as const satisfies Record<Use, string>;

function workingText(working: readonly Working[]): string {
  const rows = working.map((meter) => [
    meter.id,
    meter.boundary,
    meter.grade,
    meter.source,
    ...("factor" in meter
      ? ["", "", `x ${digits(meter.factor.low, 2)} to ${digits(meter.factor.high, 2)}`]
      : [
          `${quantity({ value: meter.period }, "s", 2)}, ${quantity({ value: meter.quantum }, "J", 2)}`,
          quantity({ value: meter.shortest }, "s", 2),
          `${digits(100 * meter.error, 2)} %`,
        ]),
    meter.use === undefined ? "" : USE_TEXT[meter.use],
  ]);
  const flags = working.flatMap((meter) => meter.flags.map((flag) => `${meter.id}: ${flag}\n`));
  const head = ["works here", "covers", "grade", "reads", "every, in steps of", "window", "error", "run takes it"];
  return `${listing(head, rows)}${flags.join("")}`;
}

function failingText(failing: readonly Failing[]): string {
  const rows = failing.flatMap(({ id, reason, remedy }) => [
    [id, reason],
    ...(remedy === undefined ? [] : [["", `-> ${remedy}`]]),
  ]);
  return listing(["does not", "why not, and what would help"], rows);
}

function calibrationText(calibration: Calibration | { ignored: string } | undefined): string {
  if (calibration === undefined) return "calibration: none is stored; `perjoule calibrate` makes one";
  if ("ignored" in calibration) return `calibration: ignored: ${calibration.ignored}`;
  return `calibration: ${calibrationLine(calibration)}`;
}
