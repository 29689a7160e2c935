import { gammaOf, longestSigmaRel, powerFunctionRate, sigmaRelOf } from './power-function.js';

// Published: arXiv:2312.02696, section 3.1. The digits after them: edm2's phema.py, std_to_exp, in float64.
test.each([
  [0.05, 16.97, 16.972198602303447],
  [0.1, 6.94, 6.937203937601809],
  [0.15, 3.56, 3.5578687748994646],
  [0.2, 1.83, 1.8262137798958404],
  [0.25, 0.72, 0.71982395800071],
  [0.01, 96.99, 96.99489782370986],
])('sigma_rel %d is gamma %d, and back', (sigmaRel, published, gamma) => {
  expect(gammaOf(sigmaRel)).toBeCloseTo(published, 2);
  expect(Math.abs(gammaOf(sigmaRel) / gamma - 1)).toBeLessThan(1e-12);
  expect(Math.abs(sigmaRelOf(gammaOf(sigmaRel)) / sigmaRel - 1)).toBeLessThan(1e-14);
});

test('both ways over the whole range, up to the mean of all steps', () => {
  for (let sigmaRel = 0.001; sigmaRel < longestSigmaRel; sigmaRel += 0.001)
    expect(Math.abs(sigmaRelOf(gammaOf(sigmaRel)) / sigmaRel - 1)).toBeLessThan(1e-12);
  expect(sigmaRelOf(0)).toBeCloseTo(longestSigmaRel, 15);
  expect(gammaOf(longestSigmaRel)).toBeLessThan(1e-12);
});

test('updates weigh step k of t by (k/t)^(gamma + 1) - ((k - 1)/t)^(gamma + 1)', () => {
  const [gamma, t] = [6.94, 50];
  const weights = Array.from({ length: t }, () => 0);
  for (let k = 1; k <= t; k++) {
    const rate = powerFunctionRate(gamma, k);
    for (let j = 0; j < k; j++) weights[j]! *= 1 - rate;
    weights[k - 1]! += rate;
  }
  const cumulative = (k: number): number => (k / t) ** (gamma + 1);
  weights.forEach((weight, k) =>
    expect(Math.abs(weight - (cumulative(k + 1) - cumulative(k)))).toBeLessThan(1e-15),
  );
});

test('the rate of long runs keeps its digits', () => {
  // beta_t of edm2's power_function_beta(0.1, 5, 1) is 0.17013962182901765.
  expect(powerFunctionRate(6.937203937601809, 5)).toBeCloseTo(1 - 0.17013962182901765, 14);
  // (gamma + 1)/t - (gamma + 1) gamma / (2 t^2) + ...
  const t = 1e9;
  expect(Math.abs(powerFunctionRate(6, t) / (7 / t - 21 / t ** 2) - 1)).toBeLessThan(1e-15);
});
