import * as tf from '@tensorflow/tfjs';
import { RandomStream, type Generator } from '@ganymede/core';
import { expectAllclose } from '@ganymede/testing';
import { gammaOf } from './power-function.js';
import { PowerAverages } from './power-averages.js';

const generatorOf = (weight: tf.Variable, mean: tf.Variable): Generator => ({
  latentSize: 1,
  classes: 1,
  imageShape: { height: 1, width: 1, channels: 1 },
  weights: { weight },
  state: { mean },
  generate: () => tf.zeros([1, 1, 1, 1]),
});

beforeAll(() => tf.setBackend('cpu'));

test('weights and statistics are averaged by their profile, and the first update copies', () => {
  const before = tf.memory().numTensors;
  const random = RandomStream.create(3, 'walk');
  const [weight, mean] = [3, 2].map((size) => tf.tidy(() => tf.variable(tf.zeros([size])))) as [
    tf.Variable,
    tf.Variable,
  ];
  const gammas = [gammaOf(0.05), gammaOf(0.1)];
  const averages = new PowerAverages(generatorOf(weight, mean), gammas);
  const steps = 40;
  const seen: number[][] = [];
  for (let t = 1; t <= steps; t++) {
    const [w, m] = [random.normals(3), random.normals(2)];
    seen.push([...w, ...m]);
    tf.tidy(() => {
      weight.assign(tf.tensor1d(w));
      mean.assign(tf.tensor1d(m));
      averages.update(tf.tensor1d([...averages.ratesAt(t)]));
    });
    if (t > 1) continue;
    for (const variables of Object.values(averages.variables()))
      expectAllclose([...variables['weight']!.dataSync(), ...variables['mean']!.dataSync()], seen[0]!, {
        rtol: 1e-6,
        atol: 0,
      });
  }
  const files = averages.variables();
  expect(Object.keys(files)).toEqual(['power-average-0', 'power-average-1']);
  gammas.forEach((gamma, i) => {
    const share = (k: number): number => (k / steps) ** (gamma + 1);
    const expected = seen[0]!.map((_, at) =>
      seen.reduce((sum, values, k) => sum + (share(k + 1) - share(k)) * values[at]!, 0),
    );
    const { weight: averaged, mean: averagedMean } = files[`power-average-${i}`]!;
    expectAllclose([...averaged!.dataSync(), ...averagedMean!.dataSync()], expected, {
      rtol: 1e-5,
      atol: 1e-6,
    });
  });
  averages.dispose();
  weight.dispose();
  mean.dispose();
  expect(tf.memory().numTensors).toBe(before);
});
