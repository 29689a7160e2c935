import type { Backend } from '@ganymede/core';
import { expectAllclose, expectNoLeak, useCpu } from '@ganymede/testing';
import { azimuthalAverage } from './azimuthal-average.js';
import { PowerSpectrum } from './power-spectrum.js';

beforeAll(useCpu);

const eager: Pick<Backend, 'compile'> = {
  compile: (step) => ({ run: (inputs) => Promise.resolve(step(inputs)), dispose: () => undefined }),
};

/** Three images of 6 x 4 pixels and 2 channels. */
const pixels = Uint8Array.from({ length: 3 * 6 * 4 * 2 }, (_, at) => {
  const [c, w, h, n] = [at % 2, Math.floor(at / 2) % 4, Math.floor(at / 8) % 6, Math.floor(at / 48)];
  return (37 * n + 11 * h * h + 29 * w + 53 * c * (h + 1) + 7 * h * w) % 256;
});
const shape = { height: 6, width: 4, channels: 2 };

/** numpy 2: abs(fft2((x - sum(w x) / sum(w)) w))^2 / sum(w^2), mean over images and channels, in float64. */
const golden = [
  [0, 1.217487796293e-1, 2.398212794507e-1, 1.217487796293e-1],
  [1.563078801131e-1, 3.099560306159e-1, 1.978351477015e-1, 1.352883398428e-1],
  [3.7148914364e-1, 5.810612206767e-1, 2.306570807619e-1, 1.793601853194e-1],
  [5.153594305257e-1, 6.611811390892e-1, 3.54959508847e-1, 6.611811390892e-1],
  [3.7148914364e-1, 1.793601853194e-1, 2.306570807619e-1, 5.810612206767e-1],
  [1.563078801131e-1, 1.352883398428e-1, 1.978351477015e-1, 3.099560306159e-1],
].flat();

async function spectrumOf(values: Uint8Array, of = shape): Promise<Float64Array> {
  const spectrum = new PowerSpectrum(eager, of);
  await spectrum.add(values);
  const mean = spectrum.mean();
  spectrum.dispose();
  return mean;
}

test('numpy’s, whatever the images are split into', async () => {
  expectAllclose(await spectrumOf(pixels), golden, { rtol: 1e-5, atol: 1e-7 });
  const spectrum = new PowerSpectrum(eager, shape);
  await spectrum.add(pixels.subarray(0, 48));
  await spectrum.add(pixels.subarray(48));
  expect(spectrum.count).toBe(3);
  expectAllclose(spectrum.mean(), golden, { rtol: 1e-5, atol: 1e-7 });
});

test('a wave lies at its frequency, brightness nowhere', async () => {
  const side = 16;
  const wave = Uint8Array.from({ length: side * side }, (_, at) =>
    Math.round(150 + 80 * Math.cos((2 * Math.PI * 5 * Math.floor(at / side)) / side)),
  );
  const power = await spectrumOf(wave, { height: side, width: side, channels: 1 });
  expect(power.indexOf(Math.max(...power))).toBe(5 * side);
  expect(power[0]).toBeLessThan(1e-9);
  const { frequencies, power: rings } = azimuthalAverage(power, side, side);
  expect(frequencies[rings.indexOf(Math.max(...rings))]).toBe(5 / side);
});

test('the mean over frequencies is the variance under the window', async () => {
  const hann = (i: number, n: number): number => 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / n);
  const one = pixels.filter((_, at) => at % 2 === 0).subarray(0, 24);
  const weights = Array.from(one, (_, at) => hann(Math.floor(at / 4), 6) * hann(at % 4, 4));
  const values = Array.from(one, (value) => value / 127.5 - 1);
  const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
  const mean = sum(values.map((value, i) => value * weights[i]!)) / sum(weights);
  const variance =
    sum(values.map((value, i) => (weights[i]! * (value - mean)) ** 2)) / sum(weights.map((w) => w * w));
  const power = await spectrumOf(one, { ...shape, channels: 1 });
  expectAllclose(sum([...power]) / 24, variance, { rtol: 1e-5 });
});

test('rings hold every frequency but 0 once', () => {
  const { frequencies, power } = azimuthalAverage(new Float64Array(8 * 12).fill(3), 8, 12);
  expect([...power]).toEqual(Array(6).fill(3));
  expect([...frequencies]).toEqual([1, 2, 3, 4, 5, 6].map((ring) => ring / 8));
  const corner = new Float64Array(64);
  corner[4 * 8 + 4] = 1; // half a cycle a pixel both ways
  expect(azimuthalAverage(corner, 8, 8).power.findIndex((value) => value > 0)).toBe(5);
});

test('leaks nothing', () => expectNoLeak(() => spectrumOf(pixels)));
