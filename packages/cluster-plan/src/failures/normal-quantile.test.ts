import { normalQuantile } from './normal-quantile.js';

// Python's statistics.NormalDist().inv_cdf, 3.11.
test.each([
  [0.975, 1.9599639845400536],
  [0.3, -0.5244005127080407],
  [0.999, 3.090232306167813],
  [1e-10, -6.361340902404056],
  [1e-20, -9.262340089798405],
  [0.500000001, 2.506628203738712e-9],
  [2 ** -54, -8.292361075813595],
])('of %d', (p, x) => {
  expect(Math.abs(normalQuantile(p) - x)).toBeLessThan(1e-15 + 2e-15 * Math.abs(x));
});
