import * as tf from '@tensorflow/tfjs';
import {
  RandomStream,
  type CallContext,
  type Discriminator,
  type ClassLabels,
  type Draw,
  type Generator,
  type LayerNode,
  type NetworkName,
  type ObjectiveSpec,
  type Regularizer,
} from '@ganymede/core';
import { normal as normalPrior } from '@ganymede/samplers';
import { fromComponent, ToyGenerator, ToyStep } from '@ganymede/testing';
import { BatchNorm, Conv2d, GroupNorm, Linear, SelfAttention, type Parameterization } from '@ganymede/layers';
import { LatentOptimization } from '@ganymede/objectives';
import { averagePool2, normal, sumPool, tanh } from '@ganymede/ops';
import { Dragan, GradientPenalty, R1Regularizer, R2Regularizer } from '@ganymede/regularizers';

beforeAll(() => tf.setBackend('cpu'));

/** With so many rounds sigma is the largest singular value wherever the weights are moved to. */
const parameterizationOf = (random: RandomStream): Parameterization => ({
  initialize: normal(0.5),
  spectralNorm: { powerIterations: 60 },
  random,
});

/**
 * Attention, pooling, both kinds of normalization and spectral norm, with softplus where others have ReLU: smooth, so
 * that differences are valid (but for attention's max-pool, whose maxima keep their places within the differences' reach).
 */
class SmoothDiscriminator implements Discriminator {
  readonly children: Readonly<Record<string, LayerNode>>;
  private readonly first: Conv2d;
  private readonly batchNorm = new BatchNorm(8);
  private readonly attention: SelfAttention;
  private readonly second: Conv2d;
  private readonly groupNorm = new GroupNorm(6, { groups: 2 });
  private readonly linear: Linear;

  constructor(random: RandomStream) {
    const parameterization = parameterizationOf(random);
    const first = (this.first = new Conv2d(2, 8, parameterization));
    const attention = (this.attention = new SelfAttention(8, parameterization));
    const second = (this.second = new Conv2d(8, 6, parameterization, { resample: 'down' }));
    const linear = (this.linear = new Linear(6, 1, parameterization));
    const { batchNorm, groupNorm } = this;
    this.children = { first, batchNorm, attention, second, groupNorm, linear };
    tf.tidy(() => attention.weights.gamma!.assign(tf.scalar(0.8)));
  }

  discriminate(x: tf.Tensor4D, _y: tf.Tensor1D, ctx: CallContext): tf.Tensor1D {
    return tf.tidy(() => {
      const h = tf.softplus(this.batchNorm.call(this.first.call(x, ctx), ctx));
      const attended = this.attention.call(h, ctx);
      const narrow = tf.softplus(this.groupNorm.call(this.second.call(attended, ctx), ctx));
      const features = sumPool(averagePool2(narrow));
      return tf.reshape(this.linear.call(features, ctx), [-1]);
    });
  }
}

const shape: [number, number, number, number] = [2, 4, 4, 2];
const size = shape.reduce((a, b) => a * b, 1);

/** Of a seed for which no maximum of attention's pooling changes place within the differences' reach. */
function scene(random: RandomStream, draws: readonly Draw[]): ToyStep {
  return new ToyStep({
    network: 'discriminator',
    discriminator: new SmoothDiscriminator(random),
    generator: new ToyGenerator({ height: 4, width: 4, channels: 2 }, 1, 2, RandomStream.create(1, 'unused')),
    real: tf.tensor4d(random.normals(size), shape),
    fake: tf.tensor4d(random.normals(size), shape),
    realLabels: tf.tensor1d([0, 0], 'int32'),
    fakeLabels: tf.tensor1d([0, 0], 'int32'),
    z: tf.zeros([2, 2]),
    draws,
  });
}

/** As smooth, with class-blind batch norm over the batch's own statistics, upsampling within the convolution, and tanh. */
class SmoothGenerator implements Generator {
  readonly latentSize = 3;
  readonly classes = 1;
  readonly imageShape = { height: 4, width: 4, channels: 2 };
  readonly children: Readonly<Record<string, LayerNode>>;
  private readonly linear: Linear;
  private readonly batchNorm = new BatchNorm(6);
  private readonly output: Conv2d;

  constructor(random: RandomStream) {
    const parameterization = parameterizationOf(random);
    const linear = (this.linear = new Linear(3, 24, parameterization));
    const output = (this.output = new Conv2d(6, 2, parameterization, { resample: 'up' }));
    this.children = { linear, batchNorm: this.batchNorm, output };
  }

  generate(z: tf.Tensor2D, _y: ClassLabels, ctx: CallContext): tf.Tensor4D {
    return tf.tidy(() => {
      const h = tf.reshape(this.linear.call(z, ctx), [-1, 2, 2, 6]) as tf.Tensor4D;
      return tanh(this.output.call(tf.softplus(this.batchNorm.call(h, ctx)), ctx));
    });
  }
}

