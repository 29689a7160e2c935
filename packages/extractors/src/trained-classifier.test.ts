import { RandomStream, type WeightFile, type WeightSource } from '@ganymede/core';
import { componentContract, expectAllclose, featureExtractorContract, useCpu } from '@ganymede/testing';
import * as tf from '@tensorflow/tfjs';
import { ClassifierNetwork, type ClassifierShape } from './classifier-network.js';
import { TrainedClassifier, trainedClassifier } from './trained-classifier.js';

componentContract(trainedClassifier);

const shape: ClassifierShape = { resolution: 8, channels: 3, classes: 5, width: 2 };
const metadata = {
  kind: 'ganymede-trained-classifier-2',
  resolution: '8',
  channels: '3',
  classes: '5',
  width: '2',
  data: 'photos',
  dataFingerprint: 'abc',
  heldOutAccuracy: '0.75',
};

beforeAll(useCpu);

const random = RandomStream.create(3, 'weights');

function network(own: ClassifierShape = shape): ClassifierNetwork {
  const made = new ClassifierNetwork(own);
  for (const variable of Object.values(made.weights))
    tf.tidy(() => variable.assign(tf.tensor(random.normals(variable.size), variable.shape).mul(0.3)));
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

test('the network is what its weights say', () => {
  const made = network();
  const images = tf.tidy(() =>
    tf.sin(tf.range(0, 2 * 8 * 8 * 3).mul(1.7)).reshape([2, 8, 8, 3]),
  ) as tf.Tensor4D;
  tf.tidy(() => {
    const layer = (name: string, x: tf.Tensor4D, stride = 1): tf.Tensor4D =>
      tf
        .conv2d(x, made.weights[`${name}.weight`] as tf.Tensor4D, stride, 'same')
        .add(made.weights[`${name}.bias`]!);
    let x = tf.relu(layer('stem', images));
    for (const stage of [0, 1, 2]) {
      if (stage > 0) x = tf.relu(layer(`stages.${stage}.down`, x, 2));
      for (const block of [0, 1]) {
        const inner = tf.relu(layer(`stages.${stage}.${block}.first`, x));
        x = tf.relu(x.add(layer(`stages.${stage}.${block}.second`, inner)));
      }
    }
    const features = x.mean<tf.Tensor2D>([1, 2]);
    const found = made.call(images);
    expectAllclose(found.features, features, { rtol: 1e-4, atol: 1e-4 });
    const logits = tf
      .matMul(features, made.weights['classifier.weight'] as tf.Tensor2D)
      .add(made.weights['classifier.bias']!);
    expectAllclose(found.logits, logits, { rtol: 1e-4, atol: 1e-4 });
  });
  images.dispose();
  made.dispose();
});

test('a network of images that are not square', async () => {
  const own: ClassifierShape = { ...shape, resolution: [12, 8] };
  const made = extractor(fileOf(own, { metadata: { ...metadata, resolution: '12x8' } }));
  await made.load();
  expect(made.spatialSize).toBe(6 * 4 * 4);
  tf.tidy(() => {
    const images = tf.sin(tf.range(0, 12 * 8 * 3)).reshape([1, 12, 8, 3]) as tf.Tensor4D;
    const { features, spatial } = made.extract(images);
    expect([features.shape, spatial?.shape]).toEqual([
      [1, 8],
      [1, 96],
    ]);
    // Its own size is not resized: what a square one is brought to is 12 by 8 as well.
    expect(made.extract(tf.zeros([1, 20, 20, 3])).spatial?.shape).toEqual([1, 96]);
    const pixels = images.add(1).mul(127.5).add(0.5).floor().clipByValue(0, 255);
    const network = new ClassifierNetwork(own);
    expect(network.call(pixels.div(127.5).sub(1) as tf.Tensor4D).spatial.shape).toEqual([1, 96]);
    network.dispose();
  });
  made.dispose();
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
  [
    'a file of an older form',
    fileOf(shape, { metadata: { ...metadata, kind: 'ganymede-trained-classifier' } }),
    /expected a file of kind \S+-2, got ganymede-trained-classifier$/,
  ],
  ['another file', fileOf(shape, { metadata: {} }), /expected a file of kind \S+-2, got another$/],
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
