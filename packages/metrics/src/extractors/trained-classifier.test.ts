import { RandomStream, type WeightFile, type WeightSource } from '@ganymede/core';
import { componentContract, expectAllclose, featureExtractorContract } from '@ganymede/testing';
import * as tf from '@tensorflow/tfjs';
import { useCpu } from '../../testing/use-cpu.js';
import { ClassifierNetwork, type ClassifierShape } from './classifier-network.js';
import { TrainedClassifier, trainedClassifier } from './trained-classifier.js';

componentContract(trainedClassifier);

const shape: ClassifierShape = { resolution: 8, channels: 3, classes: 5, width: 2 };
const metadata = {
  kind: 'ganymede-trained-classifier',
  resolution: '8',
  channels: '3',
  classes: '5',
  width: '2',
  data: 'photos',
  dataFingerprint: 'abc',
  heldOutAccuracy: '0.75',
};

beforeAll(useCpu);

/** A network whose residual branches do something, unlike those of a new one. */
function network(own: ClassifierShape = shape): ClassifierNetwork {
  const made = new ClassifierNetwork(own, RandomStream.create(3, 'weights'));
  for (const [name, variable] of Object.entries(made.weights))
    if (name.endsWith('scale')) tf.tidy(() => variable.assign(tf.scalar(0.4)));
  return made;
}

/** A file that a training would have written. */
function fileOf(own: ClassifierShape = shape, changes: Partial<WeightFile> = {}): WeightFile {
  const made = network(own);
  const tensors = Object.fromEntries(
    Object.entries(made.weights).map(([name, variable]) => [
      name,
      { shape: variable.shape, data: Float32Array.from(variable.dataSync()) },
    ]),
  );
  made.dispose();
  return { path: 'classifier.safetensors', sha256: 'f00d', tensors, metadata, ...changes };
}

function extractor(file: WeightFile = fileOf()): TrainedClassifier {
  const source: WeightSource = {
    read: async ({ path }) => {
      expect(path).toBe('classifier.safetensors');
      return file;
    },
  };
  return new TrainedClassifier({ weights: 'classifier.safetensors' }, source);
}

let loaded: TrainedClassifier;
beforeAll(async () => {
  loaded = extractor();
  await loaded.load();
});
afterAll(() => loaded.dispose());

featureExtractorContract(
  {
    name: 'trained-classifier',
    create: () => ({
      featureSize: loaded.featureSize,
      logitSize: loaded.logitSize,
      spatialSize: loaded.spatialSize,
      manifest: loaded.manifest,
      load: () => loaded.load(),
      extract: (images) => loaded.extract(images),
      dispose: () => undefined,
    }),
  },
  { resolution: 8, channels: 3 },
);

test('sizes and manifest are the file’s', () => {
  expect([loaded.featureSize, loaded.logitSize, loaded.spatialSize]).toEqual([8, 5, 4 * 4 * 4]);
  expect(loaded.manifest).toEqual({
    extractor: 'trained-classifier',
    weightsSha256: 'f00d',
    trainedOn: 'photos',
    trainedOnFingerprint: 'abc',
    heldOutAccuracy: 0.75,
    resizer: 'clean',
    quantization: 'uint8',
  });
});

test('gradients reach every weight', () => {
  const made = network({ ...shape, resolution: 4 });
  const images = tf.tidy(() => tf.sin(tf.range(0, 96).mul(1.7)).reshape([2, 4, 4, 3]) as tf.Tensor4D);
  const targets = tf.tensor1d([1, 4], 'int32');
  const loss = (): tf.Scalar =>
    tf.tidy(() => {
      const chosen = tf
        .oneHot(targets, 5)
        .toFloat()
        .mul(tf.logSoftmax(made.call(images).logits));
      return tf.neg(tf.mean(tf.sum(chosen, 1))) as tf.Scalar;
    });
  const { value, grads } = tf.variableGrads(loss, Object.values(made.weights));
  for (const [name, variable] of Object.entries(made.weights)) {
    const largest = tf.tidy(() => grads[variable.name]!.abs().max().arraySync()) as number;
    expect({ name, moves: largest > 0 }).toEqual({ name, moves: true });
  }
  tf.dispose([value, grads, images, targets]);
  made.dispose();
});

test('a seed gives a network', () => {
  const [first, second] = [network(), network()];
  expectAllclose(first.weights['stem.weight']!, second.weights['stem.weight']!);
  first.dispose();
  second.dispose();
});

test('grey images for a network of one channel', async () => {
  const grey = extractor(fileOf({ ...shape, channels: 1 }, { metadata: { ...metadata, channels: '1' } }));
  await grey.load();
  tf.tidy(() => {
    expect(grey.extract(tf.zeros([2, 16, 16, 1])).features.shape).toEqual([2, 8]);
  });
  grey.dispose();
});

test.each([
  ['another file', fileOf(shape, { metadata: {} }), /expected a tensor a classifier.*got another file/],
  ['other sizes', fileOf({ ...shape, width: 3 }), /stem\.weight \[3, 3, 3, 2\], got \[3, 3, 3, 3\]/],
])('%s is refused', async (_, file, message) => {
  await expect(extractor(file).load()).rejects.toMatchObject({
    code: 'BAD_WEIGHTS',
    message: expect.stringMatching(message),
  });
});

test('before load it has neither sizes nor features', () => {
  expect(() => extractor().featureSize).toThrow(expect.objectContaining({ code: 'EXTRACTOR_NOT_LOADED' }));
});