const lengthOf = (vector: readonly Float32Array[]): number =>
  Math.sqrt(vector.reduce((sum, part) => sum + part.reduce((s, value) => s + value * value, 0), 0));

/**
 * The derivative of a penalty along a direction of all weights, by tfjs and by five-point differences. The direction is
 * half the gradient's own, so that the derivative stands out of rounding, and half a random one of the same length.
 */
function derivatives(
  regularizer: Pick<Regularizer, 'penalty'>,
  step: ToyStep,
  random: RandomStream,
): { analytic: number; numeric: number; norm: number } {
  const variables = Object.values(step.weights);
  const penalty = (): tf.Scalar => regularizer.penalty(step.renew());
  const gradients = tf.tidy(() => {
    const { grads } = tf.variableGrads(penalty, variables);
    return variables.map(({ name, size }) => {
      const found = grads[name] as tf.Tensor | null;
      return found ? Float32Array.from(found.dataSync()) : new Float32Array(size);
    });
  });
  const norm = lengthOf(gradients);
  const drawn = variables.map((variable) => random.normals(variable.size));
  const drawnLength = lengthOf(drawn);
  const direction = gradients.map((part, i) =>
    part.map((value, j) => value / norm + drawn[i]![j]! / drawnLength),
  );
  const analytic = gradients.reduce(
    (sum, part, i) => sum + part.reduce((s, value, j) => s + value * direction[i]![j]!, 0),
    0,
  );
  const origin = variables.map((variable) => Float32Array.from(variable.dataSync()));
  const at = (offset: number): number => {
    variables.forEach((variable, i) => {
      const moved = origin[i]!.map((value, j) => value + offset * direction[i]![j]!);
      tf.tidy(() => variable.assign(tf.tensor(moved, variable.shape)));
    });
    return tf.tidy(() => penalty().dataSync()[0]!);
  };
  const eps = 4e-3;
  const numeric = (8 * (at(eps) - at(-eps)) - (at(2 * eps) - at(-2 * eps))) / (12 * eps);
  at(0);
  return { analytic, numeric, norm };
}

describe.each<[string, Regularizer]>([
  ['R1', new R1Regularizer({ gamma: 20 })],
  ['R2', new R2Regularizer({ gamma: 20 })],
  ['gradient penalty', new GradientPenalty()],
  ['one-sided gradient penalty', new GradientPenalty({ oneSided: true, target: 0 })],
  ['DRAGAN', new Dragan()],
])('%s through attention, pooling, normalization and spectral norm', (_, regularizer) => {
  test('has the gradient that differences show', () => {
    const random = RandomStream.create(4, 'penalties');
    const step = scene(random, regularizer.draws?.('discriminator') ?? []);
    for (let direction = 0; direction < 3; direction++) {
      const { analytic, numeric, norm } = derivatives(regularizer, step, random);
      expect(norm).toBeGreaterThan(0.01);
      expect(Math.abs(analytic - numeric)).toBeLessThan(1e-3 * norm);
    }
  });
});

/** What LOGAN adds to a network's step: its logits at the moved latents, and the cost of the move. */
describe.each<NetworkName>(['discriminator', 'generator'])(
  'latent optimization through batch norm, upsampling and a whole discriminator, in the step of the %s',
  (network) => {
    test('has the gradient that differences show, the move moving with the weights', () => {
      const random = RandomStream.create(8, 'latents');
      const generator = new SmoothGenerator(random);
      const instance = new LatentOptimization({ bound: null, rate: 1, beta: 2 }).create({
        generator,
        prior: fromComponent(normalPrior).create(),
        random,
      } as unknown as ObjectiveSpec);
      const step = new ToyStep({
        network,
        discriminator: new SmoothDiscriminator(random),
        generator,
        real: tf.zeros(shape),
        realLabels: tf.tensor1d([0, 0], 'int32'),
        fakeLabels: tf.tensor1d([0, 0], 'int32'),
        z: tf.tensor2d(random.normals(6), [2, 3]),
        draws: instance.draws!(network),
      });
      const loss = (): tf.Scalar => {
        const moved = instance.changeLatents!(step);
        const { logits } = step.real.judge(step.generate(moved));
        return logits.mean().add(instance[network]!(step)['move']!) as tf.Scalar;
      };
      for (let direction = 0; direction < 3; direction++) {
        const { analytic, numeric, norm } = derivatives({ penalty: loss }, step, random);
        expect(norm).toBeGreaterThan(0.01);
        expect(Math.abs(analytic - numeric)).toBeLessThan(1e-3 * norm);
      }
    });
  },
);
