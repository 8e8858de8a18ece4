import { type Stage, type StageLoads, STAGES, SETTLING, watchStage, wattsBy } from "../execute/stages.ts";
import { type CalibrationPoint, fitCalibration } from "../meter/calibration.ts";
import { machineId, requireConfigFolder, saveCalibration } from "../meter/calibrationfile.ts";
import { modelRecord } from "../meter/estimate.ts";
import type { Host } from "../meter/host.ts";
import type { EnergyMeter, OpenMeter } from "../meter/meter.ts";
import { metering } from "../meter/metering.ts";
import { selectMeters, tried } from "../meter/select.ts";
import { present } from "../present.ts";
import { duration } from "../report/format.ts";
import type { Environment, MeterChoice, MeterRecord } from "../run.ts";
import type { Seconds } from "../units.ts";
import { calibrationText } from "./calibrationtext.ts";
import { UsageError } from "./flags.ts";
import { type Reader, typedInAdvance, typedWhenAsked } from "./typedwatts.ts";

/** The flags of `calibrate` after parsing. */
export interface CalibrateFlags {
  /** Of every stage, after it settled. */
  readonly seconds: Seconds;
  /** The meter to calibrate: `auto` for the one a run would take. */
  readonly meter: MeterChoice;
  /** A plug's URL or a growing CSV file. */
  readonly wall?: string;
  /** Watts at the wall by stage, known beforehand: `31.2,55,90,80,31.0`. */
  readonly typed?: string;
  /** Whether a model is run as one of the stages. */
  readonly model: boolean;
  readonly json: boolean;
}

/** What the command needs from outside. */
export interface CalibrateContext {
  readonly meters: readonly EnergyMeter[];
  readonly wallMeter: (address: string) => EnergyMeter;
  readonly host: Host;
  readonly environment: Environment;
  readonly loads: StageLoads;
  readonly now: () => Date;
  /** Puts a question to the user and gives the answer. Absent where nobody can be asked; rejects when the user goes away. */
  readonly ask?: (question: string) => Promise<string>;
  readonly stdout: (text: string) => void;
  /** A line for the user meanwhile. */
  readonly note: (text: string) => void;
  readonly signal: AbortSignal;
}

/** One standard deviation of a plug for the home, relative: such are within 1 to 2 % above some 5 W. */
const TYPED_ERROR = 0.02;

/**
 * Runs the machine through its stages, fits the meter to the wall and stores the line. Whatever goes wrong leaves the stored
 * calibration as it was.
 */
export async function calibrateCommand(flags: CalibrateFlags, context: CalibrateContext): Promise<number> {
  const { host, environment } = context;
  if (!(flags.seconds > 0)) throw new Error(`--seconds: "${flags.seconds}" is not above 0`);
  const stages = STAGES.filter((stage) => stage !== "model" || (flags.model && context.loads.model !== undefined));
  const typed = typedReader(flags, stages, context);
  requireConfigFolder(host.env);
  const opened: OpenMeter[] = [];
  try {
    const meter = await openMeter(flags.meter, context, opened);
    const wall = typed === undefined ? await openWall(flags.wall ?? "", context, opened) : undefined;
    tellOfWindow([meter, ...(wall === undefined ? [] : [wall])], flags.seconds, context.note);
    if (environment.virtualised === true) {
      context.note("this is a virtual machine: a wall meter reads its whole host, with all that runs there beside it");
    }
    const points = await pointsOf(stages, flags.seconds, { meter, opened, context, typed });
    const calibration = fitCalibration(
      points,
      present({
        meter,
        wall: wall?.source ?? "typed",
        wallError: wall?.error ?? TYPED_ERROR,
        machine: machineId(host, environment),
        kernel: environment.kernel,
        date: context.now(),
      }),
    );
    context.signal.throwIfAborted();
    const file = saveCalibration(host.env, calibration);
    context.stdout(
      flags.json ? `${JSON.stringify({ file, calibration }, null, 2)}\n` : calibrationText(calibration, file),
    );
    return 0;
  } catch (error) {
    if (!context.signal.aborted) throw error;
    throw new Error("calibrate: interrupted; nothing was stored", { cause: error });
  } finally {
    await Promise.all(opened.map((meter) => meter.close()));
  }
}

