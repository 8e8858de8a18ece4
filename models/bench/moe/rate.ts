/** Tokens per second of a pass that reads so many tokens, repeated until so many seconds are over, and made once at least. */
export async function rateOf(
  pass: () => Promise<void>,
  { tokens, seconds, now = () => performance.now() }: { tokens: number; seconds: number; now?: () => number },
): Promise<number> {
  const start = now();
  let passes = 0;
  let elapsed = 0;
  do {
    await pass();
    passes++;
    elapsed = (now() - start) / 1_000;
  } while (elapsed < seconds);
  return (passes * tokens) / elapsed;
}
