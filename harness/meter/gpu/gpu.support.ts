import { type FakeHost, fakeHost } from "../host.support.ts";
import type { Host } from "../host.ts";
import type { OpenMeter, Probe, Reading } from "../meter.ts";
import type { NvmlDevice, NvmlLoad } from "./nvmlbinding.ts";

/** A board in a test's hands: it draws `watts` as time passes. */
export interface FakeBoard extends Partial<Pick<NvmlDevice, "isPersistent" | "isSliced" | "processes">> {
  uuid: string;
  name?: string;
  watts: number;
  millijoules?: bigint;
  /** What its counter does: count, stand still, or fail to be read. */
  counter?: "counts" | "frozen" | "unreadable";
}

/** A machine with such boards, and NVML to read them by. */
export function nvmlHost(
  boards: FakeBoard[],
  env: Host["env"] = {},
): { host: FakeHost; load: () => Promise<NvmlLoad>; open: () => number } {
  let open = 0;
  const host = fakeHost({
    env,
    whilePassing(seconds) {
      for (const board of boards) {
        if (board.counter === "frozen") continue;
        board.millijoules = (board.millijoules ?? 0n) + BigInt(Math.round(board.watts * seconds * 1e3));
      }
    },
  });
  const devices = (): NvmlDevice[] =>
    boards.map((board, index) => ({
      name: "NVIDIA H200",
      ...board,
      index,
      energy: () => (board.counter === "unreadable" ? undefined : (board.millijoules ?? 0n)),
      power: () => board.watts,
    }));
  const load = (): Promise<NvmlLoad> => {
    open += 1;
    return Promise.resolve({ library: { devices, close: () => void (open -= 1) } });
  };
  return { host, load, open: () => open };
}

/** One board as nvidia-smi prints it, by the names of its fields; a figure may change with the seconds since the program began. */
export type SmiBoard = Readonly<Record<string, string | ((seconds: number) => string)>>;

export const H200: SmiBoard = {
  index: "0",
  uuid: "GPU-3d1f",
  name: "NVIDIA H200",
  persistence_mode: "Enabled",
  "mig.mode.current": "Disabled",
  "power.draw.instant": "76.25",
  "power.draw": "76.00",
};

/** A machine whose nvidia-smi knows these boards, refuses the fields it does not have, and prints every 0.1 s. */
export function smiHost(boards: readonly SmiBoard[], { env = {}, apps = "", until = Infinity } = {}): FakeHost {
  const row = (board: SmiBoard, query: string, seconds: number): string =>
    query
      .replace("--query-gpu=", "")
      .split(",")
      .map((field) => {
        const cell = board[field];
        if (cell === undefined) throw new Error(`nvidia-smi failed: Field "${field}" is not a valid field to query.`);
        return typeof cell === "string" ? cell : cell(seconds);
      })
      .join(", ");
  const begun = new Map<number, number>();
  let now = 0;
  const host: FakeHost = fakeHost({
    env,
    fakePrograms: ["nvidia-smi"],
    answers: {
      "nvidia-smi": ([query = ""]) =>
        query.startsWith("--query-compute-apps") ? apps : `${boards.map((board) => row(board, query, 0)).join("\n")}\n`,
    },
    whilePassing(seconds) {
      const ticks = Math.floor((now + seconds) / 0.1 + 1e-6) - Math.floor(now / 0.1 + 1e-6);
      now += seconds;
      const stream = host.streams.at(-1);
      if (ticks === 0 || stream === undefined) return;
      const key = host.streams.length;
      const start = begun.get(key) ?? now;
      begun.set(key, start);
      // After so many seconds the program hangs.
      if (now - start > until) return;
      for (const board of boards) stream.line(row(board, stream.args[0] ?? "", now - start));
    },
  });
  return host;
}

/** Passes time in small steps, as samples come. */
export function passSlowly(host: FakeHost, seconds: number): void {
  for (let i = 0; i < Math.round(seconds / 0.1); i += 1) host.pass(0.1);
}

/** The working half of a probe; a test fails with the reason otherwise. */
export function working(probe: Probe): Extract<Probe, { works: true }> {
  if (!probe.works) throw new Error(`the meter should work: ${probe.reason}`);
  return probe;
}

export async function readingOf(meter: OpenMeter): Promise<Reading> {
  const reading = await meter.read();
  if (reading === undefined) throw new Error("the meter should give a reading");
  return reading;
}
