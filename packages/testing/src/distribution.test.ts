import { RandomStream } from '@ganymede/core';
import { expectAllclose } from './allclose.js';
import { expectDistribution, moments, normalCdf, normalDensity } from './distribution.js';

describe('normalCdf', () => {
  // Abramowitz and Stegun, table 26.1.
  test('values', () => {
    const at = [0, 1, -1, 1.96, 3, -5, 40, -40].map(normalCdf);
    const table = [
      0.5, 0.841344746068543, 0.158655253931457, 0.97500210485178, 0.99865010196837, 2.866515719e-7, 1, 0,
    ];
    expectAllclose(at, table, { rtol: 1e-9, atol: 1e-13 });
  });

  test('its slope is the density', () => {
    for (const x of [-2, -0.3, 0, 1.1]) {
      expectAllclose((normalCdf(x + 1e-4) - normalCdf(x - 1e-4)) / 2e-4, normalDensity(x), { rtol: 1e-6 });
    }
  });
});

describe('expectDistribution', () => {
  const normals = RandomStream.create(1, 'normals').normals(20_000);
  const standard = { mean: 0, variance: 1 };

  test('accepts draws of the distribution', () => expectDistribution(normals, normalCdf, standard));

  test.each<[string, (value: number) => number, RegExp]>([
    ['shifted by a twentieth', (value) => value + 0.05, /distance below/],
    ['five per cent wider', (value) => value * 1.05, /distance below|variance/],
    ['with a heavier tail', (value) => (Math.abs(value) > 2.2 ? value * 1.3 : value), /variance/],
    ['not numbers', () => NaN, /distance below/],
  ])('refuses draws that are %s', (_, change, message) => {
    expect(() => expectDistribution(normals.map(change), normalCdf, standard)).toThrow(message);
  });

  test('refuses samples too small to tell', () => {
    expect(() => expectDistribution([0, 1], normalCdf, standard)).toThrow('at least 1000 values, got 2');
  });

  test('moments', () => expect(moments([1, 2, 3, 6])).toEqual({ mean: 3, variance: 3.5 }));
});
