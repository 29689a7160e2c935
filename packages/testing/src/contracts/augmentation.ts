import { RandomStream, type Augmentation } from '@ganymede/core';
import * as tf from '@tensorflow/tfjs';
import { expectGradient } from '../gradient.js';
import { expectNoLeak } from '../leak.js';
import type { Subject } from '../subject.js';

/** What the trainer relies on in an augmentation: host draws from a stream, a pure and differentiable change. */
export function augmentationContract(subject: Subject<Augmentation>, channels = 3): void {
  const count = 3;
  const shape: [number, number, number, number] = [count, 8, 8, channels];

  describe(`${subject.name}: the augmentation contract`, () => {
    const images = (): tf.Tensor4D => {
      const random = RandomStream.create(2, 'images');
      return tf.tensor4d(
        random.uniforms(shape.reduce((a, b) => a * b, 1)).map((u) => 1.6 * u - 0.8),
        shape,
      );
    };
    const drawn = (augmentation: Augmentation, seed = 1): tf.Tensor2D => {
      const { values, width } = augmentation.draw(count, RandomStream.create(seed, 'augmentation'));
      return tf.tensor2d(values, [count, width]);
    };

    test('draws [count, width] numbers, a function of the stream', () => {
      const { values, width } = subject.create().draw(count, RandomStream.create(1, 'augmentation'));
      expect(values).toBeInstanceOf(Float32Array);
      expect(values).toHaveLength(count * width);
      expect(values.every(Number.isFinite)).toBe(true);
      expect(subject.create().draw(count, RandomStream.create(1, 'augmentation')).values).toEqual(values);
      expect(subject.create().draw(count, RandomStream.create(9, 'augmentation')).values).not.toEqual(values);
    });

    test('keeps the shape, repeats with the same draw and changes with another', () => {
      const augmentation = subject.create();
      tf.tidy(() => {
        const x = images();
        const [draw, other] = [drawn(augmentation), drawn(augmentation, 9)];
        const first = augmentation.apply(x, draw);
        expect(first.shape).toEqual(shape);
        expect(first.dataSync().every(Number.isFinite)).toBe(true);
        expect(augmentation.apply(x, draw).dataSync()).toEqual(first.dataSync());
        expect(augmentation.apply(x, other).dataSync()).not.toEqual(first.dataSync());
      });
    });

    test('changes each image by its own draw alone', () => {
      const augmentation = subject.create();
      tf.tidy(() => {
        const x = images();
        const draw = drawn(augmentation);
        const alone = augmentation.apply(x.slice([1], [1]), draw.slice([1], [1])).dataSync();
        const inBatch = augmentation.apply(x, draw).slice([1], [1]).dataSync();
        alone.forEach((value, i) => expect(value).toBeCloseTo(inBatch[i]!, 4));
      });
    });

    test('lets gradients through to the images', () => {
      const augmentation = subject.create();
      tf.tidy(() => {
        const draw = drawn(augmentation);
        expectGradient((x) => augmentation.apply(x as tf.Tensor4D, draw), [images()]);
      });
    });

    test('leaks nothing', () => {
      const augmentation = subject.create();
      const [x, draw] = [images(), drawn(augmentation)];
      expectNoLeak(() => augmentation.apply(x, draw));
      tf.dispose([x, draw]);
    });
  });
}
