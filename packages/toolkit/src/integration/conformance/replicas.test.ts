import * as tf from '@tensorflow/tfjs';
import {
  RandomStream,
  rowsOf,
  type Augmentation,
  type NetworkName,
  type ObjectiveInstance,
  type Regularizer,
  type Replicas,
  type StepReader,
} from '@ganymede/core';
import { expectAllclose, inLockstep, ToyDiscriminator, ToyGenerator, useCpu } from '@ganymede/testing';
import { discriminatorLoss, generatorLoss, type StepInputs, type StepRecipe } from '@ganymede/trainer';
import { createContainer } from '../../container.js';

/*
 * Where a micro-batch is spread over processes, its loss is the mean of theirs, and so are the gradients; what a component keeps
 * of images is the same in all of them. Whatever looks across the images of a micro-batch looks across those of one process:
 * such components say so (`acrossImages`), and a run of several processes tells it.
 */
const across = {
  loss: ['relativistic-average', 'dual-contrastive'],
  objective: ['contrastive', 'd2dce', 'feature-matching', 'mode-seeking', 'top-k'],
  regularizer: ['dragan'],
  augmentation: [],
};

const batchSize = 8;
const replicaCount = 2;
const imageShape = { height: 8, width: 8, channels: 3 };
const latentSize = 4;
const classes = 2;
const networks: readonly NetworkName[] = ['discriminator', 'generator'];

let container: Awaited<ReturnType<typeof createContainer>>;
beforeAll(async () => {
  await useCpu();
  container = await createContainer();
});

interface Parts {
  readonly loss?: StepRecipe['loss'];
  readonly penalties?: readonly Regularizer[];
  readonly augmentation?: Augmentation | null;
  readonly objectives?: readonly { readonly name: string; readonly instance: ObjectiveInstance }[];
}

type Random = () => RandomStream;

/** A recipe with the component, made anew for each step, since it keeps variables. */
type Make = (spec: {
  readonly generator: ToyGenerator;
  readonly discriminator: ToyDiscriminator;
  readonly random: Random;
}) => Parts;

const made: Readonly<Record<keyof typeof across, (id: string) => Make>> = {
  loss: (use) => () => ({ loss: container.resolve('loss', { use }) }),
  regularizer: (use) => () => ({
    penalties: [container.resolve('regularizer', use === 'lecam' ? { use, start: 0 } : { use })],
  }),
  augmentation: (use) => () => ({
    augmentation: container.resolve('augmentation', use === 'ada' ? { use, initial: 0.5 } : { use }),
  }),
  objective: (use) => (spec) => {
    const instance = container.resolve('objective', use === 'top-k' ? { use, part: 0.5 } : { use }).create({
      ...spec,
      random: spec.random(),
      classCounts: [30, 10],
      batchSize,
      prior: container.resolve('prior', { use: 'uniform' }),
    });
    return { objectives: [{ name: use, instance }] };
  },
};

/** The numbers of one step of one network: gradients, what is reported, and what is kept. */
function stepOf(network: NetworkName, make: Make, replicas?: Replicas): tf.NamedTensorMap {
  const random: Random = () => RandomStream.create(1, 'networks');
  const generator = new ToyGenerator(imageShape, classes, latentSize, random());
  const discriminator = new ToyDiscriminator(imageShape, classes, random());
  const parts = make({ generator, discriminator, random });
  const { penalties = [], objectives = [], augmentation = null } = parts;
  const recipe: StepRecipe = {
    generator,
    discriminator,
    loss: parts.loss ?? container.resolve('loss', { use: 'hinge' }),
    augmentation,
    splitDiscriminator: false,
    replicas,
  };
  const own = penalties.filter((one) => one.network === network);
  const readers = [...own, ...objectives.map(({ instance }) => instance)];
  const inputs = inputsOf(network, readers, augmentation, replicas);
  const { gradients, scalars } = (network === 'discriminator' ? discriminatorLoss : generatorLoss)(
    recipe,
    network === 'discriminator' ? discriminator.weights : generator.weights,
    inputs,
    own,
    objectives,
  );
  const states = [...readers, ...(augmentation ? [augmentation] : [])].map(({ state }) => state ?? {});
  const kept = Object.fromEntries(
    states.flatMap((state, i) =>
      Object.entries(state).map(([name, value]) => [`${i}.${name}`, tf.clone(value)]),
    ),
  );
  return { ...prefixed('gradient', gradients), ...prefixed('scalar', scalars), ...prefixed('state', kept) };
}

