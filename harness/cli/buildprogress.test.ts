import { describe, expect, test } from "vitest";
import { buildProgressOn } from "./buildprogress.ts";
import type { Screen } from "./progress.ts";

function screen(isTTY: boolean, columns?: number) {
  const written: string[] = [];
  const target: Screen = { write: (text) => void written.push(text), isTTY, columns };
  let seconds = 100;
  const progress = buildProgressOn(target, () => seconds);
  return { written, progress, wait: (more: number) => (seconds += more) };
}

describe("buildProgressOn a pipe", () => {
  test("writes a line at each tenth of the way, with rate and remaining time since the first byte", () => {
    const { written, progress, wait } = screen(false);
    progress.note("building");
    for (let megabytes = 1; megabytes <= 200; megabytes++) {
      wait(0.1);
      progress.written(megabytes * 1e6, 200e6);
    }
    progress.end();
    expect(written).toHaveLength(11);
    expect(written[0]).toBe("building\n");
    expect(written[1]).toBe("20.0 MB of 200 MB, 10.0 MB/s, 18 s left\n");
    expect(written[10]).toBe("200 MB of 200 MB, 10.0 MB/s\n");
    expect(written.join("")).not.toContain("\r");
    expect(written.join("")).not.toContain("\x1b");
  });

  test("is silent where a graph is written within a second, or not at all", () => {
    const { written, progress, wait } = screen(false);
    for (let piece = 1; piece <= 10; piece++) {
      wait(0.05);
      progress.written(piece, 10);
    }
    progress.end();
    expect(written).toEqual([]);
    const other = screen(true);
    other.progress.end();
    expect(other.written).toEqual([]);
  });
});

describe("buildProgressOn a terminal", () => {
  test("draws one line that is never wider than the screen, at most ten times a second, and always the last", () => {
    const { written, progress, wait } = screen(true, 40);
    for (let piece = 1; piece <= 1000; piece++) {
      progress.written(piece * 1e6, 1e9);
      wait(0.001);
    }
    progress.end();
    expect(written.length).toBeGreaterThan(8);
    expect(written.length).toBeLessThan(14);
    for (const text of written) {
      expect(text.startsWith("\r\x1b[K")).toBe(true);
      expect(text.length - "\r\x1b[K".length).toBeLessThan(40);
    }
    expect(written.at(-2)).toContain("1.00 GB of 1");
    expect(written.at(-1)).toBe("\r\x1b[K");
  });
});
