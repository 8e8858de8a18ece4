import { describe, expect, test } from "vitest";
import { type Cell, cellName } from "./cell.ts";
import { type Contestant, contestantsOf } from "./contestant.ts";
import { measure } from "./measure.ts";

const contestants = contestantsOf({ precisions: ["int8"], lowerings: ["branch"] });
const cells: Cell[] = [
  { phase: "decode", batch: 1 },
  { phase: "prefill", batch: 1 },
];

/** Processes that keep a log; the nth run of one gives n. */
function fakes(failing?: string) {
  const log: string[] = [];
  const start = async ({ name }: Contestant) => {
    let runs = 0;
    log.push(`open ${name}`);
    return {
      run: async (cell: Cell) => {
        log.push(`${name}: ${cellName(cell)}`);
        if (name === failing) throw new Error("out of luck");
        return ++runs;
      },
      close: async () => void log.push(`close ${name}`),
    };
  };
  return { log, start };
}

describe("measure", () => {
  test("opens all, warms all up, and then measures in turns", async () => {
    const { log, start } = fakes();
    const measured = await measure(contestants, cells, { rounds: 2, start });
    expect(log.slice(0, 2)).toEqual(["open int8 branch", "open int8 fused, as shipped"]);
    const round = [
      "int8 branch: decode of 1",
      "int8 fused, as shipped: decode of 1",
      "int8 branch: prefill of 1",
      "int8 fused, as shipped: prefill of 1",
    ];
    const next = [round[1], round[0], round[3], round[2]];
    expect(log.slice(2, 14)).toEqual([...round, ...round, ...next]);
    expect(log.slice(14)).toEqual(["close int8 branch", "close int8 fused, as shipped"]);
    expect(
      measured.map(({ round: at, contestant, tokensPerSecond }) => [at, contestant.name, tokensPerSecond]),
    ).toEqual([
      // The first two runs of each, which are of no measurement, warmed it up.
      [0, "int8 branch", 3],
      [0, "int8 fused, as shipped", 3],
      [0, "int8 branch", 4],
      [0, "int8 fused, as shipped", 4],
      [1, "int8 fused, as shipped", 5],
      [1, "int8 branch", 5],
      [1, "int8 fused, as shipped", 6],
      [1, "int8 branch", 6],
    ]);
  });

  test("names what failed, and closes all that were opened", async () => {
    const { log, start } = fakes("int8 fused, as shipped");
    await expect(measure(contestants, cells, { rounds: 1, start })).rejects.toThrow(
      '"int8 fused, as shipped, decode of 1": out of luck',
    );
    expect(log.slice(-2)).toEqual(["close int8 branch", "close int8 fused, as shipped"]);
  });
});
