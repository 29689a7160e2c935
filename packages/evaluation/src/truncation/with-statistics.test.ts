import { withStatistics } from './with-statistics.js';

const tensor = (...values: number[]) => ({
  dtype: 'F32' as const,
  shape: [values.length],
  data: Float32Array.from(values),
});
const generator = {
  weight: tensor(5, 6),
  'bn.mean': tensor(0, 0),
  'bn.variance': tensor(1, 1),
  'bn.standingMean': tensor(0, 0),
  'bn.standingVariance': tensor(0, 0),
  'bn.standingCount': tensor(0),
};
const standing = {
  'bn.standingMean': tensor(4, 2),
  'bn.standingVariance': tensor(1, 3),
  'bn.standingCount': tensor(4),
};

test('running averages become the means of the standing sums, weights stay', () => {
  expect(withStatistics(generator, standing, 'x')).toEqual({
    ...generator,
    ...standing,
    'bn.mean': tensor(1, 0.5),
    'bn.variance': tensor(0.25, 0.75),
  });
  expect(generator['bn.mean']).toEqual(tensor(0, 0));
});

test.each([
  ['of another name', { ...standing, 'norm.standingMean': tensor(1) }, /norm\.standingMean \[1\]/],
  ['of another size', { ...standing, 'bn.standingMean': tensor(1) }, /bn\.standingMean \[1\]/],
])('statistics %s are refused', (_, wrong, message) => {
  expect(() => withStatistics(generator, wrong, 'x.json')).toThrow(
    expect.objectContaining({
      code: 'TRUNCATION_DOES_NOT_FIT',
      message: expect.stringMatching(message),
    }),
  );
});
