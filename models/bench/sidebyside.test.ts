import { describe, expect, test } from "vitest";
import type { Contestant } from "./contestant.ts";
import { sideBySide } from "./sidebyside.ts";

const contestants = ["a", "b", "c"].map((name): Contestant => ({
  name,
  runner: new URL("file:///none.js"),
  opening: {},
}));

/** Runners that keep a log; the rates of a contestant's nth run are n. */
function fakes(fail: (name: string, run: number) => boolean = () => false) {
  const log: string[] = [];
  const start = async ({ name }: Contestant) => {
    let runs = 0;
    log.push(`open ${name}`);
    return {
      run: async () => {
        runs++;
        log.push(name);
        if (fail(name, runs)) throw new Error("out of luck");
        return { decode: runs, prefill: 10 * runs };
      },
      close: async () => void log.push(`close ${name}`),
    };
  };
  return { log, start };
}

describe("sideBySide", () => {
  test("warms each up once, and begins every round with the next contestant", async () => {
    const { log, start } = fakes();
    await sideBySide(contestants, { rounds: 4, start });
    const warmUp = ["open a", "a", "open b", "b", "open c", "c"];
    const rounds = ["a", "b", "c", "b", "c", "a", "c", "a", "b", "a", "b", "c"];
    expect(log).toEqual([...warmUp, ...rounds, "close a", "close b", "close c"]);
  });

  test("gives each round's rates by name, without those of the warm-up", async () => {
    const rounds = await sideBySide(contestants, { rounds: 2, start: fakes().start });
    expect(rounds.map((round) => round.get("c"))).toEqual([
      { decode: 2, prefill: 20 },
      { decode: 3, prefill: 30 },
    ]);
  });

  test("names the contestant that fails, and closes all that were opened", async () => {
    const { log, start } = fakes((name, run) => name === "b" && run === 1);
    await expect(sideBySide(contestants, { rounds: 1, start })).rejects.toThrow('"b": out of luck');
    expect(log).toEqual(["open a", "a", "open b", "b", "close a", "close b"]);
  });

  test("refuses two contestants of one name, and a peer that does not run", async () => {
    const { log, start } = fakes();
    const run = (all: readonly Contestant[]) => sideBySide(all, { rounds: 1, start });
    await expect(run([contestants[0]!, contestants[0]!])).rejects.toThrow('names of their own, found "a", "a"');
    await expect(run([{ ...contestants[0]!, peer: { name: "z" } }])).rejects.toThrow('"z", which is not among');
    expect(log).toEqual([]);
  });
});
