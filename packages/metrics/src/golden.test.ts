import { RandomStream } from '@ganymede/core';
import { expectAllclose } from '@ganymede/testing';
import { readFixture } from '../testing/fixture.js';
import {
  cubicKernel,
  densityCoverage,
  frechetDistance,
  inceptionScore,
  kernelDistance,
  kid,
  momentsOf,
  precisionRecall,
} from './index.js';

/** Outputs of pytorch-fid, torch-fidelity's KID, the original Inception Score and prdc: see testing/README.md. */
const { features_a: a, features_b: b, logits, expected } = readFixture();
const tight = { rtol: 1e-9, atol: 0 };

/** The references average features in float32: their means carry that rounding. */
const ofFloat32Means = { rtol: 1e-7, atol: 0 };

test('FID', async () => {
  const [first, second] = [await momentsOf(a), await momentsOf(b)];
  const { distance, means, covariances } = frechetDistance(first, second);
  expectAllclose(distance, expected.fid, ofFloat32Means);
  expectAllclose(frechetDistance(second, first).distance, distance, tight);
  expectAllclose(means + covariances, distance, tight);
});

test('KID over the full sets', async () => {
  expectAllclose(await kernelDistance(a, b), expected.kid_unbiased_full_set_poly3, tight);
  const options = { ...cubicKernel, subsets: 0, subsetSize: 1000 };
  expect(await kid(a, b, options, RandomStream.create(0, 'kid'))).toEqual({
    mean: await kernelDistance(a, b),
    std: Number.NaN,
  });
});

test('Inception Score over 10 splits', () => {
  const { mean, std, splits } = inceptionScore(logits, 10);
  const { mean: expectedMean, std: expectedStd, splits: expectedSplits } = expected.inception_score_10_splits;
  expectAllclose(splits, expectedSplits, { rtol: 1e-6, atol: 0 });
  expectAllclose([mean, std], [expectedMean, expectedStd], { rtol: 1e-6, atol: 0 });
});

test('precision, recall, density, coverage with k = 5', async () => {
  const options = { neighbours: 5, products: 'float64' } as const;
  const { precision, recall } = await precisionRecall(a, b, options);
  const { density, coverage } = await densityCoverage(a, b, options);
  const numbers = { precision, recall, density, coverage };
  expectAllclose(
    Object.values(numbers),
    Object.keys(numbers).map((name) => expected.prdc_k5_real_a_fake_b[name as 'precision']),
    tight,
  );
});