const prefixed = (prefix: string, tensors: tf.NamedTensorMap): tf.NamedTensorMap =>
  Object.fromEntries(Object.entries(tensors).map(([name, value]) => [`${prefix} ${name}`, value]));

function inputsOf(
  network: NetworkName,
  readers: readonly StepReader[],
  augmentation: Augmentation | null,
  replicas: Replicas | undefined,
): StepInputs {
  const { first, rows } = rowsOf(batchSize, replicas);
  const { height, width, channels } = imageShape;
  const shapes = { image: [height, width, channels], latent: [latentSize] };
  const part = <T extends tf.Tensor>(whole: tf.Tensor): T => tf.slice(whole, first, rows) as T;
  const numbers = (name: string, kind: 'uniforms' | 'normals', shape: readonly number[]): tf.Tensor => {
    const stream = RandomStream.create(2, name);
    return tf.tensor(stream[kind](shape.reduce((a, b) => a * b, batchSize)), [batchSize, ...shape]);
  };
  const drawn = readers
    .flatMap((one) => one.draws?.(network) ?? [])
    .map(({ stream, distribution, shape }) => {
      const rest = typeof shape === 'string' ? shapes[shape] : shape;
      return [
        `draw/${stream}`,
        part(numbers(stream, distribution === 'normal' ? 'normals' : 'uniforms', rest)),
      ];
    });
  const augment = (name: string): tf.Tensor2D | undefined => {
    if (!augmentation) return undefined;
    const draw = augmentation.draw(batchSize, RandomStream.create(2, name));
    return part(tf.tensor2d(draw.values, [batchSize, draw.width]));
  };
  // The two halves are of different kinds, so that what looks across images sees other things in each.
  const halves = Array.from({ length: batchSize }, (_, i) => Number(i < batchSize / 2));
  const bright = tf.tensor4d(halves, [batchSize, 1, 1, 1]).mul(4).sub(2);
  const [augmentReal, augmentFake] = [augment('augment real'), augment('augment fake')];
  return {
    real: part(tf.tanh(numbers('real', 'normals', shapes.image).add(bright))),
    realLabels: part(tf.tensor1d(halves, 'int32')),
    z: part(numbers('z', 'uniforms', shapes.latent)),
    fakeLabels: part(tf.tensor1d(halves, 'int32')),
    ...(augmentReal && augmentFake && { augmentReal, augmentFake }),
    ...(Object.fromEntries(drawn) as Record<`draw/${string}`, tf.Tensor>),
  };
}

/** The step of two processes with a half of the images each, as the trainer puts it together, and the step of one with all. */
function expectSameStep(network: NetworkName, make: Make): void {
  tf.tidy(() => {
    const whole = stepOf(network, make);
    const parts = inLockstep(replicaCount, (_, replicas) => stepOf(network, make, replicas));
    for (const [name, value] of Object.entries(whole)) {
      const own = parts.map((part) => part[name]!);
      if (name.startsWith('state')) for (const one of own) expectAllclose(one, own[0]!, { atol: 0 });
      expectAllclose(tf.mean(tf.stack(own), 0), value, { rtol: 1e-4, atol: 1e-5 });
    }
  });
}

function looksAcross(make: Make): boolean {
  try {
    for (const network of networks) expectSameStep(network, make);
    return false;
  } catch {
    return true;
  }
}

test.each(Object.keys(across) as (keyof typeof across)[])(
  '%s: two processes make the step of one, but for what looks across images',
  (slot) => {
    expect(container.ids(slot).filter((id) => looksAcross(made[slot](id)))).toEqual(across[slot]);
    const says = (use: string): boolean =>
      (container.resolve(slot, { use }) as { readonly acrossImages?: boolean }).acrossImages === true;
    expect(container.ids(slot).filter(says)).toEqual(across[slot]);
  },
  120_000,
);
