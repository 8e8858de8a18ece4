import { describe, expect, test } from "vitest";
import { fakeHost } from "./host.support.ts";
import type { Reading } from "./meter.ts";
import { moves } from "./probe.ts";

/** A meter that shows what a function of the seconds since its first reading gives. */
function verdictOf(joules: (seconds: number) => number | undefined, breaks: (seconds: number) => number = () => 0) {
  const host = fakeHost();
  const start = host.clock();
  return moves(host, () => {
    const seconds = (host.clock() - start) / 1e9;
    const value = joules(seconds);
    const reading: Reading = { at: host.clock(), edge: 1e6, joules: value ?? 0, breaks: breaks(seconds) };
    return Promise.resolve(value === undefined ? undefined : reading);
  });
}

describe("moves", () => {
  test("gives the power that it saw", async () => {
    expect(await verdictOf((seconds) => 30 * seconds)).toEqual({ watts: 30 });
  });

  test.each<[string, (seconds: number) => number | undefined, RegExp]>([
    ["cannot be read", () => undefined, /no reading/],
    ["fails after a while", (seconds) => (seconds > 0 ? undefined : 5), /second reading failed/],
    ["stands still", () => 5, /does not move/],
    ["goes back", (seconds) => 5 - seconds, /does not move/],
    ["shows more than a machine draws", (seconds) => 6_000 * seconds, /6000 W/],
  ])("rejects a meter that %s", async (_, joules, reason) => {
    expect(await verdictOf(joules)).toEqual({ reason: expect.stringMatching(reason) as string });
  });

  test("rejects a meter whose count breaks while it is watched", async () => {
    const verdict = await verdictOf(
      (seconds) => 30 * seconds,
      (seconds) => (seconds > 0 ? 1 : 0),
    );
    expect(verdict).toEqual({ reason: expect.stringMatching(/reset or jumped/) as string });
  });
});
