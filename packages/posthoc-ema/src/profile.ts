/**
 * A power-function average as a function of time: f(tau) = (gamma + 1) tau^gamma / t^(gamma + 1) for tau up to t, 0 after
 * it (arXiv:2312.02696, equation 121). Averages that are updated once a step follow it exactly where the weights are
 * taken to stand still within a step.
 */
export interface Profile {
  /** Updates of the average behind it, at least 1. */
  readonly t: number;
  /** At least 0. */
  readonly gamma: number;
}

/** The integral of the product of two profiles over time; equation 151. */
export function innerProduct(a: Profile, b: Profile): number {
  const [early, late] = a.t < b.t ? [a, b] : [b, a];
  const overlap = (early.t / late.t) ** late.gamma;
  return ((a.gamma + 1) * (b.gamma + 1) * overlap) / ((a.gamma + b.gamma + 1) * late.t);
}
