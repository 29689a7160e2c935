import {
  disposeNetwork,
  evaluationCall,
  RandomStream,
  stateOf,
  trainingCall,
  weightsOf,
  type CallContext,
  type Discriminator,
  type DiscriminatorFactory,
} from '@ganymede/core';
import * as tf from '@tensorflow/tfjs';
import { expectAllclose } from '../allclose.js';
import { expectNoLeak } from '../leak.js';
import type { Subject } from '../subject.js';
import { mapFinite, networkSpec, values, type NetworkSize } from './network.js';

export interface DiscriminatorContractOptions {
  /** Whether penalties on the input's gradient (R1, gradient penalty) must work; default true. */
  readonly secondOrder?: boolean;
}

/** What training relies on in a discriminator. */
export function discriminatorContract(
  subject: Subject<DiscriminatorFactory>,
  size: NetworkSize = { resolution: 32, channels: 3, classes: 3 },
  { secondOrder = true }: DiscriminatorContractOptions = {},
): void {
  describe(`${subject.name}: the discriminator contract`, () => {
    const { imageShape, classes } = networkSpec(size);
    const shape: [number, number, number, number] = [
      4,
      imageShape.height,
      imageShape.width,
      imageShape.channels,
    ];
    const create = (seed = 1): Discriminator => subject.create().create(networkSpec(size, seed));
    const still: CallContext = { ...trainingCall, updateState: false };
    let discriminator: Discriminator;
    let x: tf.Tensor4D;
    let y: tf.Tensor1D;

    const logits = (ctx: CallContext, images = x, labels = y): Float32Array =>
      tf.tidy(() => Float32Array.from(discriminator.discriminate(images, labels, ctx).dataSync()));

    beforeAll(() => {
      discriminator = create();
      const random = RandomStream.create(2, 'images');
      const pixels = random.uniforms(shape.reduce((a, b) => a * b, 1)).map((u) => 2 * u - 1);
      x = tf.tensor4d(pixels, shape);
      y = tf.tensor1d([0, classes - 1, 0, classes - 1], 'int32');
    });

    afterAll(() => {
      disposeNetwork(discriminator);
      tf.dispose([x, y]);
    });

    test.each([
      ['training', trainingCall],
      ['evaluation', evaluationCall],
    ])('%s: finite logits [B]', (_, ctx) => {
      tf.tidy(() => {
        const made = discriminator.discriminate(x, y, ctx);
        expect(made.shape).toEqual([4]);
        expect(made.dataSync().every(Number.isFinite)).toBe(true);
      });
    });

    test('is a function of the random stream: the same seed gives the same weights', () => {
      const same = create();
      const other = create(7);
      expect(values(weightsOf(same))).toEqual(values(weightsOf(discriminator)));
      expect(values(weightsOf(other))).not.toEqual(values(weightsOf(same)));
      [same, other].forEach(disposeNetwork);
    });

    test('depends on the image, and on the class where there are several', () => {
      const made = logits(evaluationCall);
      expect(tf.tidy(() => logits(evaluationCall, x.neg() as tf.Tensor4D))).not.toEqual(made);
      if (classes > 1) {
        expect(tf.tidy(() => logits(evaluationCall, x, tf.zerosLike(y) as tf.Tensor1D))).not.toEqual(made);
      }
    });

    test('evaluation moves nothing, repeats exactly and judges each image by itself', () => {
      const before = values({ ...weightsOf(discriminator), ...stateOf(discriminator) });
      const first = logits(evaluationCall);
      expect(logits(evaluationCall)).toEqual(first);
      expect(values({ ...weightsOf(discriminator), ...stateOf(discriminator) })).toEqual(before);
      tf.tidy(() => {
        const alone = discriminator.discriminate(x.slice([1], [1]), y.slice([1], [1]), evaluationCall);
        expectAllclose(alone, [first[1]!], { rtol: 1e-4, atol: 1e-4 });
      });
    });

    test('training moves state only', () => {
      const before = values(weightsOf(discriminator));
      logits(trainingCall);
      expect(values(weightsOf(discriminator))).toEqual(before);
    });

    test('every weight and every pixel is connected to the logits, with finite gradients', () => {
      tf.tidy(() => {
        const weights = weightsOf(discriminator);
        const { grads } = tf.variableGrads(
          () => discriminator.discriminate(x, y, still).square().mean() as tf.Scalar,
          Object.values(weights),
        );
        expect(mapFinite(weights, grads)).toEqual(
          Object.fromEntries(Object.keys(weights).map((name) => [name, true])),
        );
        const toImage = tf.grad((image: tf.Tensor) =>
          discriminator.discriminate(image as tf.Tensor4D, y, still).sum(),
        )(x);
        expect(toImage.dataSync().every(Number.isFinite)).toBe(true);
        expect(toImage.abs().sum().dataSync()[0]).toBeGreaterThan(0);
      });
    });

    test('where it shows features, its two halves make the logits, and features know no labels', () => {
      const { features: halves } = discriminator;
      if (!halves) return;
      tf.tidy(() => {
        const features = halves.extract(x, still);
        expect(features.shape).toEqual([4, halves.size]);
        const whole = logits(still);
        expectAllclose(halves.logits(features, y, still), whole, { rtol: 1e-6, atol: 1e-6 });
      });
      expectNoLeak(() => halves.extract(x, still));
    });

    if (secondOrder) {
      test("the norm of the input's gradient can be penalised", () => {
        tf.tidy(() => {
          const weights = weightsOf(discriminator);
          const { grads } = tf.variableGrads(() => {
            const gradient = tf.grad((image: tf.Tensor) =>
              discriminator.discriminate(image as tf.Tensor4D, y, still).sum(),
            )(x);
            return gradient.square().sum() as tf.Scalar;
          }, Object.values(weights));
          const found = Object.values(grads).filter((gradient): gradient is tf.Tensor => gradient !== null);
          expect(found.every((gradient) => gradient.dataSync().every(Number.isFinite))).toBe(true);
          const total = found.reduce((sum, gradient) => sum + gradient.abs().sum().dataSync()[0]!, 0);
          expect(total).toBeGreaterThan(0);
        });
      });
    }

    test('leaks nothing, and frees all that it made', () => {
      expectNoLeak(() => discriminator.discriminate(x, y, still));
      expectNoLeak(() => discriminator.discriminate(x, y, trainingCall));
      expectNoLeak(() => disposeNetwork(create()));
    });
  });
}
