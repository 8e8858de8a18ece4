/** Values of flags, or a RangeError that names the flag, what it takes and what it was given. */
export function whole(flag: string, text: string, least: number): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new RangeError(`--${flag} must be a whole number from ${least} on, not "${text}"`);
}

export function oneOf<T extends string>(flag: string, text: string, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === text);
  if (found !== undefined) return found;
  throw new RangeError(`--${flag} takes ${allowed.join(", ")}, not "${text}"`);
}

/** Several, with commas between them; each counts once. */
export function someOf<T extends string>(flag: string, text: string, allowed: readonly T[]): T[] {
  return [...new Set(text.split(",").map((one) => oneOf(flag, one, allowed)))];
}
