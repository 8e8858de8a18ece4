import { duration, quantity } from "../report/format.ts";
import type { Bytes, Seconds } from "../units.ts";
import type { Screen } from "./progress.ts";

/** Tells of a graph being written. */
export interface BuildProgress {
  /** A line of its own, above the bar. */
  readonly note: (text: string) => void;
  /** Bytes so far, and in all. */
  readonly written: (bytes: Bytes, total: Bytes) => void;
  readonly end: () => void;
}

const BAR_WIDTH = 24;
/** In a pipe: a line at each tenth of the way. */
const PLAIN_STEPS = 10;
/** Between two frames: a graph is written in thousands of pieces, and a terminal takes a while for each. */
const FRAME: Seconds = 0.1;

/** Between two lines in a pipe: small graphs are written before there is anything to tell. */
const QUIET: Seconds = 1;

/** A live bar with rate and remaining time on a terminal, plain lines in a pipe. `now` is in seconds. */
export function buildProgressOn(screen: Screen, now: () => Seconds = () => performance.now() / 1000): BuildProgress {
  let started: { at: Seconds; bytes: Bytes } | undefined;
  let drawn: Seconds = -Infinity;
  let told = 0;
  let spoke = now();
  const status = (bytes: Bytes, total: Bytes): string => {
    const [elapsed, done] = started === undefined ? [0, 0] : [now() - started.at, bytes - started.bytes];
    const rate = elapsed > 0 ? done / elapsed : 0;
    const left = rate > 0 && bytes < total ? `, ${duration((total - bytes) / rate)} left` : "";
    return `${size(bytes)} of ${size(total)}${rate > 0 ? `, ${size(rate)}/s` : ""}${left}`;
  };
  return {
    note(text) {
      screen.write(screen.isTTY ? `\r\x1b[K${text}\n` : `${text}\n`);
    },
    written(bytes, total) {
      const share = bytes / Math.max(1, total);
      started ??= { at: now(), bytes };
      if (screen.isTTY) {
        if (now() - drawn < FRAME && bytes < total) return;
        drawn = now();
        const filled = Math.round(share * BAR_WIDTH);
        const line = `[${"#".repeat(filled)}${"-".repeat(BAR_WIDTH - filled)}] ${status(bytes, total)}`;
        screen.write(`\r\x1b[K${line.slice(0, (screen.columns ?? 80) - 1)}`);
        return;
      }
      const step = Math.floor(share * PLAIN_STEPS);
      if (step <= told || now() - spoke < QUIET) return;
      screen.write(`${status(bytes, total)}\n`);
      [told, spoke] = [step, now()];
    },
    end() {
      if (screen.isTTY && started !== undefined) screen.write("\r\x1b[K");
    },
  };
}

function size(bytes: Bytes): string {
  return quantity({ value: bytes }, "B");
}
