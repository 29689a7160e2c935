/** Density of N(0, 1). */
export function normalDensity(x: number): number {
  return Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
}

/** Distribution function of N(0, 1), to float64's precision for |x| < 7 (Marsaglia 2004, doi:10.18637/jss.v011.i04). */
export function normalCdf(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x < -8) return 0;
  if (x > 8) return 1;
  let sum = x;
  let term = x;
  for (let i = 3; sum + term !== sum; i += 2) {
    term *= (x * x) / i;
    sum += term;
  }
  return 0.5 + sum * normalDensity(x);
}

/** Where N(0, 1) has the given probability below it, by bisection: to 1e-12. @param probability - in (0, 1) */
export function normalQuantile(probability: number): number {
  let [low, high] = [-8, 8];
  while (high - low > 1e-12) {
    const middle = (low + high) / 2;
    if (normalCdf(middle) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** How many standard errors a normal estimate exceeds, in either direction, with this probability. */
export const standardErrors = (falseAlarm: number): number => normalQuantile(1 - falseAlarm / 2);
