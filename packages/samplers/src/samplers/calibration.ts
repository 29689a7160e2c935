import { logitsNotFinite } from '../errors.js';

/** Log-odds of real against generated are `slope * logit + intercept`. */
export interface Calibration {
  readonly slope: number;
  readonly intercept: number;
}

/** The discriminator's logits as they are. */
export const uncalibrated: Calibration = { slope: 1, intercept: 0 };

/** Newton's method ends where no parameter moves by more; its steps come to rest within ten or so. */
const tolerance = 1e-12;
const mostSteps = 100;

/**
 * Logistic regression of "this image is real" on D's logits, as MH-GAN calibrates its discriminator (arXiv:1811.11357,
 * section 4): whatever loss D was trained with, the result is an estimate of log p_data / p_g. Targets are Platt's,
 * (n + 1) / (n + 2) and 1 / (n + 2) instead of 1 and 0, which keeps the slope finite where logits part the two sets.
 *
 * Take as many real as generated images: the intercept holds the logarithm of their ratio.
 * @param real - logits of real images; one or more
 * @param generated - logits of generated images; one or more
 * @throws LOGITS_NOT_FINITE
 */
export function fitCalibration(real: ArrayLike<number>, generated: ArrayLike<number>): Calibration {
  const logits = [...Array.from(real), ...Array.from(generated)];
  if (real.length === 0 || generated.length === 0 || !logits.every(Number.isFinite))
    throw logitsNotFinite(
      real.length === 0 || generated.length === 0 ? 'none of one kind' : 'NaN or infinity',
    );
  const targets = logits.map((_, i) =>
    i < real.length ? (real.length + 1) / (real.length + 2) : 1 / (generated.length + 2),
  );
  // Newton's steps are good where inputs have mean 0 and deviation 1.
  const mean = logits.reduce((sum, logit) => sum + logit, 0) / logits.length;
  const deviation = Math.sqrt(logits.reduce((sum, logit) => sum + (logit - mean) ** 2, 0) / logits.length);
  if (deviation === 0) {
    const share = targets.reduce((sum, target) => sum + target, 0) / targets.length;
    return { slope: 0, intercept: Math.log(share / (1 - share)) };
  }
  const inputs = logits.map((logit) => (logit - mean) / deviation);
  const [slope, intercept] = newton(inputs, targets);
  return { slope: slope / deviation, intercept: intercept - (slope * mean) / deviation };
}

/** The least cross-entropy of sigmoid(a x + b), which is convex: steps are halved until they lower it. */
function newton(inputs: readonly number[], targets: readonly number[]): readonly [number, number] {
  let [a, b] = [0, 0];
  let loss = crossEntropy(inputs, targets, a, b);
  for (let step = 0; step < mostSteps; step++) {
    let [ga, gb, haa, hab, hbb] = [0, 0, 0, 0, 0];
    inputs.forEach((x, i) => {
      const p = sigmoid(a * x + b);
      const [error, weight] = [p - targets[i]!, p * (1 - p)];
      ga += error * x;
      gb += error;
      haa += weight * x * x;
      hab += weight * x;
      hbb += weight;
    });
    const determinant = haa * hbb - hab * hab;
    if (!(determinant > 0)) break;
    const da = (hbb * ga - hab * gb) / determinant;
    const db = (haa * gb - hab * ga) / determinant;
    let part = 1;
    let next = crossEntropy(inputs, targets, a - da, b - db);
    while (next > loss && part > 1e-6) {
      part /= 2;
      next = crossEntropy(inputs, targets, a - part * da, b - part * db);
    }
    if (next > loss) break;
    [a, b, loss] = [a - part * da, b - part * db, next];
    if (Math.max(Math.abs(da), Math.abs(db)) <= tolerance * (1 + Math.abs(a) + Math.abs(b))) break;
  }
  return [a, b];
}

export function sigmoid(x: number): number {
  return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
}

function crossEntropy(inputs: readonly number[], targets: readonly number[], a: number, b: number): number {
  return inputs.reduce((sum, x, i) => {
    const logit = a * x + b;
    return sum + Math.max(logit, 0) - logit * targets[i]! + Math.log1p(Math.exp(-Math.abs(logit)));
  }, 0);
}
