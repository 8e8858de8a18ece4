/** Gets ready for a pass, untimed, and returns what is timed. */
export type Begin = () => Promise<() => Promise<void>>;

/** Tokens per second of a pass that reads so many tokens, repeated until so many timed seconds are over, and made once at least. */
export async function rateOf(
  begin: Begin,
  { tokens, seconds, now = () => performance.now() }: { tokens: number; seconds: number; now?: () => number },
): Promise<number> {
  let passes = 0;
  let elapsed = 0;
  do {
    const pass = await begin();
    const start = now();
    await pass();
    elapsed += (now() - start) / 1_000;
    passes++;
  } while (elapsed < seconds);
  return (passes * tokens) / elapsed;
}
