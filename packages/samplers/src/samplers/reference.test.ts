import { evaluationCall, type Discriminator, type Generator } from '@ganymede/core';
import { expectAllclose, useCpu } from '@ganymede/testing';
import * as tf from '@tensorflow/tfjs';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NormalPrior } from '../priors/normal.js';
import { acceptanceNumbers, acceptanceProbability, acceptanceTerm } from './acceptance.js';
import { fitCalibration } from './calibration.js';
import { langevinStep } from './ddls.js';

/** What NumPy and PyTorch make of the same formulas: see tools/parity/make-sampling-fixture.py. */
interface Fixture {
  readonly acceptance: readonly {
    readonly logOdds: readonly number[];
    readonly epsilon: number;
    readonly percentile: number | null;
    readonly maximum: number;
    readonly gamma: number;
    readonly asked: readonly number[];
    readonly terms: readonly number[];
    readonly probabilities: readonly number[];
  }[];
  readonly calibration: readonly {
    readonly real: readonly number[];
    readonly generated: readonly number[];
    readonly slope: number;
    readonly intercept: number;
  }[];
  readonly langevin: {
    readonly slope: number;
    readonly stepSize: number;
    readonly noise: number;
    readonly labels: readonly number[];
    readonly z: number[][];
    readonly noises: number[][][];
    readonly end: number[][];
    readonly weights: Readonly<Record<'g' | 'gClass' | 'd' | 'dClass', number[][]>> & {
      readonly dOut: number[];
    };
  };
}
const fixture = JSON.parse(
  readFileSync(join(__dirname, '../../../../tools/parity/sampling-fixture.json'), 'utf8'),
) as Fixture;

test.each(fixture.acceptance)(
  'acceptance with percentile $percentile and epsilon $epsilon',
  ({ logOdds, epsilon, percentile, maximum, gamma, asked, terms, probabilities }) => {
    const numbers = acceptanceNumbers(logOdds, epsilon, percentile);
    expect(numbers.maximum).toBe(maximum);
    expect(numbers.gamma).toBeCloseTo(gamma, 9);
    asked.forEach((logit, i) => {
      // At the maximum 1 - exp(-epsilon) of the reference has lost digits.
      expect(Math.abs(acceptanceTerm(logit, numbers) - terms[i]!)).toBeLessThan(
        1e-8 * (1 + Math.abs(terms[i]!)),
      );
      expect(acceptanceProbability(logit, numbers)).toBeCloseTo(probabilities[i]!, 8);
    });
    expect(acceptanceProbability(maximum + 1, numbers)).toBe(1);
  },
);

test.each(fixture.calibration)('calibration to slope $slope', ({ real, generated, slope, intercept }) => {
  const fitted = fitCalibration(real, generated);
  expect(Math.abs(fitted.slope / slope - 1)).toBeLessThan(1e-5);
  expect(Math.abs(fitted.intercept - intercept)).toBeLessThan(1e-5 * (1 + Math.abs(intercept)));
});

test('logits that are all one say nothing', () => {
  expect(fitCalibration([2, 2], [2, 2])).toEqual({ slope: 0, intercept: expect.closeTo(0, 12) });
  for (const [real, generated] of [
    [[], [1]],
    [[Number.NaN], [1]],
  ])
    expect(() => fitCalibration(real!, generated!)).toThrow('expected finite logits');
});

test('Langevin steps through G and D', async () => {
  await useCpu();
  const { slope, stepSize, noise, labels, z, noises, end, weights } = fixture.langevin;
  const w = Object.fromEntries(Object.entries(weights).map(([name, values]) => [name, tf.tensor(values)]));
  const generator: Generator = {
    latentSize: 4,
    classes: 2,
    imageShape: { height: 2, width: 3, channels: 2 },
    generate: (latents, y) =>
      tf
        .tidy(() =>
          tf.tanh(tf.matMul(latents, w['g'] as tf.Tensor2D).add(tf.gather(w['gClass']!, y as tf.Tensor1D))),
        )
        .reshape([-1, 2, 3, 2]),
  };
  const discriminator: Discriminator = {
    discriminate: (x, y) =>
      tf.tidy(() => {
        const h = tf.softplus(tf.matMul(tf.reshape(x, [-1, 12]), w['d'] as tf.Tensor2D));
        const projection = tf.sum(tf.mul(h, tf.gather(w['dClass']!, y)), 1);
        return tf.sum(tf.mul(h, w['dOut']!), 1).add(projection) as tf.Tensor1D;
      }),
  };
  const step = langevinStep(
    {
      generator,
      discriminator,
      source: new NormalPrior(),
      call: evaluationCall,
      batchSize: 3,
      seed: 0,
      realImages: () => Promise.reject(new Error('not asked for')),
    },
    slope,
    { stepSize, noise },
  );
  const y = tf.tensor1d([...labels], 'int32');
  const moved = noises.reduce<tf.Tensor>(
    (latents, own) => tf.tidy(() => step({ z: latents, y, noise: tf.tensor2d(own) })['z']!),
    tf.tensor2d(z),
  );
  const expected = tf.tensor2d(end);
  expectAllclose(moved, expected, { rtol: 1e-5, atol: 1e-6 });
  tf.dispose([w, y, moved, expected]);
});
