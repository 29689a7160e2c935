import {
  RandomStream,
  weightsOf,
  type NamedVariables,
  type NetworkName,
  type Objective,
  type ObjectiveInstance,
  type Terms,
} from '@ganymede/core';
import * as tf from '@tensorflow/tfjs';
import { expectNoLeak } from '../leak.js';
import type { Subject } from '../subject.js';
import { ToyDiscriminator, ToyGenerator } from '../toy-networks.js';
import { ToyStep } from '../toy-step.js';

const imageShape = { height: 4, width: 4, channels: 2 };
const batch = 4;
const classes = 2;
const networks: readonly NetworkName[] = ['discriminator', 'generator'];

interface Scene {
  readonly step: ToyStep;
  readonly instance: ObjectiveInstance;
  /** All that the step's gradients are taken to: of the network, and of heads beside it. */
  readonly weights: NamedVariables;
  dispose(): void;
}

function scene(objective: Objective, network: NetworkName): Scene {
  const random = RandomStream.create(3, 'scene');
  const discriminator = new ToyDiscriminator(imageShape, classes, random.fork('discriminator'));
  const generator = new ToyGenerator(imageShape, classes, 4, random.fork('generator'));
  const instance = objective.create({
    generator,
    discriminator,
    classCounts: [10, 30],
    batchSize: batch,
    prior: { sample: (count, size, source) => source.uniforms(count * size).map((u) => 2 * u - 1) },
    random: random.fork('objective'),
  });
  const size = batch * 4 * 4 * 2;
  const step = new ToyStep({
    network,
    generator,
    discriminator,
    real: tf.tensor4d(random.normals(size), [batch, 4, 4, 2]),
    realLabels: tf.tensor1d([0, 1, 0, 1], 'int32'),
    fakeLabels: tf.tensor1d([1, 1, 0, 0], 'int32'),
    z: tf.tensor2d(
      random.uniforms(batch * 4).map((u) => 2 * u - 1),
      [batch, 4],
    ),
    draws: instance.draws?.(network) ?? [],
    needs: instance.needs ?? [],
  });
  return {
    step,
    instance,
    weights: {
      ...weightsOf(network === 'generator' ? generator : discriminator),
      ...instance.weights?.[network],
    },
    dispose() {
      step.dispose();
      instance.dispose?.();
      for (const one of instance.scheduled ?? []) one.dispose();
      tf.dispose([
        instance.state ?? {},
        instance.weights?.generator ?? {},
        instance.weights?.discriminator ?? {},
      ]);
    },
  };
}

const termsOf = ({ instance, step }: Scene): Terms => instance[step.network]?.(step.renew()) ?? {};

/** What the trainer relies on in an objective, tried on smooth toy networks. */
export function objectiveContract(subject: Subject<Objective>): void {
  describe(`${subject.name}: the objective contract`, () => {
    test('is made for each run anew, and what it keeps has other names than what it trains', () => {
      const objective = subject.create();
      const [one, other] = [scene(objective, 'discriminator'), scene(objective, 'discriminator')];
      const names = [
        ...Object.keys(one.instance.state ?? {}),
        ...networks.flatMap((network) => Object.keys(one.instance.weights?.[network] ?? {})),
      ];
      expect(new Set(names).size).toBe(names.length);
      for (const [name, variable] of Object.entries(one.instance.state ?? {})) {
        expect(variable.trainable).toBe(false);
        expect(other.instance.state![name]).not.toBe(variable);
      }
      [one, other].forEach((made) => made.dispose());
    });

    test.each(networks)(
      "its terms in the %s's step are finite scalars, the same for the same step",
      (network) => {
        const made = scene(subject.create(), network);
        tf.tidy(() => {
          const terms = termsOf(made);
          for (const [name, value] of Object.entries(terms)) {
            expect(value.shape).toEqual([]);
            expect(value.dtype).toBe('float32');
            expect(Number.isFinite(value.dataSync()[0])).toBe(true);
            // Heads' power iterations move on from call to call.
            expect(termsOf(made)[name]!.dataSync()[0]).toBeCloseTo(value.dataSync()[0]!, 1);
          }
        });
        made.dispose();
      },
    );

    test.each(networks)(
      "every weight that a term of the %s's step reaches has a finite gradient",
      (network) => {
        const made = scene(subject.create(), network);
        const heads = Object.keys(made.instance.weights?.[network] ?? {});
        tf.tidy(() => {
          if (Object.keys(termsOf(made)).length === 0) return;
          const { grads } = tf.variableGrads(
            () => tf.addN(Object.values(termsOf(made))) as tf.Scalar,
            Object.values(made.weights),
          );
          const norms = Object.entries(made.weights).map(([name, variable]) => {
            const gradient = grads[variable.name] as tf.Tensor | null;
            return { name, norm: gradient ? gradient.norm().dataSync()[0]! : 0 };
          });
          expect(norms.every(({ norm }) => Number.isFinite(norm))).toBe(true);
          expect(Math.max(...norms.map(({ norm }) => norm))).toBeGreaterThan(0);
          for (const head of heads) expect(norms.find(({ name }) => name === head)!.norm).toBeGreaterThan(0);
        });
        made.dispose();
      },
    );

    test('what it changes on its way keeps its shape, and labels are classes', () => {
      for (const network of networks) {
        const made = scene(subject.create(), network);
        const { instance, step } = made;
        tf.tidy(() => {
          const { z, fake } = step;
          if (instance.changeLatents) expect(instance.changeLatents(step).shape).toEqual(z.shape);
          const hasReal = network === 'discriminator' || instance.needs?.includes('realForGenerator');
          if (instance.changeReal && hasReal)
            expect(instance.changeReal(step.real.images, step).shape).toEqual(step.real.images.shape);
          if (instance.changeFakeLogits && network === 'generator')
            expect(instance.changeFakeLogits(fake.logits, step).shape).toEqual([batch]);
        });
        const labels = instance.labels?.(50, RandomStream.create(1, 'labels'));
        expect(labels?.every((label) => label >= 0 && label < classes) ?? true).toBe(true);
        made.dispose();
      }
    });

    test.each(networks)('leaks nothing in the step of the %s', (network) => {
      const made = scene(subject.create(), network);
      made.step.renew();
      expectNoLeak(() => {
        const seen = made.instance.observe?.(made.step) ?? {};
        const terms = termsOf(made);
        made.step.renew();
        return Object.values({ ...seen, ...terms });
      });
      made.dispose();
    });
  });
}