function typedReader(
  { wall, typed }: CalibrateFlags,
  stages: readonly Stage[],
  { ask, note }: CalibrateContext,
): Reader | undefined {
  if (wall !== undefined && typed !== undefined) {
    throw new UsageError("--wall and --typed both say what the wall meter reads; give one of them");
  }
  if (typed !== undefined) return typedInAdvance(typed, stages);
  if (wall !== undefined) return undefined;
  if (ask !== undefined) return typedWhenAsked(ask, note);
  throw new Error(
    "calibrate: nothing tells the watts at the wall; give --wall URL or FILE, or start it in a terminal and type them",
  );
}

/** The meter that is calibrated. Others that a run would open beside it are closed again. */
async function openMeter(
  choice: MeterChoice,
  { meters, host, environment }: CalibrateContext,
  opened: OpenMeter[],
): Promise<MeterRecord> {
  if (choice === "none" || choice === "constant" || choice === "wall") {
    throw new Error(`--meter ${choice}: there is nothing to calibrate in it; name another meter, or auto`);
  }
  const candidates = meters.filter(({ id }) => id !== "wall");
  const selection = await selectMeters({ meter: choice, device: ["cpu"] }, candidates, host, environment);
  const meter = selection.opened.find(({ record }) => record.domain === "cpu") ?? selection.opened[0];
  if (meter !== undefined) opened.push(meter);
  await Promise.all(selection.opened.filter((one) => one !== meter).map((one) => one.close()));
  if (meter?.record.domain === "gpu") {
    throw new Error(`--meter ${choice}: it sees the device only, and the stages keep the processors busy`);
  }
  return meter?.record ?? modelRecord(environment);
}

async function openWall(
  address: string,
  { wallMeter, host }: CalibrateContext,
  opened: OpenMeter[],
): Promise<MeterRecord> {
  const probe = await tried(wallMeter(address), host);
  if (!probe.works) {
    throw new Error(`--wall: does not work: ${probe.reason}${probe.remedy === undefined ? "" : `; ${probe.remedy}`}`);
  }
  const meter = await probe.open();
  opened.push(meter);
  return meter.record;
}

function tellOfWindow(records: readonly MeterRecord[], seconds: Seconds, note: CalibrateContext["note"]): void {
  for (const { id, shortest } of records) {
    if (seconds < shortest)
      note(`--seconds ${seconds}: ${id} needs ${shortest} s for a reading that is good to 1 % or so`);
  }
}

interface Measuring {
  readonly meter: MeterRecord;
  readonly opened: readonly OpenMeter[];
  readonly context: CalibrateContext;
  readonly typed: Reader | undefined;
}

async function pointsOf(
  stages: readonly Stage[],
  seconds: Seconds,
  { meter, opened, context, typed }: Measuring,
): Promise<CalibrationPoint[]> {
  const { host, environment, note, signal, loads } = context;
  const all = metering(opened, host);
  const points: CalibrationPoint[] = [];
  const total = stages.length * (SETTLING + seconds);
  note(`calibrating ${meter.source} in ${stages.length} stages, ${duration(total)} in all; leave the machine alone`);
  for (const stage of stages) {
    note(`${stage}: ${SETTLING} s to settle, then ${duration(seconds)} that count`);
    const stretch = await watchStage(stage, loads, seconds, { host, metering: all, signal });
    const meterWatts = wattsBy(meter, stretch, environment);
    const wallWatts = typed === undefined ? wattsBy({ id: "wall" }, stretch, environment) : await typed(stage, seconds);
    if (meterWatts === undefined) note(`${stage}: ${meter.id} gave no reading; this stage is left out`);
    else if (wallWatts === undefined) note(`${stage}: no watts at the wall; this stage is left out`);
    else points.push({ stage, seconds: stretch.seconds, meter_w: meterWatts, wall_w: wallWatts });
  }
  return points;
}
