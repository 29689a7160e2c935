/**
 * Averages over training whose length is a share of it (Karras et al., "Analyzing and Improving the Training Dynamics of
 * Diffusion Models", arXiv:2312.02696, section 3.1 and appendix C). After step t, weights of step tau count as
 * tau^gamma: the average is over the power function (gamma + 1) tau^gamma / t^(gamma + 1). Its width, the standard
 * deviation of tau divided by t, is sigma_rel: the same share of training whenever the average is looked at.
 */

/** sigma_rel of gamma = 0, the mean of all steps: 1/sqrt(12). No longer average leaves early steps behind. */
export const longestSigmaRel = 1 / Math.sqrt(12);

/**
 * The width of the profile of an exponent, equation 123.
 * @param gamma - at least 0
 */
export function sigmaRelOf(gamma: number): number {
  return Math.sqrt((gamma + 1) / ((gamma + 2) ** 2 * (gamma + 3)));
}

/**
 * The exponent of a width: the largest root of gamma^3 + 7 gamma^2 + (16 - s) gamma + 12 - s for s = sigma_rel^-2,
 * equation 126. The cubic has three real roots for every width here, so the root comes from the cosine of a third of an
 * angle; one step of Newton's method takes off its rounding.
 * @param sigmaRel - in (0, 1/sqrt(12)]
 */
export function gammaOf(sigmaRel: number): number {
  const s = sigmaRel ** -2;
  const [b, c, d] = [7, 16 - s, 12 - s];
  const p = c - b ** 2 / 3;
  const q = (2 * b ** 3) / 27 - (b * c) / 3 + d;
  const radius = 2 * Math.sqrt(-p / 3);
  const cosine = Math.min(1, Math.max(-1, (3 * q) / (p * radius)));
  const root = radius * Math.cos(Math.acos(cosine) / 3) - b / 3;
  const value = ((root + b) * root + c) * root + d;
  const slope = (3 * root + 2 * b) * root + c;
  return Math.max(0, root - value / slope);
}

/**
 * The share of the newest weights in an average after its t-th update, 1 - beta_t with beta_t = (1 - 1/t)^(gamma + 1),
 * equation 127. Computed without the difference, which float32, and with long runs float64, would round.
 * @param t - 1 for the first update, which copies
 */
export function powerFunctionRate(gamma: number, t: number): number {
  return t <= 1 ? 1 : -Math.expm1((gamma + 1) * Math.log1p(-1 / t));
}
