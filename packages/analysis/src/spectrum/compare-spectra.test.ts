import { compareSpectra, type MeanPower } from './compare-spectra.js';

const shape = { height: 8, width: 8, channels: 1 };

const spectrum = (count: number, power: (u: number, v: number) => number): MeanPower => ({
  count,
  mean: () => Float64Array.from({ length: 64 }, (_, at) => power(Math.floor(at / 8), at % 8)),
});

test('ten times the power is 10 dB; halves count by their images', () => {
  const halves = [spectrum(30, () => 1), spectrum(10, () => 5)];
  const {
    real,
    fake,
    difference,
    halves: ofHalves,
    numbers,
  } = compareSpectra(
    shape,
    halves,
    spectrum(40, () => 20),
  );
  // (30 * 1 + 10 * 5) / 40 = 2
  expect(real[0]).toBeCloseTo(10 * Math.log10(2), 10);
  expect(fake[0]).toBeCloseTo(10 * Math.log10(20), 10);
  for (const value of difference) expect(value).toBeCloseTo(10, 10);
  for (const value of ofHalves) expect(value).toBeCloseTo(10 * Math.log10(5), 10);
  expect(numbers.difference).toBeCloseTo(10, 10);
  expect(numbers.highFrequencies).toBeCloseTo(10, 10);
});

test('frequency 0 comes into the middle, and what is only beyond a quarter counts as high', () => {
  const high = (u: number, v: number): number =>
    Math.hypot(Math.min(u, 8 - u), Math.min(v, 8 - v)) >= 1.5 ? 100 : 1;
  const { planes, numbers } = compareSpectra(
    shape,
    [spectrum(1, () => 1), spectrum(1, () => 1)],
    spectrum(1, high),
  );
  expect(planes.difference[4 * 8 + 4]).toBe(0);
  expect(planes.difference[4 * 8 + 5]).toBe(0);
  expect(planes.difference[0]).toBe(20);
  expect(numbers.highFrequencies).toBeCloseTo(20, 10);
});

test('no power at all is a floor, not minus infinity', () => {
  const { fake } = compareSpectra(
    shape,
    [spectrum(1, () => 1), spectrum(1, () => 1)],
    spectrum(1, () => 0),
  );
  expect(fake.every((value) => value === -90)).toBe(true);
});
