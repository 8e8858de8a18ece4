/** ln n!, by Stirling's series; below 16 by the product, which is exact. */
function logFactorial(n: number): number {
  if (n < 16) {
    let product = 1;
    for (let i = 2; i <= n; i++) product *= i;
    return Math.log(product);
  }
  const inverse = 1 / n;
  const series = inverse * (1 / 12 - inverse ** 2 * (1 / 360 - inverse ** 2 / 1_260));
  return n * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI * n) + series;
}

/** P(K = k) of so many trials, each a success with probability `p`. */
export function binomialMass(k: number, trials: number, p: number): number {
  if (k < 0 || k > trials) return 0;
  if (p <= 0 || p >= 1) return k === (p <= 0 ? 0 : trials) ? 1 : 0;
  const ways = logFactorial(trials) - logFactorial(k) - logFactorial(trials - k);
  return Math.exp(ways + k * Math.log(p) + (trials - k) * Math.log1p(-p));
}

/** P(K >= k): summed from k outwards until nothing is added, so that a large number of trials costs no more than its root. */
export function binomialUpper(k: number, trials: number, p: number): number {
  if (k <= 0) return 1;
  if (k > trials) return 0;
  return k > trials * p ? outwards(k, trials, p) : 1 - outwards(trials - k + 1, trials, 1 - p);
}

/** P(K >= k) for k above the mean. */
function outwards(k: number, trials: number, p: number): number {
  let term = binomialMass(k, trials, p);
  let sum = 0;
  for (let i = k; term > 1e-13 * sum; i++) {
    sum += term;
    term *= ((trials - i) / (i + 1)) * (p / (1 - p));
  }
  return sum;
}
