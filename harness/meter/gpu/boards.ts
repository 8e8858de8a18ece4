import type { Seconds } from "../../units.ts";
import type { Host } from "../host.ts";

/** A graphics board as the driver knows it. */
export interface Board {
  /** Place in the driver's own order, which is that of the PCI bus. */
  readonly index: number;
  readonly uuid: string;
  readonly name: string;
  /** Whether the driver stays loaded while nobody uses the board. */
  readonly isPersistent?: boolean;
  /** Whether it is cut into slices (MIG), of which others may be busy: the figure is that of the whole board. */
  readonly isSliced?: boolean;
  /** Processes that compute on it, by their ids. */
  readonly processes?: readonly number[];
}

/**
 * How long a board is left alone after the meter's first look at it. Without persistence mode the driver unloads when
 * nobody uses it; the first look loads it again, and the board runs at full clocks until it has found its idle state.
 * What is drawn meanwhile belongs to the look, not to the machine. Three seconds is a choice, on the safe side.
 */
export const SETTLING: Seconds = 3;

export function settlingOf(boards: readonly Board[]): Seconds {
  return boards.some((board) => board.isPersistent === false) ? SETTLING : 0;
}

/**
 * The boards that CUDA programs of this environment may use, by the rules of CUDA_VISIBLE_DEVICES: numbers or the
 * beginnings of UUIDs, and what comes after the first invalid entry does not count. Where it cannot be told which
 * boards are meant, all of them are taken, and a flag says so.
 */
export function visibleBoards<B extends Board>(
  boards: readonly B[],
  env: Host["env"],
): { boards: readonly B[]; flags: readonly string[] } {
  const asked = env["CUDA_VISIBLE_DEVICES"];
  if (asked === undefined) return { boards, flags: [] };
  const visible: B[] = [];
  for (const entry of asked.split(",").map((part) => part.trim())) {
    const slice = /^MIG-(GPU-[^/]+)?/i.exec(entry);
    if (slice !== null && slice[1] === undefined) {
      return { boards, flags: [`CUDA_VISIBLE_DEVICES names the slice "${entry}": all boards counted`] };
    }
    if (/^\d+$/.test(entry) && !areNumbersTheDrivers(boards, env)) {
      return { boards, flags: ["CUDA_VISIBLE_DEVICES counts in CUDA's own order: all boards counted"] };
    }
    const board = named(boards, slice?.[1] ?? entry);
    if (board === undefined) break;
    if (!visible.includes(board)) visible.push(board);
  }
  return { boards: visible, flags: [] };
}

/** CUDA numbers boards with the fastest first, the driver by their place on the bus: the same only among equal boards. */
function areNumbersTheDrivers(boards: readonly Board[], env: Host["env"]): boolean {
  return env["CUDA_DEVICE_ORDER"] === "PCI_BUS_ID" || new Set(boards.map((board) => board.name)).size <= 1;
}

function named<B extends Board>(boards: readonly B[], entry: string): B | undefined {
  if (/^\d+$/.test(entry)) return boards.find((board) => board.index === Number(entry));
  if (!/^GPU-./i.test(entry)) return undefined;
  const matching = boards.filter((board) => board.uuid.toLowerCase().startsWith(entry.toLowerCase()));
  return matching.length === 1 ? matching[0] : undefined;
}

/** What a reader of a board's energy must know of its state. */
export function boardFlags(boards: readonly Board[]): string[] {
  const flags: string[] = [];
  if (boards.some((board) => board.isPersistent === false)) {
    flags.push("persistence mode off: looking wakes the board, idle is too high (sudo nvidia-smi -pm 1)");
  }
  if (boards.some((board) => board.isSliced === true)) flags.push("board shared: MIG is on");
  if (boards.some((board) => board.processes?.some((pid) => pid !== process.pid) === true)) {
    flags.push("board shared with another process");
  }
  return flags;
}
