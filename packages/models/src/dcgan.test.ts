import * as tf from '@tensorflow/tfjs';
import { disposeNetwork, evaluationCall, RandomStream, weightsOf } from '@ganymede/core';
import {
  componentContract,
  discriminatorContract,
  fromComponent,
  generatorContract,
  weightCount,
} from '@ganymede/testing';
import {
  DcganDiscriminator,
  DcganGenerator,
  dcganDiscriminator,
  dcganDiscriminatorOptions,
  dcganGenerator,
  dcganGeneratorOptions,
} from './dcgan.js';

beforeAll(() => tf.setBackend('cpu'));

const tiny = { channels: 2, maxChannels: 4 };
const unconditional = { resolution: 16, channels: 1, classes: 1 };

componentContract(dcganGenerator);
componentContract(dcganDiscriminator);
generatorContract(fromComponent(dcganGenerator, { ...tiny, latentSize: 6 }));
generatorContract(fromComponent(dcganGenerator, { ...tiny, latentSize: 6 }), unconditional);
discriminatorContract(fromComponent(dcganDiscriminator, tiny));
discriminatorContract(fromComponent(dcganDiscriminator, { ...tiny, batchNorm: false }), unconditional);

const spec = (height: number, width: number, classes: number) => ({
  imageShape: { height, width, channels: 3 },
  classes,
  random: RandomStream.create(0, 'weights'),
});

/** Printed by the networks of github:pytorch/examples, dcgan/main.py, with its defaults: sum(p.numel()). */
test('as many weights as the reference has at 64 pixels', () => {
  expect(weightCount(new DcganGenerator(spec(64, 64, 1), dcganGeneratorOptions.parse({})))).toBe(3_576_704);
  expect(weightCount(new DcganDiscriminator(spec(64, 64, 1), dcganDiscriminatorOptions.parse({})))).toBe(
    2_765_568,
  );
});

test('sizes that are no square, and widths that stop doubling', () => {
  const g = new DcganGenerator(spec(24, 32, 2), dcganGeneratorOptions.parse({ ...tiny, latentSize: 3 }));
  const d = new DcganDiscriminator(spec(24, 32, 2), dcganDiscriminatorOptions.parse(tiny));
  tf.tidy(() => {
    const y = tf.tensor1d([0, 1], 'int32');
    const images = g.generate(tf.ones([2, 3]), y, evaluationCall);
    expect(images.shape).toEqual([2, 24, 32, 3]);
    expect(d.discriminate(images, y, evaluationCall).shape).toEqual([2]);
  });
  expect(weightsOf(g)['stages.0.conv.weight']!.shape).toEqual([4, 4, 2, 4]);
  expect(weightsOf(d)['embed.weight']!.shape).toEqual([2, 6 * 8 * 4]);
  [g, d].forEach(disposeNetwork);
});

test('refuses sizes that it cannot halve to a base', () => {
  expect(() => new DcganGenerator(spec(100, 64, 1), dcganGeneratorOptions.parse({}))).toThrow(
    'dcgan generator: expected images whose sides are 2^n times a base',
  );
  expect(() => new DcganDiscriminator(spec(7, 7, 1), dcganDiscriminatorOptions.parse({}))).toThrow(
    expect.objectContaining({ code: 'UNSUPPORTED_RESOLUTION' }),
  );
});
