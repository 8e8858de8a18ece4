/**
 * A float whose value is whole, such as 5.0. Python prints it so, and no number of JavaScript tells it from 5: as a number it
 * would change on its way from a file into a prompt.
 */
export class Float {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }

  toJSON(): number {
    return this.value;
  }
}

/** A number of a row. */
export type FieldNumber = number | bigint | Float;

export function isFieldNumber(value: unknown): value is FieldNumber {
  return typeof value === "number" || typeof value === "bigint" || value instanceof Float;
}

/** What a row holds of a float. */
export function floatField(value: number): number | Float {
  return Number.isInteger(value) ? new Float(value) : value;
}

/** What a row holds of an integer: a number where that is exact. */
export function integerField(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
