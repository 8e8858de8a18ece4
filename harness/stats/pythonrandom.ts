const WORDS = 624;
const SHIFT = 397;

/** The stream of Python's `random.Random(seed)`: every call goes on where the last one ended. */
export interface PythonRandom {
  /** Uniform in [0, 1), 53 bits: `Random.random`. */
  random(): number;
  /** `k` of the items without replacement, in the order they were drawn: `Random.sample`. */
  sample<T>(items: readonly T[], k: number): T[];
}

/**
 * CPython 3.11's `random.Random(seed)`, bit for bit, so that what Python drew from a seed can be drawn again: MT19937
 * (Matsumoto and Nishimura 1998, doi 10.1145/272991.272995), seeded with `init_by_array`. Throws a RangeError for a
 * seed that is no integer in 0 to 2^53 - 1.
 */
export function pythonRandom(seed: number): PythonRandom {
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw new RangeError(`cannot seed Python's generator with "${seed}": give an integer from 0 to 2^53 - 1`);
  const word = mersenneTwister(seed < 2 ** 32 ? [seed] : [seed % 2 ** 32, Math.floor(seed / 2 ** 32)]);
  /** `_randbelow_with_getrandbits`: as many bits as `n` has, again until they are below it. An array needs no more than 32. */
  const below = (n: number): number => {
    const unused = Math.clz32(n);
    let bits = word() >>> unused;
    while (bits >= n) bits = word() >>> unused;
    return bits;
  };
  return {
    random: () => ((word() >>> 5) * 2 ** 26 + (word() >>> 6)) / 2 ** 53,
    sample: (items, k) => {
      const n = items.length;
      if (!Number.isInteger(k) || k < 0 || k > n)
        throw new RangeError(`cannot draw a sample of "${k}" from ${n} items: ask for an integer from 0 to ${n}`);
      // What CPython's set of k would weigh, in list entries: a longer list is not copied.
      const setSize = 21 + (k > 5 ? 4 ** Math.ceil(Math.log(k * 3) / Math.log(4)) : 0);
      return n <= setSize ? fromPool(items, k, below) : byRejection(items, k, below);
    },
  };
}

type Below = (n: number) => number;

function fromPool<T>(items: readonly T[], k: number, below: Below): T[] {
  const pool = [...items];
  return Array.from({ length: k }, (_, i) => {
    const j = below(pool.length - i);
    const drawn = pool[j] as T;
    pool[j] = pool[pool.length - i - 1] as T;
    return drawn;
  });
}

function byRejection<T>(items: readonly T[], k: number, below: Below): T[] {
  const drawn = new Set<number>();
  // What is there already stays where it is, and another is drawn.
  while (drawn.size < k) drawn.add(below(items.length));
  return Array.from(drawn, (index) => items[index] as T);
}

/** MT19937's 32-bit words after `init_by_array(key)`. */
function mersenneTwister(key: readonly number[]): () => number {
  const state = stateOf(key);
  let next = WORDS;
  const twist = (): void => {
    for (let i = 0; i < WORDS; i++) {
      const y = (at(state, i) & 0x80000000) | (at(state, (i + 1) % WORDS) & 0x7fffffff);
      state[i] = at(state, (i + SHIFT) % WORDS) ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    next = 0;
  };
  return () => {
    if (next === WORDS) twist();
    let y = at(state, next++);
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  };
}

function stateOf(key: readonly number[]): Uint32Array {
  const state = new Uint32Array(WORDS);
  const carry = (i: number, factor: number): number => {
    const before = at(state, i - 1);
    return Math.imul(before ^ (before >>> 30), factor);
  };
  state[0] = 19650218;
  for (let i = 1; i < WORDS; i++) state[i] = carry(i, 1812433253) + i;
  let i = 1;
  const step = (value: number): void => {
    state[i] = value;
    if (++i < WORDS) return;
    state[0] = at(state, WORDS - 1);
    i = 1;
  };
  for (let round = 0; round < WORDS; round++) {
    const j = round % key.length;
    step((at(state, i) ^ carry(i, 1664525)) + (key[j] as number) + j);
  }
  for (let round = 1; round < WORDS; round++) step((at(state, i) ^ carry(i, 1566083941)) - i);
  state[0] = 0x80000000;
  return state;
}

const at = (words: Uint32Array, index: number): number => words[index] as number;
