import { GaussianDensity } from './gaussian-density.js';
import { momentsOf } from './streaming-moments.js';

/** The same rows in NumPy: `sin(1 + 0.37 i size + 1.7 j) + 0.3 cos(0.11 i^2 + j)`. */
const rowsOf = (count: number, size: number) => ({
  values: Float64Array.from({ length: count * size }, (_, k) => {
    const [i, j] = [Math.floor(k / size), k % size];
    return Math.sin(1 + i * size * 0.37 + j * 1.7) + 0.3 * Math.cos(i * i * 0.11 + j);
  }),
  count,
  size,
});

// scikit-learn 1.9.1, NumPy 2.4.6: GaussianMixture(n_components=1, reg_covar=...).fit(X).score_samples(X), what the authors'
// density_estimators.py of github.com/uoguelph-mlrg/instance_selection_for_gans calls.
test.each([
  [
    12,
    3,
    1e-5,
    [
      -1.71062765379, -1.63250347751, -1.5536446079, -1.30023379814, -1.74870098877, -2.07673647502,
      -0.856796434059, -2.11948980413, -1.53806022641, -2.09372179764, -5.17945925162, -1.90158204444,
    ],
  ],
  [
    12,
    3,
    0.01,
    [
      -1.88833303558, -1.81896411098, -1.7322951418, -1.49434229087, -1.78930012341, -1.9382789977,
      -1.05622972251, -2.01145972875, -1.71801315827, -2.23557915095, -4.43710324805, -1.96923844437,
    ],
  ],
  // Fewer rows than numbers in one: the regularization alone gives it a density.
  [4, 6, 1e-5, [11.6462874735, 11.6459938643, 11.6459992128, 11.6462519218]],
])(
  '%i rows of %i, regularization %d, are scored as scikit-learn does',
  async (count, size, reg, expected) => {
    const rows = rowsOf(count, size);
    const density = new GaussianDensity(await momentsOf(rows), reg);
    const found = density.logLikelihoods(rows);
    expect(found).toHaveLength(count);
    found.forEach((value, i) => expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-9));
  },
);

test('more rows than are solved for at a time are scored one by one', async () => {
  const rows = rowsOf(40, 5);
  const density = new GaussianDensity(await momentsOf(rows), 1e-3);
  const all = density.logLikelihoods(rows);
  for (const i of [0, 15, 16, 39]) {
    const own = density.logLikelihoods({ values: rows.values.slice(i * 5, i * 5 + 5), count: 1, size: 5 });
    expect(own[0]).toBe(all[i]);
  }
});

test('a covariance without full rank is refused, and so are other sizes', async () => {
  const moments = await momentsOf(rowsOf(4, 6));
  expect(() => new GaussianDensity(moments)).toThrow(
    expect.objectContaining({ code: 'SINGULAR_GAUSSIAN', message: expect.stringContaining('got 3') }),
  );
  const density = new GaussianDensity(moments, 0.1);
  expect(() => density.logLikelihoods(rowsOf(2, 5))).toThrow(
    expect.objectContaining({ code: 'BAD_FEATURE_SHAPE' }),
  );
});
