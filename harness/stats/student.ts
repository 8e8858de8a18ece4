/**
 * The 97.5 % quantile of Student's t with so many degrees of freedom: half the width, in standard errors, of a 95 %
 * interval from a few independent pieces.
 */
export function t95(degrees: number): number {
  return studentQuantile(0.975, degrees);
}

/** The value below which Student's t lies with this probability, at least a half, by bisection on the exact distribution function. */
export function studentQuantile(probability: number, degrees: number): number {
  if (!(degrees >= 1)) throw new RangeError(`studentQuantile: needs at least one degree of freedom, got ${degrees}`);
  if (!(probability >= 0.5 && probability < 1))
    throw new RangeError(`studentQuantile: a probability from 0.5 to below 1 is needed, got ${probability}`);
  let [low, high] = [0, 1];
  while (studentCdf(high, degrees) < probability) high *= 2;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (studentCdf(middle, degrees) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** P(T <= t) for whole degrees of freedom and t > 0, by the finite trigonometric series (Abramowitz and Stegun 26.7.3 and 26.7.4). */
export function studentCdf(t: number, degrees: number): number {
  const theta = Math.atan(t / Math.sqrt(degrees));
  const [sin, cos2] = [Math.sin(theta), Math.cos(theta) ** 2];
  const odd = degrees % 2 === 1;
  let term = odd ? Math.cos(theta) : 1;
  let sum = 0;
  for (let k = odd ? 1 : 0; k <= degrees - 2; k += 2) {
    sum += term;
    term *= ((k + 1) / (k + 2)) * cos2;
  }
  const inside = odd ? (2 / Math.PI) * (theta + sin * sum) : sin * sum;
  return 0.5 + inside / 2;
}
