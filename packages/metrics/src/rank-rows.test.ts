import { densityOf, keepShare } from './rank-rows.js';

/** As in gaussian-density.test.ts of metrics, with regularization 1e-5. */
const scores = Float64Array.of(
  ...[-1.71062765379, -1.63250347751, -1.5536446079, -1.30023379814, -1.74870098877, -2.07673647502],
  ...[-0.856796434059, -2.11948980413, -1.53806022641, -2.09372179764, -5.17945925162, -1.90158204444],
);

// NumPy 2.4.6: np.percentile(scores, 100 - r), np.where(scores > cutoff), the authors' get_keep_indices.
test.each([
  [0.5, -1.7296643212773013, [0, 1, 2, 3, 6, 8]],
  [0.9, -2.11691300348496, [0, 1, 2, 3, 4, 5, 6, 8, 9, 11]],
  [0.4, -1.663753148021789, [1, 2, 3, 6, 8]],
])('a share of %d is cut where numpy cuts it', (share, threshold, rows) => {
  const kept = keepShare(scores, share);
  expect([...kept.rows]).toEqual(rows);
  expect(kept.threshold).toBeCloseTo(threshold, 10);
});

test('a percentile on a score drops it, whatever 1 - share rounds to', () => {
  // 1 - 0.9 is 0.09999999999999998, whose place in eleven scores is just before the second.
  expect(
    keepShare(
      Float64Array.from({ length: 11 }, (_, i) => i),
      0.9,
    ).rows,
  ).toHaveLength(9);
});

test('all are kept of 1, and one of a group where nothing is above the cut', () => {
  expect([...keepShare(scores, 1).rows]).toEqual([...scores.keys()]);
  expect([...keepShare(Float64Array.of(3), 0.1).rows]).toEqual([0]);
  expect([...keepShare(Float64Array.of(2, 2, 2), 0.5).rows]).toEqual([0]);
});

test('a group of one image has the density of the regularization', async () => {
  const rows = { values: Float32Array.of(1, -2), count: 1, size: 2 };
  const density = await densityOf(rows, 0.25);
  expect(density.logLikelihoods(rows)[0]).toBeCloseTo(-Math.log(2 * Math.PI * 0.25), 12);
});
