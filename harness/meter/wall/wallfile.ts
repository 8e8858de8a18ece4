import type { MeterRecord } from "../../run.ts";
import type { Joules, Nanoseconds, Seconds } from "../../units.ts";
import { accumulator } from "../counter.ts";
import type { Host } from "../host.ts";
import { integrator } from "../integrate.ts";
import { IMPLAUSIBLE_WATTS, type OpenMeter, type Probe, type Reading } from "../meter.ts";
import { tail } from "./tail.ts";
import { longEnough, milli, wallRecord } from "./wallrecord.ts";
import { type Heading, headingIn, rowIn, type WallRow } from "./wallrow.ts";

/** Milliseconds since 1970 by the system's clock, which stamps the rows. */
type SystemTime = () => number;

const DEFAULT_PERIOD: Seconds = 1;
/** The system's clock was set, not slewed, when its distance from the monotonic clock changed by more between two looks. */
const STEP: Seconds = 0.5;

/** A CSV file to which a wall meter's program appends rows of time and watts, or of time and a growing count of energy. */
export function probeWallFile(host: Host, file: string, systemTime: SystemTime): Probe {
  let look: Look;
  try {
    look = follow(file)();
  } catch (error) {
    return { works: false, reason: `${file} cannot be read: ${(error as Error).message}` };
  }
  const { heading, rows, problem } = look;
  if (problem !== undefined) return { works: false, reason: problem };
  if (heading === undefined) return { works: false, reason: `${file} is empty` };
  const period = periodOf(rows);
  const wrong = whatIsWrong(rows, heading, period, systemTime() / 1e3);
  if (wrong !== undefined) return { works: false, reason: `${file}: ${wrong}` };
  const isEnergy = heading.unit.quantity === "energy";
  const record = wallRecord(file, {
    grade: isEnergy ? "A" : "B",
    period,
    quantum: isEnergy ? smallestStep(rows) : 0.1 * period,
    shortest: longEnough(period),
  });
  return { works: true, record, open: () => Promise.resolve(openWallFile(host, file, record, systemTime)) };
}

function openWallFile(host: Host, file: string, record: MeterRecord, systemTime: SystemTime): OpenMeter {
  const next = follow(file);
  const sum = record.grade === "A" ? countOf(record) : sumOf(record);
  /** How far the system's clock is ahead. */
  const offset = (): Seconds => systemTime() / 1e3 - host.clock() / 1e9;
  let last = offset();
  let reading: Reading | undefined;
  const look = (): void => {
    const now = offset();
    const { rows, isNew, heading } = next();
    // After a step of the clock, a sleep of the machine or a new file, later rows cannot be put beside earlier ones.
    if (Math.abs(now - last) > STEP || isNew) sum.break();
    last = now;
    const isCounting = heading?.unit.quantity === (record.grade === "A" ? "energy" : "power");
    // Of the rows from before the meter was opened only the last one matters: there the count begins.
    for (const row of reading === undefined ? rows.slice(-1) : rows) {
      if (isCounting) reading = sum.add(row.value, Math.round((row.time - now) * 1e9));
    }
  };
  look();
  const longest = (5 * record.period + 5) * 1e9;
  return {
    record,
    read() {
      try {
        look();
      } catch {
        return Promise.resolve(undefined);
      }
      const isFresh = reading !== undefined && host.clock() - reading.at <= longest;
      return Promise.resolve(isFresh ? reading : undefined);
    },
    close: () => Promise.resolve(),
  };
}

interface Sum {
  /** Takes watts or joules, by the record's grade. */
  add(value: number, at: Nanoseconds): Reading | undefined;
  break(): void;
}

function countOf({ period }: MeterRecord): Sum {
  const count = accumulator({ unit: milli.unit, most: IMPLAUSIBLE_WATTS, period });
  return { add: (joules, at) => count.add(milli.raw(joules), at), break: () => count.break() };
}

function sumOf({ period }: MeterRecord): Sum {
  const sum = integrator({ period, most: IMPLAUSIBLE_WATTS });
  return {
    add(watts, at) {
      sum.add(watts, at);
      return sum.read();
    },
    break: () => sum.break(),
  };
}

interface Look {
  readonly rows: readonly WallRow[];
  readonly heading: Heading | undefined;
  /** The first line that makes no sense. */
  readonly problem?: string;
  readonly isNew: boolean;
}

/** Follows the file's rows. Those that make no sense are left out. */
function follow(file: string): () => Look {
  const end = tail(file);
  let heading: Heading | undefined;
  return () => {
    const { lines, isNew } = end.grown();
    const rows: WallRow[] = [];
    const problems: string[] = [];
    for (const line of lines) {
      if (line.text.trim() === "") continue;
      if (line.number === 1) {
        const found = headingIn(line.text, file);
        if ("problem" in found) problems.push(found.problem);
        heading = "problem" in found ? undefined : found;
      } else if (heading !== undefined) {
        const row = rowIn(line, heading, file);
        if ("problem" in row) problems.push(row.problem);
        else rows.push(row);
      }
    }
    return { rows, heading, isNew, ...(problems[0] === undefined ? {} : { problem: problems[0] }) };
  };
}

/** The middle one of the times between recent rows. */
function periodOf(rows: readonly WallRow[]): Seconds {
  const spans = rows
    .slice(-50)
    .flatMap((row, i, recent) => (i === 0 ? [] : row.time - (recent[i - 1]?.time ?? 0)))
    .filter((span) => span > 0)
    .sort((a, b) => a - b);
  return spans[Math.floor(spans.length / 2)] ?? DEFAULT_PERIOD;
}

function smallestStep(rows: readonly WallRow[]): Joules {
  const steps = rows
    .flatMap((row, i) => (i === 0 ? [] : row.value - (rows[i - 1]?.value ?? 0)))
    .filter((step) => step > 0);
  return steps.reduce((least, step) => Math.min(least, step), Infinity);
}

/** Why the rows so far are no measurement of a machine at work now. */
function whatIsWrong(rows: readonly WallRow[], { unit }: Heading, period: Seconds, now: Seconds): string | undefined {
  const [first, last] = [rows[0], rows.at(-1)];
  if (first === undefined || last === undefined || first === last) return "it has fewer than two rows so far";
  const late = now - last.time;
  const most = 5 * period + 5;
  if (late > most)
    return `its last row is ${Math.round(late)} s old; the meter must be writing while perjoule measures`;
  if (late < -most) return `its last row lies ${Math.round(-late)} s in the future`;
  const recent = rows.slice(-10);
  if (unit.quantity === "energy") {
    return recent.some((row, i) => row.value > (recent[i - 1]?.value ?? Infinity))
      ? undefined
      : "its energy does not grow";
  }
  const wrong = recent.find((row) => row.value >= IMPLAUSIBLE_WATTS);
  if (wrong !== undefined) return `it reads ${wrong.value} W, which no machine draws`;
  return recent.some((row) => row.value > 0) ? undefined : "it reads 0 W: is this machine plugged into it?";
}
