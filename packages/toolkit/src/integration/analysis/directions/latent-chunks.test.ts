import '@tensorflow/tfjs';
import {
  disposeNetwork,
  RandomStream,
  weightsOf,
  type Backend,
  type Generator,
  type ComponentChoice,
  type Components,
} from '@ganymede/core';
import { createContainer } from '../../../container.js';
import { spectralNormOf, latentChunks } from '@ganymede/analysis';

let container: Components;
let backend: Backend;
beforeAll(async () => {
  container = await createContainer();
  backend = container.resolve('backend', { use: 'wasm', threads: 1 });
  await backend.activate();
});
afterAll(() => backend.dispose());

function generatorOf(options: ComponentChoice): Generator {
  return container.resolve('generator', options).create({
    imageShape: { height: 32, width: 32, channels: 3 },
    classes: 3,
    random: RandomStream.create(1, 'weights'),
  });
}

const small = { channels: 2, attention: [], latentSize: 8 };

test('a hierarchical latent has a chunk for the linear layer and one for each block', async () => {
  const generator = generatorOf({ use: 'biggan', ...small, sharedSize: 5 });
  const chunks = await latentChunks(generator, 'biggan');
  expect(chunks.map(({ start, size, places }) => [start, size, ...places])).toEqual([
    [0, 2, 'linear'],
    [2, 2, 'blocks.0'],
    [4, 2, 'blocks.1'],
    [6, 2, 'blocks.2'],
  ]);
  const [, block] = chunks;
  expect(block!.weights.map(({ name }) => name)).toEqual(
    ['bn1.gain', 'bn1.bias', 'bn2.gain', 'bn2.bias'].map((name) => `blocks.0.0.${name}.weight`),
  );
  // The rows behind the class embedding, over the largest singular value of the whole weight.
  const weight = weightsOf(generator)['blocks.0.0.bn1.gain.weight']!;
  const [inputs, outputs] = weight.shape as [number, number];
  expect(inputs).toBe(5 + 2);
  const values = weight.dataSync();
  const norm = spectralNormOf(values, inputs, outputs);
  expect(block!.weights[0]!.rows[0]).toBeCloseTo(values[5 * outputs]! / norm, 6);
  expect(block!.weights[0]!.rows).toHaveLength(2 * outputs);
  disposeNetwork(generator);
});

test('all of z enters everywhere in biggan-deep, and the first layer alone in sngan', async () => {
  const deep = generatorOf({ use: 'biggan-deep', ...small, channels: 4, sharedSize: 5 });
  const [chunk, ...others] = await latentChunks(deep, 'biggan-deep', ['linear', 'blocks.1']);
  expect(others).toEqual([]);
  expect([chunk!.start, chunk!.size, ...chunk!.places]).toEqual([0, 8, 'linear', 'blocks.1']);
  disposeNetwork(deep);
  const plain = generatorOf({ use: 'sngan', channels: 2, latentSize: 8 });
  const chunks = await latentChunks(plain, 'sngan');
  // Without spectral normalization weights are taken as they are.
  expect(chunks[0]!.weights[0]!.rows[3]).toBeCloseTo(weightsOf(plain)['linear.weight']!.dataSync()[3]!, 6);
  disposeNetwork(plain);
});

test('a generator that does not say where z enters', async () => {
  const silent = { latentSize: 2, classes: 1, imageShape: { height: 4, width: 4, channels: 3 } } as Generator;
  await expect(latentChunks(silent, 'mine')).rejects.toMatchObject({
    code: 'LATENT_INPUTS_UNKNOWN',
    message: 'generator mine: expected latentInputs, which say where z enters, got none',
  });
});
