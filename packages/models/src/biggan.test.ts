import * as tf from '@tensorflow/tfjs';
import { evaluationCall, RandomStream, stateOf, trainingCall, weightsOf } from '@ganymede/core';
import {
  BigGanDiscriminator,
  BigGanGenerator,
  bigganDiscriminatorOptions,
  bigganGeneratorOptions,
} from './biggan.js';

const random = (): RandomStream => RandomStream.create(0, 'weights');
const shape32 = { height: 32, width: 32, channels: 3 };

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe('biggan', () => {
  it('generates and discriminates, with gradients for every weight', () => {
    tf.tidy(() => {
      const generator = new BigGanGenerator(
        { imageShape: shape32, classes: 3, random: random() },
        bigganGeneratorOptions.parse({ channels: 2, attention: [], initialization: 'normal' }),
      );
      const discriminator = new BigGanDiscriminator(
        { imageShape: shape32, classes: 3, random: random() },
        bigganDiscriminatorOptions.parse({ channels: 2, attention: [16], initialization: 'orthogonal' }),
      );
      const z = tf.randomNormal<tf.Rank.R2>([2, generator.latentSize], 0, 1, 'float32', 1);
      const y = tf.tensor1d([0, 2], 'int32');
      const names = [...Object.values(weightsOf(generator)), ...Object.values(weightsOf(discriminator))];
      const { grads } = tf.variableGrads(
        () =>
          tf.mean(
            discriminator.discriminate(generator.generate(z, y, trainingCall), y, trainingCall),
          ) as tf.Scalar,
        names,
      );
      expect(Object.keys(grads)).toHaveLength(names.length);
      for (const gradient of Object.values(grads))
        expect(tf.all(tf.isFinite(gradient)).dataSync()[0]).toBe(1);
      const image = generator.generate(z, y, evaluationCall);
      expect(image.shape).toEqual([2, 32, 32, 3]);
      expect(Object.keys(stateOf(generator)).length).toBeGreaterThan(0);
    });
  });
});
