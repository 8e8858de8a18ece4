import type { Seconds } from "../units.ts";

/** Calls `act` again and again until the returned function is called. It never keeps the harness alive. */
export function inBackground(every: Seconds, act: () => void): () => void {
  const timer = setInterval(act, every * 1_000);
  timer.unref();
  return () => clearInterval(timer);
}
