import * as tf from '@tensorflow/tfjs';
import { evaluationCall, RandomStream, trainingCall } from '@ganymede/core';
import { orthogonal } from '@ganymede/ops';
import { expectAllclose } from '@ganymede/testing';
import { Linear } from '../linear.js';
import { SelfAttention } from '../self-attention.js';
import {
  ConditionalBatchNormalization,
  registerLayers,
  SelfAttention2D,
  SpectralNormConv2D,
  SpectralNormDense,
} from '../tf-layers.js';

beforeAll(() => tf.setBackend('cpu'));

const random = RandomStream.create(3, 'inputs');
const numbers = (...shape: number[]): tf.Tensor =>
  tf.tensor(random.normals(shape.reduce((a, b) => a * b, 1)), shape);

function variablesOf(layer: tf.layers.Layer): readonly tf.Variable[] {
  const found = layer.trainableWeights.map((weight) => weight.read());
  return found.filter((one): one is tf.Variable => one instanceof tf.Variable);
}

/** Images [6, 6, 8] and a condition [4] to one number, through every layer. */
function modelOfAll(): tf.LayersModel {
  const images = tf.input({ shape: [6, 6, 8] });
  const condition = tf.input({ shape: [4] });
  const wide = new SpectralNormConv2D({ filters: 8, seed: 1 }).apply(images);
  const normed = new ConditionalBatchNormalization({ momentum: 0.3 }).apply([
    wide as tf.SymbolicTensor,
    condition,
  ]);
  const attended = new SelfAttention2D().apply(normed as tf.SymbolicTensor);
  const flat = tf.layers.flatten().apply(attended);
  const output = new SpectralNormDense({ units: 1, powerIterations: 2 }).apply(flat as tf.SymbolicTensor);
  return tf.model({ inputs: [images, condition], outputs: output as tf.SymbolicTensor });
}

const valuesOf = (model: tf.LayersModel): Record<string, number[]> =>
  Object.fromEntries(model.weights.map((weight) => [weight.originalName, [...weight.read().dataSync()]]));

test('a model with every layer trains, moves its state in training alone, and is what it was when it is loaded again', async () => {
  registerLayers();
  const model = modelOfAll();
  const [x, condition, y] = [numbers(16, 6, 6, 8), numbers(16, 4), numbers(16, 1)];
  model.compile({ optimizer: tf.train.adam(0.01), loss: 'meanSquaredError' });
  const start = valuesOf(model);
  const untrained = model.predict([x, condition]) as tf.Tensor;
  expect(valuesOf(model)).toEqual(start);
  expectAllclose(model.predict([x, condition]) as tf.Tensor, untrained);

  const { history } = await model.fit([x, condition], y, { epochs: 15, batchSize: 16, shuffle: false });
  const losses = history['loss'] as number[];
  expect(losses.at(-1)!).toBeLessThan(losses[0]! / 2);
  const trained = valuesOf(model);
  const still = Object.keys(start).filter((name) => String(start[name]) === String(trained[name]));
  // Standing sums are no business of a model's training.
  expect(still.map((name) => name.split('/')[1]).sort()).toEqual([
    'standingCount',
    'standingMean',
    'standingVariance',
  ]);

  const before = model.predict([x, condition]) as tf.Tensor;
  const saved: tf.io.ModelArtifacts[] = [];
  await model.save(
    tf.io.withSaveHandler(async (artifacts) => {
      saved.push(artifacts);
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
    }),
  );
  const again = await tf.loadLayersModel(tf.io.fromMemory(saved[0]!));
  expectAllclose(again.predict([x, condition]) as tf.Tensor, before, { rtol: 0, atol: 0 });
  expect(Object.values(valuesOf(again))).toEqual(Object.values(trained));
  expect(again.layers.map((layer) => layer.getConfig())).toEqual(
    model.layers.map((layer) => layer.getConfig()),
  );
}, 120_000);

test('a layer gives what the layer of this package gives, in training and after it, and the gradients', () => {
  const layer = new SpectralNormDense({ units: 3, seed: 5, name: 'dense' });
  const x = numbers(4, 6) as tf.Tensor2D;
  layer.apply(x);
  const plain = new Linear(6, 3, {
    initialize: orthogonal,
    spectralNorm: {},
    random: RandomStream.create(5, 'dense'),
  });
  const [weight, bias] = variablesOf(layer);
  for (const training of [false, true, true, false]) {
    const call = training ? trainingCall : evaluationCall;
    expectAllclose(layer.apply(x, { training }) as tf.Tensor, plain.call(x, call));
  }
  const upstream = numbers(4, 3);
  const gradients = (act: () => tf.Tensor, of: tf.Variable[]): tf.Tensor[] =>
    Object.values(tf.variableGrads(() => act().mul(upstream).sum() as tf.Scalar, of).grads);
  const found = gradients(() => layer.apply(x) as tf.Tensor, [weight!, bias!]);
  const expected = gradients(
    () => plain.call(x, evaluationCall),
    Object.values(plain.weights) as tf.Variable[],
  );
  found.forEach((gradient, i) => expectAllclose(gradient, expected[i]!));
});

test('attention without spectral norm is that of this package', () => {
  const layer = new SelfAttention2D({ spectralNorm: false, seed: 2, name: 'attention' });
  const x = numbers(2, 4, 4, 8) as tf.Tensor4D;
  layer.apply(x);
  const plain = new SelfAttention(8, {
    initialize: orthogonal,
    spectralNorm: null,
    random: RandomStream.create(2, 'attention'),
  });
  for (const gamma of [plain.weights['gamma']!, variablesOf(layer)[0]!]) gamma.assign(tf.scalar(0.7));
  expectAllclose(layer.apply(x) as tf.Tensor, plain.call(x, evaluationCall));
});

test('shapes are known before anything is computed; a missing condition is told', () => {
  const images = tf.input({ shape: [4, 4, 8] });
  const convolved = new SpectralNormConv2D({ filters: 5, kernelSize: 1, useBias: false }).apply(images);
  expect((convolved as tf.SymbolicTensor).shape).toEqual([null, 4, 4, 5]);
  expect(() => new ConditionalBatchNormalization().apply(images)).toThrow(
    expect.objectContaining({ code: 'MISSING_CONDITION' }),
  );
});

test('a model that is disposed of leaves no tensor', () => {
  const before = tf.memory().numTensors;
  const model = modelOfAll();
  model.dispose();
  expect(tf.memory().numTensors).toBe(before);
});
