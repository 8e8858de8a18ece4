import { describe, expect, test } from "vitest";
import { perfTime } from "./perftimes.ts";

/** As llama.cpp 0.4.0 prints it. */
const print = (batches: string, singles: string): string[] => [
  "llama_perf_context_print:        load time =     350.85 ms\n",
  `llama_perf_context_print: prompt eval time = ${batches} (    2.74 ms per token,   364.80 tokens per second)\n`,
  `llama_perf_context_print:        eval time = ${singles} (   10.61 ms per token,    94.22 tokens per second)\n`,
  "llama_perf_context_print:       total time =    4251.74 ms /   768 tokens\n",
];

describe("perfTime", () => {
  test.each([
    ["    1403.50 ms /   512 tokens", "       0.00 ms /     1 runs  ", { seconds: 1.4035, tokens: 512 }],
    ["       0.00 ms /     1 tokens", "    2716.25 ms /   256 runs  ", { seconds: 2.71625, tokens: 256 }],
    ["    1000.00 ms /   128 tokens", "     500.00 ms /    64 runs  ", { seconds: 1.5, tokens: 192 }],
  ])("of %j and %j is what was counted", (batches, singles, expected) => {
    expect(perfTime(print(batches, singles).join(""))).toEqual(expected);
  });

  test("waits until both are there", () => {
    const lines = print("    1403.51 ms /   512 tokens", "    2716.92 ms /   256 runs  ");
    const isThere = [0, 1, 2, 3].map((count) => perfTime(lines.slice(0, count).join("")) !== undefined);
    expect(isThere).toEqual([false, false, false, true]);
  });
});
