import { RandomStream, type Loss } from '@ganymede/core';
import * as tf from '@tensorflow/tfjs';
import { expectAllclose } from '../allclose.js';
import { expectGradient } from '../gradient.js';
import { expectNoLeak } from '../leak.js';
import type { Subject } from '../subject.js';

/** Logits that keep a distance from the kinks at integers that hinge-like losses have. */
function logits(seed: number, length: number, offset = 0): tf.Tensor1D {
  const random = RandomStream.create(seed, 'logits');
  return tf.tensor1d(
    Array.from({ length }, () => offset + random.nextInteger(4) - 2 + 0.2 + 0.6 * random.nextUniform()),
  );
}

/** What a trainer relies on in a loss: two scalars for D, one for G, all minimised, differentiable, leak-free. */
export function lossContract(subject: Subject<Loss>): void {
  const total = (loss: Loss, real: tf.Tensor1D, fake: tf.Tensor1D): tf.Scalar => {
    const parts = loss.discriminator(real, fake);
    return parts.real.add(parts.fake);
  };
  const generator = (loss: Loss, fake: tf.Tensor1D, real: tf.Tensor1D): tf.Scalar =>
    loss.needsReal ? loss.generator(fake, real) : loss.generator(fake);
  const value = (fn: () => tf.Tensor): number => tf.tidy(() => fn().dataSync()[0]!);

  describe(`${subject.name}: the loss contract`, () => {
    test.each([1, 2, 7])('gives finite float32 scalars for a batch of %i', (batch) => {
      const loss = subject.create();
      tf.tidy(() => {
        const parts = loss.discriminator(logits(1, batch), logits(2, batch));
        for (const scalar of [parts.real, parts.fake, generator(loss, logits(2, batch), logits(1, batch))]) {
          expect(scalar.shape).toEqual([]);
          expect(scalar.dtype).toBe('float32');
          expect(Number.isFinite(scalar.dataSync()[0])).toBe(true);
        }
      });
    });

    test('stays finite for logits of +-50', () => {
      const loss = subject.create();
      for (const [r, f] of [
        [50, -50],
        [-50, 50],
        [50, 50],
      ] as const) {
        expect(Number.isFinite(value(() => total(loss, tf.tensor1d([r, r]), tf.tensor1d([f, f]))))).toBe(
          true,
        );
        expect(Number.isFinite(value(() => generator(loss, tf.tensor1d([f, f]), tf.tensor1d([r, r]))))).toBe(
          true,
        );
      }
    });

    test('D gains by telling real from fake: higher on real, lower on fake', () => {
      const loss = subject.create();
      const right = value(() => total(loss, tf.tensor1d([0.9, 1]), tf.tensor1d([-1, -0.9])));
      const wrong = value(() => total(loss, tf.tensor1d([-1, -0.9]), tf.tensor1d([0.9, 1])));
      expect(right).toBeLessThan(wrong);
      tf.tidy(() => {
        const [real, fake] = tf.grads((r, f) => total(loss, r as tf.Tensor1D, f as tf.Tensor1D))([
          tf.tensor1d([-0.9, -0.8]),
          tf.tensor1d([0.9, 0.8]),
        ]);
        expect(real!.sum().dataSync()[0]).toBeLessThan(0);
        expect(fake!.sum().dataSync()[0]).toBeGreaterThan(0);
      });
    });

    test('G gains by raising the logits of its images', () => {
      const loss = subject.create();
      const low = value(() => generator(loss, tf.tensor1d([-2, -1.5]), tf.tensor1d([0.3, 0.4])));
      const high = value(() => generator(loss, tf.tensor1d([-1, -0.5]), tf.tensor1d([0.3, 0.4])));
      expect(high).toBeLessThan(low);
    });

    test('does not depend on the order of the batch', () => {
      const loss = subject.create();
      tf.tidy(() => {
        const [real, fake] = [logits(3, 6), logits(4, 6)];
        const [realBack, fakeBack] = [real.reverse() as tf.Tensor1D, fake.reverse() as tf.Tensor1D];
        expectAllclose(total(loss, realBack, fakeBack), total(loss, real, fake));
        expectAllclose(generator(loss, fakeBack, realBack), generator(loss, fake, real));
      });
    });

    test('its gradients agree with differences', () => {
      const loss = subject.create();
      const inputs = [logits(5, 6), logits(6, 6)];
      // Steps small enough that no kink lies inside them.
      const options = { eps: 5e-3 };
      expectGradient((r, f) => total(loss, r as tf.Tensor1D, f as tf.Tensor1D), inputs, options);
      expectGradient((r, f) => generator(loss, f as tf.Tensor1D, r as tf.Tensor1D), inputs, options);
      tf.dispose(inputs);
    });

    test('a loss that needs real logits refuses to go without', () => {
      const loss = subject.create();
      const without = (): number => value(() => loss.generator(logits(7, 3)));
      if (loss.needsReal) expect(without).toThrow(expect.objectContaining({ code: expect.any(String) }));
      else expect(Number.isFinite(without())).toBe(true);
    });

    test('leaks nothing', () => {
      const loss = subject.create();
      const real = logits(8, 4);
      const fake = logits(9, 4);
      expectNoLeak(() => loss.discriminator(real, fake));
      expectNoLeak(() => generator(loss, fake, real));
      tf.dispose([real, fake]);
    });
  });
}
