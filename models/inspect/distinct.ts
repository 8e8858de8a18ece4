/**
 * Experts that `rows` tokens pick together, on average, if each picks `perToken` of `experts` at random and on its own:
 * E (1 - (1 - k/E)^B). Trained routers pick less evenly, and so fewer.
 */
export function expectedDistinct(experts: number, perToken: number, rows: number): number {
  return experts * (1 - (1 - perToken / experts) ** rows);
}
