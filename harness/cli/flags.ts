/** A mistake in how the command was written: exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

export const JSON_OPTION = {
  type: "boolean",
  default: false,
  describe: "one JSON document on stdout in place of a table",
} as const;

export const WALL_OPTION = {
  type: "string",
  describe: "a smart plug's URL, or a CSV file that a wall meter writes",
} as const;

export const PRICES_OPTION = {
  type: "string",
  describe: "a price book of your own, beside those of `perjoule prices ls`; run and report keep it with the run",
} as const;

export function optional<A, B>(value: A | undefined, map: (value: A) => B): B | undefined {
  return value === undefined ? undefined : map(value);
}

/** A flag as it is typed: yargs knows `--num-fewshot` as `numFewshot`. */
const typed = (flag: string): string => `--${flag.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** `a,b` and `-m a -m b` mean the same; `\\,` is a comma of the name itself. */
export function words(argv: Record<string, unknown>, flag: string): string[] | undefined {
  const value = argv[flag];
  if (!Array.isArray(value)) return undefined;
  const list = value
    .flatMap((word) => String(word).split(/(?<!\\),/))
    .map((word) => word.replaceAll("\\,", ","))
    .filter((word) => word !== "");
  if (list.length === 0) throw new UsageError(`${typed(flag)}: names nothing`);
  return list;
}

/** yargs makes a list of a flag that is given twice. */
export function text(argv: Record<string, unknown>, flag: string): string | undefined {
  const value = argv[flag];
  if (value === "") throw new UsageError(`${typed(flag)}: says nothing`);
  if (value === undefined || typeof value === "string") return value;
  throw new UsageError(`${typed(flag)}: given more than once`);
}

export function oneOf<T extends string>(flag: string, word: string, options: readonly T[]): T {
  const found = options.find((option) => option === word);
  if (found === undefined) throw new UsageError(`${typed(flag)}: "${word}" is none of ${options.join(", ")}`);
  return found;
}

export function number(argv: Record<string, unknown>, flag: string, least: number): number | undefined {
  return optional(text(argv, flag), (word) => wholeNumber(flag, word, least));
}

export function seconds(flag: string, word: string): number {
  const value = word.trim() === "" ? NaN : Number(word);
  if (!(value >= 0 && value <= 3_600))
    throw new UsageError(`${typed(flag)}: "${word}" is not a number of seconds up to 3600`);
  return value;
}

export function wholeNumber(flag: string, word: string, least: number): number {
  const value = Number(word);
  if (word.trim() === "" || !Number.isSafeInteger(value) || value < least) {
    throw new UsageError(`${typed(flag)}: "${word}" is not a whole number of at least ${least}`);
  }
  return value;
}
