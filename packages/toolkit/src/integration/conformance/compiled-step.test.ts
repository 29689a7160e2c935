import * as tf from '@tensorflow/tfjs';
import {
  RandomStream,
  trainingCall,
  weightsOf,
  type Backend,
  type Discriminator,
  type Generator,
  type NamedTensors,
} from '@ganymede/core';
import { EagerStep } from '@ganymede/core/eager-step';
import {
  BigGanDiscriminator,
  BigGanGenerator,
  bigganDiscriminatorOptions,
  bigganGeneratorOptions,
  FastGanDiscriminator,
  fastGanDiscriminatorOptions,
  FastGanGenerator,
  fastGanGeneratorOptions,
} from '@ganymede/models';
import { Adam } from '@ganymede/optimizers';
import { createContainer } from '../../container.js';

/*
 * A compiled step makes one pass of what eager ops make several, and in bfloat16 leaves activations where they are. The
 * networks are wide enough for both to happen; what they compute has to stay what it was.
 */
let backend: Backend;
beforeAll(async () => {
  backend = (await createContainer()).resolve('backend', { use: 'tensorflow', threads: 2 });
  await backend.activate();
});
afterAll(() => backend.dispose());

const batch = 8;
const classes = 4;
const specOf = (side: number, name: string, seed: number) => ({
  imageShape: { height: side, width: side, channels: 3 },
  classes,
  random: RandomStream.create(seed, name),
});

/** G and D, afresh, with latents of 16 numbers. */
const networks: Readonly<Record<string, () => readonly [Generator, Discriminator]>> = {
  biggan: () => [
    new BigGanGenerator(
      specOf(32, 'generator', 1),
      bigganGeneratorOptions.parse({ channels: 16, attention: [], latentSize: 16, sharedSize: 8 }),
    ),
    new BigGanDiscriminator(
      specOf(32, 'discriminator', 2),
      bigganDiscriminatorOptions.parse({ channels: 16, attention: [] }),
    ),
  ],
  // Of 64 pixels, from where on it has skip-layer excitation.
  fastgan: () => [
    new FastGanGenerator(
      specOf(64, 'generator', 1),
      fastGanGeneratorOptions.parse({ channels: 8, latentSize: 16 }),
    ),
    new FastGanDiscriminator(
      specOf(64, 'discriminator', 2),
      fastGanDiscriminatorOptions.parse({ channels: 8 }),
    ),
  ],
};

type Compile = (step: (inputs: NamedTensors) => NamedTensors) => ReturnType<Backend['compile']>;

/** Gradients of G's loss by G's weights, and G's weights after an update by Adam. */
async function stepOf(id: string, compile: Compile): Promise<Record<string, Float32Array>> {
  const [generator, discriminator] = networks[id]!();
  const weights = weightsOf(generator);
  const optimizer = new Adam({ beta1: 0.5, beta2: 0.9, epsilon: 1 }).create(weights);
  const step = compile(({ z, y }) => {
    const { value, grads } = tf.variableGrads(() => {
      const labels = y as tf.Tensor1D;
      const images = generator.generate(z as tf.Tensor2D, labels, trainingCall);
      return tf.neg(tf.mean(discriminator.discriminate(images, labels, trainingCall))) as tf.Scalar;
    }, Object.values(weights));
    const gradients = Object.fromEntries(
      Object.entries(weights).map(([name, weight]) => [name, grads[weight.name]!]),
    );
    optimizer.apply(weights, gradients, tf.scalar(0.1), tf.scalar(1));
    return { loss: value, ...gradients };
  });
  const random = RandomStream.create(3, 'latent');
  const inputs = {
    z: tf.tensor2d(random.normals(batch * 16), [batch, 16]),
    y: tf.tensor1d(random.integers(batch, classes), 'int32'),
  };
  const outputs = await step.run(inputs);
  const values: Record<string, Float32Array> = {};
  for (const [name, tensor] of Object.entries(outputs)) values[name] = (await tensor.data()) as Float32Array;
  for (const [name, weight] of Object.entries(weights))
    values[`after.${name}`] = (await weight.data()) as Float32Array;
  step.dispose();
  tf.dispose([inputs, outputs]);
  return values;
}

function relativeDifference(actual: Float32Array, expected: Float32Array): number {
  let difference = 0;
  let size = 0;
  expected.forEach((value, i) => {
    difference += (actual[i]! - value) ** 2;
    size += value ** 2;
  });
  return Math.sqrt(difference / Math.max(size, 1e-12));
}

// A convolution's bias before batch normalization has a gradient of zero: what is there is rounding.
const withoutGradient = /conv[12]\.bias$|blocks\.\d+\.0\.conv_sc\.bias$/;

/**
 * How far gradients, and weights after the update, may be off in bfloat16. FastGAN begins with smaller weights, of 0.02, and has batch norm
 * in D as well.
 */
const roundedWithin: Readonly<Record<string, readonly [number, number]>> = {
  biggan: [0.15, 3e-2],
  fastgan: [0.3, 0.2],
};

describe.each(Object.keys(networks))('%s', (id) => {
  let eager: Record<string, Float32Array>;
  beforeAll(async () => {
    eager = await stepOf(id, (step) => new EagerStep('eager', step));
  });

  test.each([
    ['float32', 2e-5, 1e-6],
    ['bfloat16', ...roundedWithin[id]!],
  ] as const)('in %s it gives what eager ops give', async (precision, ofGradients, ofWeights) => {
    const compiled = await stepOf(id, (step) => backend.compile(step, { name: 'step', precision }));
    expect(Object.keys(compiled)).toEqual(Object.keys(eager));
    const differences = Object.keys(eager)
      .filter((name) => !withoutGradient.test(name))
      .map((name) => ({ name, difference: relativeDifference(compiled[name]!, eager[name]!) }));
    const beyond = differences.filter(
      ({ name, difference }) => difference > (name.startsWith('after.') ? ofWeights : ofGradients),
    );
    expect(beyond).toEqual([]);
    if (precision === 'bfloat16') expect(differences.some(({ difference }) => difference > 1e-4)).toBe(true);
  });
});
