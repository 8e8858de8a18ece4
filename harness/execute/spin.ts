import process from "node:process";

/** The process of one busy thread: works for the share of the time that its argument says, and tells its processor time when asked. */
const duty = Number(process.argv[2]);
const CYCLE_MS = 40;

const numbers = Float64Array.from({ length: 256 }, (_, i) => (i + 0.5) / 256);

/** Multiplications in the nearest cache. The logistic map keeps their digits changing and within 0 and 1. */
function work(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end) {
    for (let i = 0; i < numbers.length; i++) {
      const x = numbers[i] as number;
      numbers[i] = 3.9 * x * (1 - x);
    }
  }
}

function cycle(): void {
  work(duty * CYCLE_MS);
  // A turn of the loop in any case, so that questions are heard.
  if (duty < 1) setTimeout(cycle, (1 - duty) * CYCLE_MS);
  else setImmediate(cycle);
}

process.on("message", () => {
  const { user, system } = process.cpuUsage();
  process.send?.((user + system) * 1_000);
});
// The parent is gone: nobody is left to work for.
process.on("disconnect", () => process.exit(0));
// Ctrl-C reaches the whole process group; the parent decides when this process ends.
process.on("SIGINT", () => {});
cycle();
