import {
  disposeNetwork,
  evaluationCall,
  RandomStream,
  stateOf,
  trainingCall,
  weightsOf,
  type CallContext,
  type Generator,
  type GeneratorFactory,
} from '@ganymede/core';
import * as tf from '@tensorflow/tfjs';
import { expectNoLeak } from '../leak.js';
import type { Subject } from '../subject.js';
import { mapFinite, networkSpec, values, type NetworkSize } from './network.js';

export interface GeneratorContractOptions {
  /** Whether images lie within [-1, 1] by themselves, as a tanh makes them; false: they are finite. Default true. */
  readonly bounded?: boolean;
}

/** What training and sampling rely on in a generator. */
export function generatorContract(
  subject: Subject<GeneratorFactory>,
  size: NetworkSize = { resolution: 32, channels: 3, classes: 3 },
  { bounded = true }: GeneratorContractOptions = {},
): void {
  describe(`${subject.name}: the generator contract`, () => {
    const { imageShape, classes } = networkSpec(size);
    const create = (seed = 1): Generator => subject.create().create(networkSpec(size, seed));
    let generator: Generator;
    let z: tf.Tensor2D;
    let y: tf.Tensor1D;

    const images = (ctx: CallContext, latents = z, labels = y, network = generator): Float32Array =>
      tf.tidy(() => Float32Array.from(network.generate(latents, labels, ctx).dataSync()));

    beforeAll(() => {
      generator = create();
      const random = RandomStream.create(2, 'latent');
      z = tf.tensor2d(random.normals(4 * generator.latentSize), [4, generator.latentSize]);
      y = tf.tensor1d([0, classes - 1, 0, classes - 1], 'int32');
    });

    afterAll(() => {
      disposeNetwork(generator);
      tf.dispose([z, y]);
    });

    test('says what it makes', () => {
      expect(generator.imageShape).toEqual(imageShape);
      expect(generator.classes).toBe(classes);
      expect(Number.isInteger(generator.latentSize) && generator.latentSize > 0).toBe(true);
      expect(Object.keys(weightsOf(generator)).length).toBeGreaterThan(0);
    });

    test.each([
      ['training', trainingCall],
      ['evaluation', evaluationCall],
    ])('%s: images [B, H, W, C], in [-1, 1] or finite', (_, ctx) => {
      tf.tidy(() => {
        const made = generator.generate(z, y, ctx);
        expect(made.shape).toEqual([4, imageShape.height, imageShape.width, imageShape.channels]);
        const data = made.dataSync();
        expect(data.every((value) => (bounded ? value >= -1 && value <= 1 : Number.isFinite(value)))).toBe(
          true,
        );
      });
    });

    test('is a function of the random stream: the same seed gives the same weights', () => {
      const same = create();
      const other = create(7);
      expect(values(weightsOf(same))).toEqual(values(weightsOf(generator)));
      expect(values(weightsOf(other))).not.toEqual(values(weightsOf(same)));
      [same, other].forEach(disposeNetwork);
    });

    test('depends on the latent, and on the class where there are several', () => {
      const made = images(evaluationCall);
      const shifted = tf.tidy(() => images(evaluationCall, z.add(1) as tf.Tensor2D));
      expect(shifted).not.toEqual(made);
      if (classes > 1) {
        const otherClass = tf.tidy(() => images(evaluationCall, z, tf.zerosLike(y) as tf.Tensor1D));
        expect(otherClass).not.toEqual(made);
      }
    });

    test('where z enters, if it says so, is everywhere: without those rows images do not depend on z', () => {
      const inputs = generator.latentInputs;
      if (!inputs) return;
      const network = create();
      const weights = weightsOf(network);
      const entered = new Set<number>();
      for (const { weight: name, row, start, size: length } of inputs) {
        const weight = weights[name]!;
        expect(weight.rank).toBe(2);
        expect(row + length).toBeLessThanOrEqual(weight.shape[0]!);
        for (let i = 0; i < length; i++) entered.add(start + i);
        tf.tidy(() => {
          const rows = tf.range(0, weight.shape[0]!).reshape([-1, 1]);
          const isOther = tf.logicalOr(tf.less(rows, row), tf.greaterEqual(rows, row + length));
          weight.assign(weight.mul(isOther.toFloat()));
        });
      }
      expect(entered.size).toBe(network.latentSize);
      const made = images(evaluationCall, z, y, network);
      const shifted = tf.tidy(() => images(evaluationCall, z.add(1) as tf.Tensor2D, y, network));
      expect(shifted).toEqual(made);
      disposeNetwork(network);
    });

    test('takes mixtures of classes; a label is the one with a single 1', () => {
      tf.tidy(() => {
        const rows = tf.cast(tf.equal(tf.expandDims(y, 1), tf.range(0, classes, 1, 'int32')), 'float32');
        const ofRows = generator.generate(z, rows as tf.Tensor2D, evaluationCall);
        expect(Float32Array.from(ofRows.dataSync())).toEqual(images(evaluationCall));
        if (classes === 1) return;
        const mixture = tf.fill([4, classes], 1 / classes) as tf.Tensor2D;
        expect(Float32Array.from(generator.generate(z, mixture, evaluationCall).dataSync())).not.toEqual(
          images(evaluationCall),
        );
      });
    });

    test('evaluation moves nothing and repeats exactly', () => {
      const before = values({ ...weightsOf(generator), ...stateOf(generator) });
      const first = images(evaluationCall);
      expect(images(evaluationCall)).toEqual(first);
      expect(values({ ...weightsOf(generator), ...stateOf(generator) })).toEqual(before);
    });

    test('training moves state only', () => {
      const before = values(weightsOf(generator));
      images(trainingCall);
      expect(values(weightsOf(generator))).toEqual(before);
    });

    test('every weight is connected to the images, with finite gradients', () => {
      tf.tidy(() => {
        const weights = weightsOf(generator);
        const { grads } = tf.variableGrads(
          () => generator.generate(z, y, trainingCall).square().mean() as tf.Scalar,
          Object.values(weights),
        );
        expect(mapFinite(weights, grads)).toEqual(
          Object.fromEntries(Object.keys(weights).map((name) => [name, true])),
        );
      });
    });

    test('leaks nothing, and frees all that it made', () => {
      const ctx: CallContext = { ...trainingCall, updateState: false };
      expectNoLeak(() => generator.generate(z, y, ctx));
      expectNoLeak(() => generator.generate(z, y, trainingCall));
      expectNoLeak(() => disposeNetwork(create()));
    });
  });
}
