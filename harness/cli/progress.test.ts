import { describe, expect, test } from "vitest";
import { progressOn, type Screen, silent } from "./progress.ts";

function screen(isTTY: boolean, columns?: number) {
  const written: string[] = [];
  const target: Screen = { write: (text) => void written.push(text), isTTY, columns };
  let seconds = 100;
  const progress = progressOn(target, () => seconds);
  return { written, progress, wait: (more: number) => (seconds += more) };
}

describe("progressOn a pipe", () => {
  test("writes a line at each tenth of the way, with rate and remaining time", () => {
    const { written, progress, wait } = screen(false);
    progress.start(200);
    for (let i = 0; i < 20; i++) {
      wait(1);
      progress.advance(10, "m t");
    }
    progress.end();
    expect(written).toHaveLength(10);
    expect(written[0]).toBe("20/200 answers, 10/s, 18 s left  m t\n");
    expect(written[4]).toBe("100/200 answers, 10/s, 10 s left  m t\n");
    expect(written[9]).toBe("200/200 answers, 10/s  m t\n");
    expect(written.join("")).not.toContain("\r");
    expect(written.join("")).not.toContain("\x1b");
  });

  test("writes one line for a step over several tenths, and none for no step", () => {
    const { written, progress, wait } = screen(false);
    progress.start(10);
    wait(2);
    progress.advance(5, "");
    progress.advance(0, "");
    progress.advance(5, "");
    expect(written).toEqual(["5/10 answers, 3/s, 2 s left\n", "10/10 answers, 5/s\n"]);
  });

  test("says how slow it is below one answer a second", () => {
    const { written, progress, wait } = screen(false);
    progress.start(2);
    wait(4);
    progress.advance(1, "");
    expect(written).toEqual(["1/2 answers, 0.3/s, 4 s left\n"]);
  });

  test("writes notes as lines", () => {
    const { written, progress } = screen(false);
    progress.note("building a");
    expect(written).toEqual(["building a\n"]);
  });
});

describe("progressOn a terminal", () => {
  test("redraws one bar in place and wipes it at the end", () => {
    const { written, progress, wait } = screen(true);
    progress.start(4);
    wait(2);
    progress.advance(2, "m");
    progress.note("a note");
    wait(2);
    progress.advance(2, "m");
    progress.end();
    expect(written.slice(1)).toEqual([
      `\r\x1b[K[${"#".repeat(12)}${"-".repeat(12)}] 2/4 answers, 1/s, 2 s left  m`,
      "\r\x1b[Ka note\n",
      `\r\x1b[K[${"#".repeat(24)}] 4/4 answers, 1/s  m`,
      "\r\x1b[K",
    ]);
    expect(written.join("").split("\n")).toHaveLength(2);
  });

  test("never fills the last column, where a terminal would wrap", () => {
    const { written, progress, wait } = screen(true, 40);
    progress.start(4);
    wait(1);
    progress.advance(1, "a very long model and task name");
    expect(written.map((text) => text.replace("\r\x1b[K", "").length <= 39)).toEqual([true, true]);
    expect(written.at(-1)).toHaveLength("\r\x1b[K".length + 39);
  });

  test("ends quietly if nothing was started", () => {
    const { written, progress } = screen(true);
    progress.end();
    expect(written).toEqual([]);
  });

  test("has no rate before any time has passed", () => {
    const { written, progress } = screen(true);
    progress.start(4);
    progress.advance(1, "");
    expect(written.join("")).not.toMatch(/NaN|Infinity/);
  });
});

test("silent writes nothing", () => {
  expect([silent.start(4), silent.advance(1, ""), silent.note("x"), silent.end()]).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});
