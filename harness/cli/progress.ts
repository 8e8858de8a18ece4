import { digits, duration } from "../report/format.ts";

/** Where progress is written, and how. */
export interface Screen {
  write(text: string): void;
  readonly isTTY: boolean;
  readonly columns?: number | undefined;
}

export interface Progress {
  readonly start: (total: number) => void;
  readonly advance: (done: number, label: string) => void;
  /** A line of its own, above the bar. */
  readonly note: (text: string) => void;
  readonly end: () => void;
}

const BAR_WIDTH = 24;
/** In a pipe: a line at each tenth of the way. */
const PLAIN_STEPS = 10;

/** Nothing is written at all. */
export const silent: Progress = { start() {}, advance() {}, note() {}, end() {} };

/** A live bar with rate and remaining time on a terminal, plain lines in a pipe. `now` is in seconds. */
export function progressOn(screen: Screen, now: () => number = () => performance.now() / 1000): Progress {
  let total = 0;
  let done = 0;
  let started = 0;
  let told = 0;
  const status = (label: string): string => {
    const elapsed = now() - started;
    const rate = elapsed > 0 ? done / elapsed : 0;
    const left = rate > 0 && done < total ? `, ${duration((total - done) / rate)} left` : "";
    const pace = rate < 1 ? digits(rate, 1) : rate.toFixed(0);
    return `${done}/${total} answers${rate > 0 ? `, ${pace}/s` : ""}${left}${label === "" ? "" : `  ${label}`}`;
  };
  const draw = (label: string): void => {
    const filled = Math.round((done / Math.max(1, total)) * BAR_WIDTH);
    const line = `[${"#".repeat(filled)}${"-".repeat(BAR_WIDTH - filled)}] ${status(label)}`;
    screen.write(`\r\x1b[K${line.slice(0, (screen.columns ?? 80) - 1)}`);
  };
  return {
    start(answers) {
      [total, done, told] = [answers, 0, 0];
      started = now();
      if (screen.isTTY) draw("");
    },
    advance(answers, label) {
      done += answers;
      if (screen.isTTY) return draw(label);
      const step = Math.floor((done / Math.max(1, total)) * PLAIN_STEPS);
      if (step > told) screen.write(`${status(label)}\n`);
      told = step;
    },
    note(text) {
      screen.write(screen.isTTY ? `\r\x1b[K${text}\n` : `${text}\n`);
    },
    end() {
      if (screen.isTTY && total > 0) screen.write("\r\x1b[K");
    },
  };
}
