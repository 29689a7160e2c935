import { linear, pathPoints, pointsAlong, spherical } from './paths.js';

const a = Float32Array.of(3, 0, 0);
const b = Float32Array.of(0, 0, 3);
const start = { z: a, classWeights: Float32Array.of(1, 0) };
const end = { z: b, classWeights: Float32Array.of(0, 1) };

test('linear goes through the middle', () => {
  expect([...linear(a, b, 0.5)]).toEqual([1.5, 0, 1.5]);
});

test('spherical keeps the length and turns evenly', () => {
  const third = spherical(a, b, 1 / 3);
  expect(Math.hypot(...third)).toBeCloseTo(3, 5);
  expect(Math.atan2(third[2]!, third[0]!)).toBeCloseTo(Math.PI / 6, 5);
});

test('spherical is linear where there is no arc: the same point, opposite points, zero', () => {
  expect([...spherical(a, a, 0.3)]).toEqual([...linear(a, a, 0.3)]);
  expect([
    ...spherical(
      a,
      a.map((value) => -value),
      0.25,
    ),
  ]).toEqual([1.5, 0, 0]);
  expect([...spherical(new Float32Array(3), b, 0.5)]).toEqual([0, 0, 1.5]);
});

test.each([
  [
    'latent',
    [
      [3, 0, 0],
      [0, 0, 3],
    ],
    [
      [1, 0],
      [1, 0],
    ],
  ],
  [
    'class',
    [
      [3, 0, 0],
      [3, 0, 0],
    ],
    [
      [1, 0],
      [0, 1],
    ],
  ],
  [
    'both',
    [
      [3, 0, 0],
      [0, 0, 3],
    ],
    [
      [1, 0],
      [0, 1],
    ],
  ],
] as const)('a path in %s begins and ends where it should', (varying, latents, classes) => {
  const points = pathPoints(start, end, 5, { varying, interpolation: 'linear' });
  expect(points).toHaveLength(5);
  expect([points[0]!, points[4]!].map(({ z }) => [...z])).toEqual(latents);
  expect([points[0]!, points[4]!].map(({ classWeights }) => [...classWeights])).toEqual(classes);
  expect([...points[2]!.classWeights]).toEqual(varying === 'latent' ? [1, 0] : [0.5, 0.5]);
});

test('points along a direction go to both sides of where they start, in its class', () => {
  const points = pointsAlong(start, { vector: [0, 0.5, 1], extent: 2 }, 3);
  expect(points.map(({ z }) => [...z])).toEqual([
    [3, -1, -2],
    [3, 0, 0],
    [3, 1, 2],
  ]);
  expect(points.map(({ classWeights }) => [...classWeights])).toEqual([
    [1, 0],
    [1, 0],
    [1, 0],
  ]);
});
