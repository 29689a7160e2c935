import { expectAllclose } from '@ganymede/testing';
import { meanPathLength, pathLengths } from './path-length.js';

/** numpy's: sin(1.3 k) + 0.1 for k = 0..11 as [3, 4], and the same 1e-3 further. */
const rows = (shift: number): Float64Array =>
  Float64Array.from({ length: 12 }, (_, k) => Math.sin(1.3 * k + shift) + 0.1);
const pair = [0, 1e-3].map((shift) => ({ values: rows(shift), count: 3, size: 4 })) as [
  { values: Float64Array; count: number; size: number },
  { values: Float64Array; count: number; size: number },
];
/** ((7919 i) % 1000) / 10, every seventh 500 larger. */
const lengths = Float64Array.from(
  { length: 250 },
  (_, i) => ((7919 * i) % 1000) / 10 + (i % 7 === 0 ? 500 : 0),
);

test('squared distances over epsilon squared, of unit features or as they are: numpy’s', () => {
  expectAllclose(
    pathLengths(...pair, { epsilon: 1e-3, normalization: 'unit' }),
    [1.2269746524063214, 0.9543355151002724, 0.6415094227840883],
    { rtol: 1e-9 },
  );
  expectAllclose(
    pathLengths(...pair, { epsilon: 1e-3, normalization: 'none' }),
    [2.332476013499659, 2.074770843734323, 1.583632933670925],
    { rtol: 1e-9 },
  );
});

test('the scale of unit features drops out, and a feature of zeros stays finite', () => {
  const [first, second] = pair;
  const scaled = pair.map((set) => ({ ...set, values: set.values.map((x) => 40 * x) })) as typeof pair;
  const options = { epsilon: 1e-3, normalization: 'unit' } as const;
  expectAllclose(pathLengths(...scaled, options), pathLengths(first, second, options), { rtol: 1e-9 });
  const zeros = { values: new Float64Array(4), count: 1, size: 4 };
  expect([...pathLengths(zeros, zeros, options)]).toEqual([0]);
});

test('the mean of all, and of those between percentiles as StyleGAN’s code keeps them', () => {
  expectAllclose(meanPathLength(lengths).mean, 121.95, { rtol: 1e-12 });
  const kept = meanPathLength(lengths, [1, 99]);
  expect(kept.kept).toBe(246);
  expectAllclose(
    [kept.mean, kept.median, kept.standardError],
    [119.0719512195122, 58.35, 11.08977582576228],
    {
      rtol: 1e-12,
    },
  );
  expect(meanPathLength(lengths, [0, 100])).toEqual(meanPathLength(lengths));
});

test.each([
  [
    () => pathLengths(pair[0], pair[1], { epsilon: 0, normalization: 'unit' }),
    /epsilon: expected a positive/,
  ],
  [
    () => pathLengths(pair[0], { ...pair[1], count: 2, values: rows(0).slice(4) }),
    /pairs, 3 and as many images, got 2/,
  ],
  [
    () => meanPathLength(lengths, [99, 1]),
    /percentiles: expected two of 0\.\.100 in ascending order, got 99,1/,
  ],
])('refused: %#', (act, message) => {
  expect(act).toThrow(
    expect.objectContaining({ code: 'BAD_OPTION', message: expect.stringMatching(message) }),
  );
});

test('NaN features, features of two sizes and a single pair are refused', () => {
  const broken = { ...pair[1], values: pair[1].values.map((x, i) => (i === 9 ? Number.NaN : x)) };
  expect(() => pathLengths(pair[0], broken)).toThrow(
    expect.objectContaining({ code: 'NON_FINITE_FEATURE', message: expect.stringMatching(/NaN in row 2/) }),
  );
  expect(() => pathLengths(pair[0], { values: rows(0), count: 4, size: 3 })).toThrow(
    expect.objectContaining({ code: 'FEATURE_SIZES_DIFFER' }),
  );
  expect(() => meanPathLength(Float64Array.of(1))).toThrow(
    expect.objectContaining({ code: 'TOO_FEW_IMAGES' }),
  );
});
