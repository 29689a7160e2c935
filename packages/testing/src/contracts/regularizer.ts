import { RandomStream, stateOf, type Regularizer } from '@ganymede/core';
import * as tf from '@tensorflow/tfjs';
import { expectNoLeak } from '../leak.js';
import type { Subject } from '../subject.js';
import { ToyDiscriminator, ToyGenerator } from '../toy-networks.js';
import { ToyStep } from '../toy-step.js';

const imageShape = { height: 4, width: 4, channels: 2 };
const batch = 3;
const classes = 2;

/** A step of toy networks that the regularizer has observed. */
function scene(regularizer: Regularizer): ToyStep {
  const random = RandomStream.create(3, 'scene');
  const shape: [number, number, number, number] = [batch, 4, 4, 2];
  const size = batch * 4 * 4 * 2;
  const discriminator = new ToyDiscriminator(imageShape, classes, random.fork('discriminator'));
  const generator = new ToyGenerator(imageShape, classes, 4, random.fork('generator'));
  const images = (): tf.Tensor4D => tf.tensor4d(random.normals(size), shape);
  const step = new ToyStep({
    network: regularizer.network,
    generator,
    discriminator,
    real: images(),
    // A penalty on D sees images that are any; one on G sees its own.
    ...(regularizer.network === 'discriminator' && { fake: images() }),
    realLabels: tf.tensor1d([0, 1, 0], 'int32'),
    fakeLabels: tf.tensor1d([1, 1, 0], 'int32'),
    z: tf.tensor2d(random.normals(batch * 4), [batch, 4]),
    draws: regularizer.draws?.(regularizer.network) ?? [],
  });
  tf.tidy(() => void regularizer.observe?.(step));
  return step;
}

/** What the trainer relies on in a regularizer, tried on smooth toy networks. */
export function regularizerContract(subject: Subject<Regularizer>): void {
  describe(`${subject.name}: the regularizer contract`, () => {
    const regularizer = subject.create();
    const penalty = (one: ToyStep): tf.Scalar => regularizer.penalty(one.renew());

    test('says which network it is for and how often it comes', () => {
      expect(['generator', 'discriminator']).toContain(regularizer.network);
      expect(Number.isInteger(regularizer.interval) && regularizer.interval >= 1).toBe(true);
    });

    test('is one finite scalar, the same for the same input', () => {
      const one = scene(regularizer);
      tf.tidy(() => {
        const made = penalty(one);
        expect(made.shape).toEqual([]);
        const value = made.dataSync()[0];
        expect(Number.isFinite(value)).toBe(true);
        expect(penalty(one).dataSync()[0]).toBe(value);
      });
      one.dispose();
    });

    test('its gradient to the weights agrees with differences', () => {
      const one = scene(regularizer);
      const variables = Object.values(one.weights);
      const random = RandomStream.create(4, 'direction');
      const directions = variables.map((variable) => random.normals(variable.size));
      const gradient = tf.tidy(() => {
        const { grads } = tf.variableGrads(() => penalty(one), variables);
        return variables.map((variable) => {
          const found = grads[variable.name] as tf.Tensor | null;
          return found ? Float32Array.from(found.dataSync()) : new Float32Array(variable.size);
        });
      });
      const inner = (a: readonly Float32Array[], b: readonly Float32Array[]): number =>
        a.reduce((sum, part, i) => sum + part.reduce((s, x, j) => s + x * b[i]![j]!, 0), 0);
      const origin = variables.map((variable) => Float32Array.from(variable.dataSync()));
      const at = (offset: number): number => {
        variables.forEach((variable, i) => {
          const moved = origin[i]!.map((x, j) => x + offset * directions[i]![j]!);
          tf.tidy(() => variable.assign(tf.tensor(moved, variable.shape)));
        });
        return tf.tidy(() => penalty(one).dataSync()[0]!);
      };
      const eps = 0.01;
      const numeric = (8 * (at(eps) - at(-eps)) - (at(2 * eps) - at(-2 * eps))) / (12 * eps);
      const norm = Math.sqrt(inner(gradient, gradient));
      expect(norm).toBeGreaterThan(0);
      const allowed = 3e-3 * norm + (2 ** -22 * Math.abs(at(0))) / eps;
      expect(Math.abs(inner(gradient, directions) - numeric)).toBeLessThanOrEqual(allowed);
      one.dispose();
    });

    test("moves no network's state", () => {
      const one = scene(regularizer);
      const before = stateOf(one.discriminator)['mean']!.dataSync().slice();
      tf.tidy(() => {
        regularizer.observe?.(one);
        penalty(one);
      });
      expect(stateOf(one.discriminator)['mean']!.dataSync()).toEqual(before);
      one.dispose();
    });

    test('what it remembers moves in observe alone, and is not trained', () => {
      const one = scene(regularizer);
      const state = Object.values(regularizer.state ?? {});
      expect(state.length > 0).toBe(regularizer.observe !== undefined);
      const values = (): number[][] => state.map((variable) => [...variable.dataSync()]);
      const before = values();
      tf.tidy(() => penalty(one));
      expect(values()).toEqual(before);
      tf.tidy(() => void regularizer.observe?.(one));
      if (state.length > 0) expect(values()).not.toEqual(before);
      expect(values().flat().every(Number.isFinite)).toBe(true);
      expect(state.every(({ trainable }) => !trainable)).toBe(true);
      one.dispose();
    });

    test('leaks nothing', () => {
      const one = scene(regularizer).renew();
      expectNoLeak(() => {
        regularizer.observe?.(one);
        const made = penalty(one);
        one.renew();
        return made;
      });
      one.dispose();
    });
  });
}
