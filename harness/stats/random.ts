/** A source of uniform numbers in [0, 1). */
export type Random = () => number;

/** Numbers drawn in advance: enough to be fast, and few enough that starting anew costs little. */
const AT_ONCE = 32;

/**
 * A seeded generator: sfc32 (Chris Doty-Humphrey, PractRand), its state filled by splitmix32 so that seeds which
 * differ in one bit give unrelated streams. Period about 2^128 on average; not for cryptography.
 */
export function seeded(seed: number): Random {
  const draw = words(seed);
  const drawn = new Uint32Array(AT_ONCE);
  let next = AT_ONCE;
  return () => {
    if (next === AT_ONCE) {
      draw(drawn);
      next = 0;
    }
    return (drawn[next++] as number) / 2 ** 32;
  };
}

/**
 * Draws as many of so many items as there are, each as likely and with replacement, and writes how often each came: items
 * `floor(random() * n)` of the generator with this seed, the same numbers taken faster.
 */
export function seededDraws(seed: number): (times: Uint8Array) => Uint8Array {
  const draw = words(seed);
  let drawn = new Uint32Array(0);
  return (times) => {
    const n = times.length;
    if (drawn.length !== n) drawn = new Uint32Array(n);
    draw(drawn);
    times.fill(0);
    for (let i = 0; i < n; i++) (times[Math.floor(((drawn[i] as number) / 2 ** 32) * n)] as number)++;
    return times;
  };
}

/** The generator's next numbers of 32 bits. Many at a time, for its state is fast only where it stays in local variables. */
function words(seed: number): (into: Uint32Array) => void {
  let filler = seed >>> 0;
  const fill = (): number => {
    filler = (filler + 0x9e3779b9) | 0;
    let z = filler ^ (filler >>> 16);
    z = Math.imul(z, 0x21f0aaad);
    z ^= z >>> 15;
    z = Math.imul(z, 0x735a2d97);
    return z ^ (z >>> 15);
  };
  const state = Int32Array.of(fill(), fill(), fill(), 1);
  const draw = (into: Uint32Array): void => {
    let a = state[0] as number;
    let b = state[1] as number;
    let c = state[2] as number;
    let counter = state[3] as number;
    for (let i = 0; i < into.length; i++) {
      const out = (a + b + counter) | 0;
      counter = (counter + 1) | 0;
      a = b ^ (b >>> 9);
      b = (c + (c << 3)) | 0;
      c = (((c << 21) | (c >>> 11)) + out) | 0;
      into[i] = out;
    }
    state.set([a, b, c, counter]);
  };
  draw(new Uint32Array(12));
  return draw;
}

/** A seed of 32 bits for something that a text names: FNV-1a over code units, begun at the seed. */
export function seedFrom(seed: number, text: string): number {
  let hash = (0x811c9dc5 ^ seed) >>> 0;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** The items in a uniformly random order (Fisher-Yates); the input is left as it was. */
export function shuffled<T>(items: readonly T[], random: Random): T[] {
  const out = [...items];
  for (let i = out.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [out[i], out[j]] = [out[j] as T, out[i] as T];
  }
  return out;
}
