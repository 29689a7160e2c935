import { calibrationCautions, rejectionCautions } from './sampler-cautions.js';

const codes = (cautions: readonly { readonly code: string }[]): readonly string[] =>
  cautions.map(({ code }) => code);

test('a calibration of few images, or without a slope, is told', () => {
  expect(calibrationCautions({ slope: 0.5, intercept: 0 }, 100)).toEqual([]);
  expect(codes(calibrationCautions({ slope: 0.5, intercept: 0 }, 99))).toEqual(['sampler-few-images']);
  expect(codes(calibrationCautions({ slope: 0, intercept: 0 }, 100))).toEqual(['sampler-blind']);
  expect(calibrationCautions({ slope: -0.1234, intercept: 0 }, 100)[0]!.text).toContain('slope -0.123');
});

test('few images taken of the draws, and many above the burn-in, are told with their shares', () => {
  expect(rejectionCautions(10, 1000, 10)).toEqual([]);
  expect(rejectionCautions(0, 0, 0)).toEqual([]);
  expect(rejectionCautions(9, 1000, 10)).toEqual([
    expect.objectContaining({
      code: 'sampler-few-taken',
      text: expect.stringContaining('9 of 1000 draws were taken (0.90 %)'),
    }),
  ]);
  expect(rejectionCautions(100, 1000, 11)).toEqual([
    expect.objectContaining({
      code: 'sampler-burn-in',
      text: expect.stringContaining('11 of 1000 draws (1.1 %)'),
    }),
  ]);
});
