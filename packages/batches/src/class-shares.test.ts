import { expectAllclose } from '@ganymede/testing';
import { classShares } from './class-shares.js';

const labels = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 3, 3, 3, 3, 3, 3];

/** Of an epoch's 16 images, by class. */
const ofClasses = (exponent: number): number[] => {
  const shares = classShares(labels, exponent)!;
  return [0, 1, 3].map((label) =>
    shares.reduce((sum, share, i) => sum + (labels[i] === label ? share : 0), 0),
  );
};

test('classes have powers of their counts, and an epoch is as long as the data', () => {
  expect(classShares(labels, 1)).toBeNull();
  expectAllclose(ofClasses(0), [16 / 3, 16 / 3, 16 / 3]);
  const roots = [8, 2, 6].map(Math.sqrt);
  const sum = roots.reduce((a, b) => a + b);
  expectAllclose(
    ofClasses(0.5),
    roots.map((root) => (16 * root) / sum),
  );
});

test('images of one class have equal shares', () => {
  const shares = classShares(labels, 0)!;
  expect(new Set(shares.slice(0, 8)).size).toBe(1);
  expectAllclose([shares[0]!, shares[8]!], [16 / 3 / 8, 16 / 3 / 2]);
});
