/** Time and tokens by llama.cpp's own counters. */
export interface PerfTime {
  readonly seconds: number;
  readonly tokens: number;
}

/**
 * The sum of the counters in what `llama_perf_context_print` logs (llama.cpp, `src/llama-context.cpp`); absent until both lines are
 * there. "prompt eval" is the time of batches of several tokens, "eval" that of single ones, each from the beginning of
 * `llama_decode` to the end of `llama_synchronize`: the graph being made and computed, and the logits.
 */
export function perfTime(log: string): PerfTime | undefined {
  const batches = /prompt eval time =\s*([\d.]+) ms \/\s*(\d+) tokens/.exec(log);
  const singles = /:\s+eval time =\s*([\d.]+) ms \/\s*(\d+) runs/.exec(log);
  if (batches === null || singles === null) return undefined;
  // It says "1" where it counted none.
  const counted = [batches, singles].map(timeOf).filter(({ seconds }) => seconds > 0);
  return {
    seconds: counted.reduce((sum, { seconds }) => sum + seconds, 0),
    tokens: counted.reduce((sum, { tokens }) => sum + tokens, 0),
  };
}

function timeOf([, milliseconds, tokens]: RegExpExecArray): PerfTime {
  return { seconds: Number(milliseconds) / 1_000, tokens: Number(tokens) };
}
