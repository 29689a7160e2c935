import type { ImageShape } from '@ganymede/core';
import { azimuthalAverage, type PowerSpectrum } from '@ganymede/metrics';

/** Two spectra and their difference, in decibels: 10 log10 of the mean power of values in [-1, 1]. */
export interface SpectrumComparison {
  /** Cycles a pixel of each ring. */
  readonly frequencies: readonly number[];
  /** By ring. */
  readonly real: readonly number[];
  readonly fake: readonly number[];
  readonly difference: readonly number[];
  /** Of the two halves of the real images: what difference means nothing. */
  readonly halves: readonly number[];
  /** [H, W], frequency 0 in the middle, at row H / 2 and column W / 2 rounded down. */
  readonly planes: {
    readonly real: readonly number[];
    readonly fake: readonly number[];
    readonly difference: readonly number[];
  };
  readonly numbers: {
    /** Root mean square of the difference over rings up to half a cycle a pixel, dB. */
    readonly difference: number;
    readonly halves: number;
    /** Mean difference from a quarter to half a cycle a pixel, dB. */
    readonly highFrequencies: number;
  };
}

/** Far below what rounding to 8 bits leaves: 10 log10((2 / 255)^2 / 12) is -53 dB. */
const floor = 1e-9;
const decibels = (power: number): number => 10 * Math.log10(Math.max(power, floor));

/** A spectrum that was read to its end. */
export type MeanPower = Pick<PowerSpectrum, 'count' | 'mean'>;

/**
 * Compares generated images with real ones.
 * @param halves - of the real images
 */
export function compareSpectra(
  { height, width }: ImageShape,
  halves: readonly MeanPower[],
  fake: MeanPower,
): SpectrumComparison {
  const total = halves.reduce((sum, { count }) => sum + count, 0);
  const means = halves.map((half) => half.mean());
  const real = new Float64Array(height * width);
  halves.forEach(({ count }, i) => {
    if (count > 0) means[i]!.forEach((value, at) => (real[at]! += (value * count) / total));
  });
  const generated = fake.mean();
  const rings = (power: Float64Array): number[] =>
    Array.from(azimuthalAverage(power, height, width).power, decibels);
  const [realRings, fakeRings] = [rings(real), rings(generated)];
  const [first, second] = means.map(rings) as [number[], number[]];
  const frequencies = Array.from(azimuthalAverage(real, height, width).frequencies);
  const difference = minus(fakeRings, realRings);
  const ofHalves = halves.every(({ count }) => count > 0) ? minus(second, first) : [];
  const within = (low: number) => (_: number, i: number) => frequencies[i]! >= low && frequencies[i]! <= 0.5;
  const planes = { real: centred(real, height, width), fake: centred(generated, height, width) };
  return {
    frequencies,
    real: realRings,
    fake: fakeRings,
    difference,
    halves: ofHalves,
    planes: { ...planes, difference: minus(planes.fake, planes.real) },
    numbers: {
      difference: rootMeanSquare(difference.filter(within(0))),
      halves: rootMeanSquare(ofHalves.filter(within(0))),
      highFrequencies: mean(difference.filter(within(0.25))),
    },
  };
}

/** In decibels, with frequency 0 in the middle; three digits behind the point are all that means something. */
function centred(power: Float64Array, height: number, width: number): number[] {
  const [down, right] = [Math.floor(height / 2), Math.floor(width / 2)];
  return Array.from({ length: height * width }, (_, at) => {
    const u = (Math.floor(at / width) + height - down) % height;
    const v = ((at % width) + width - right) % width;
    return Number(decibels(power[u * width + v]!).toFixed(3));
  });
}

const minus = (a: readonly number[], b: readonly number[]): number[] => a.map((value, i) => value - b[i]!);
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const rootMeanSquare = (values: readonly number[]): number =>
  Math.sqrt(mean(values.map((value) => value * value)));
