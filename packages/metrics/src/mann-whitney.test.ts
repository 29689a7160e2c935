import { mannWhitney } from './mann-whitney.js';

const first = [1.5, 2, 2, 3.25, 7, 8, 8.5];
const second = [2, 2.5, 4, 8, 9, 10, 11, 12.5, 3.25];

test('with ties, as scipy 1.x has it: mannwhitneyu(first, second, method="asymptotic", use_continuity=False)', () => {
  // U = 17; z from U by the tie-corrected deviation, whose two-sided p is scipy's 0.12315641508011489.
  expect(mannWhitney(first, second).share).toBeCloseTo(0.7301587301587302, 14);
  expect(mannWhitney(first, second).z).toBeCloseTo(-1.5416592673462581, 13);
});

test('the other way round is the same, mirrored', () => {
  const [there, back] = [mannWhitney(first, second), mannWhitney(second, first)];
  expect(there.share + back.share).toBeCloseTo(1, 14);
  expect(there.z + back.z).toBeCloseTo(0, 13);
});

test('apart, alike, all equal', () => {
  expect(mannWhitney([1, 2], [3, 4, 5]).share).toBe(1);
  expect(mannWhitney([1, 2, 3], [3, 2, 1])).toEqual({ share: 0.5, z: 0 });
  expect(mannWhitney([7, 7], [7])).toEqual({ share: 0.5, z: 0 });
});

test('nothing compares with nothing', () => {
  expect(() => mannWhitney([], [1])).toThrow(expect.objectContaining({ code: 'TOO_FEW_IMAGES' }));
});
