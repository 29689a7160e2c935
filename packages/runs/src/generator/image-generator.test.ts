import * as tf from '@tensorflow/tfjs';
import { evaluationCall, type Backend, type Generator } from '@ganymede/core';
import { EagerStep } from '@ganymede/core/eager-step';
import { ImageGenerator } from './image-generator.js';

beforeAll(() => tf.setBackend('cpu'));

const backend: Backend = {
  activate: () => Promise.resolve({ name: 'cpu', device: 'cpu', library: 'tfjs', threads: 1 }),
  compile: (step, { name }) => new EagerStep(name, step),
  dispose: () => undefined,
};

/** Images of 1x1x1 whose value is z. */
const generator = {
  latentSize: 1,
  classes: 1,
  imageShape: { height: 1, width: 1, channels: 1 },
  children: {},
  generate: (z: tf.Tensor2D) => z.reshape([-1, 1, 1, 1]),
} as unknown as Generator;

const made = (z: readonly number[]): Promise<Uint8Array> =>
  new ImageGenerator(backend, generator, 2, evaluationCall).generate(
    Float32Array.from(z),
    new Int32Array(z.length),
  );

test('values of [-1, 1] are rounded to bytes, beyond they are cut off', async () => {
  expect([...(await made([-1, 0, 1, 5, -5]))]).toEqual([0, 128, 255, 255, 0]);
});

test.each([NaN, Infinity, -Infinity])('%s is no image, which bytes would not show', async (value) => {
  await expect(made([0, 0, value])).rejects.toMatchObject({
    code: 'IMAGES_NOT_FINITE',
    message: expect.stringContaining('among images 2 to 2'),
  });
});
