import * as tf from '@tensorflow/tfjs';
import { disposeNetwork, evaluationCall, RandomStream, stateOf, weightsOf } from '@ganymede/core';
import type { Parameterization } from '@ganymede/layers';
import { discriminatorContract, expectAllclose, fromComponent } from '@ganymede/testing';
import { bigganDiscriminator } from './biggan.js';
import { ClassHead, type Projection } from './class-head.js';
import { dcganDiscriminator } from './dcgan.js';

beforeAll(() => tf.setBackend('cpu'));

/** 0.1, 0.2, ... in the order in which weights are made. */
function counted(): Parameterization {
  let made = 0;
  return {
    initialize: (shape) => Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => ++made / 10),
    spectralNorm: null,
    random: RandomStream.create(0, 'weights'),
  };
}

const features = tf.tensor2d([
  [1, 2],
  [3, -1],
]);
const labels = tf.tensor1d([2, 0], 'int32');
const made = (projection: Projection): ClassHead =>
  new ClassHead({ inputs: 2, classes: 3, projection }, counted());

test.each([
  // Weights [0.1, 0.2]: 0.5 and 0.1.
  [false, { 'linear.weight': [2, 1], 'linear.bias': [1] }, [0.5, 0.1]],
  // Rows [0.3, 0.4], [0.5, 0.6], [0.7, 0.8] added: 0.7 + 1.6 and 0.9 - 0.4.
  [true, { 'linear.weight': [2, 1], 'linear.bias': [1], 'embed.weight': [3, 2] }, [2.8, 0.6]],
  // Rows [0.1, 0.2], [0.3, 0.4], [0.5, 0.6], biases 1, 2, 3: 0.5 + 1.2 + 3 and 0.3 - 0.2 + 1.
  ['per-class', { 'embed.weight': [3, 2], 'bias.weight': [3, 1] }, [4.7, 1.1]],
] as const)('projection %s', (projection, shapes, expected) => {
  const head = made(projection);
  const weights = weightsOf(head);
  expect(Object.fromEntries(Object.entries(weights).map(([name, { shape }]) => [name, shape]))).toEqual(
    shapes,
  );
  tf.tidy(() => {
    expect([...(weights['bias.weight']?.dataSync() ?? [])].every((bias) => bias === 0)).toBe(true);
    weights['linear.bias']?.assign(tf.zeros([1]));
    weights['bias.weight']?.assign(tf.tensor2d([[1], [2], [3]]));
    expectAllclose(head.logits(features, labels, evaluationCall), expected, { rtol: 1e-6 });
  });
  disposeNetwork(head);
});

test('a mixture of classes has the mixture of their logits', () => {
  const head = made('per-class');
  const [a, b] = [0, 1].map((label) =>
    head.logits(features, tf.fill([2], label, 'int32') as tf.Tensor1D, evaluationCall),
  );
  const mixture = tf.tensor2d([
    [0.25, 0.75, 0],
    [0.25, 0.75, 0],
  ]);
  expectAllclose(
    head.logits(features, mixture, evaluationCall),
    tf.add(tf.mul(a!, 0.25), tf.mul(b!, 0.75)).arraySync() as number[],
    { rtol: 1e-6 },
  );
  disposeNetwork(head);
});

test('spectral norm holds for the weights of the classes, not for their biases', () => {
  const spectralNorm = { powerIterations: 1, singularValues: 1, epsilon: 1e-6 };
  const head = new ClassHead(
    { inputs: 2, classes: 3, projection: 'per-class' },
    { ...counted(), spectralNorm },
  );
  expect(Object.keys(stateOf(head)).map((name) => name.split('.')[0])).toEqual(
    Object.keys(stateOf(head)).map(() => 'embed'),
  );
  expect(Object.keys(stateOf(head)).length).toBeGreaterThan(0);
  disposeNetwork(head);
});

describe('discriminators with a logit for each class', () => {
  const option = { projection: 'per-class' as const, channels: 2 };
  discriminatorContract(fromComponent(bigganDiscriminator, { ...option, attention: [] }));
  discriminatorContract(fromComponent(dcganDiscriminator, option));
});
