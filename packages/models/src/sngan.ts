import * as tf from '@tensorflow/tfjs';
import {
  defineComponent,
  type CallContext,
  type ClassLabels,
  type Discriminator,
  type DiscriminatorFeatures,
  type Generator,
  type ImageShape,
  type LatentInput,
  type Layer,
  type LayerNode,
} from '@ganymede/core';
import {
  BatchNorm,
  Conv2d,
  DiscriminatorBlock,
  GeneratorBlock,
  Linear,
  type Parameterization,
} from '@ganymede/layers';
import { relu, scaled, sumPool, tanh, xavier, type Initializer } from '@ganymede/ops';
import { z } from 'zod';
import { ClassHead, projectionOption } from './class-head.js';
import { architectureFor, type BaseSize } from './base-size.js';
import { initializations } from './initialization.js';
import { list, networkOptions, classRows, parameterizationOf, type NetworkSpec } from './network-parts.js';
import { classBatchNorm } from './normalization.js';

/** Width of each block's output in multiples of `channels`, and the width of what the first linear layer makes. */
const architectures = {
  32: { first: 4, generator: [4, 4, 4], discriminator: [2, 2, 2, 2], downsampled: 2 },
  64: { first: 16, generator: [8, 4, 2, 1], discriminator: [1, 2, 4, 8, 16], downsampled: 5 },
  128: { first: 16, generator: [16, 8, 4, 2, 1], discriminator: [1, 2, 4, 8, 16, 16], downsampled: 5 },
  256: { first: 16, generator: [16, 8, 8, 4, 2, 1], discriminator: [1, 2, 4, 8, 8, 16, 16], downsampled: 6 },
} as const;

/** Of squares of 48 pixels, which the paper has for STL-10; other sizes have the widths of as many doublings. */
const stl10 = { first: 8, generator: [4, 2, 1], discriminator: [1, 2, 4, 8, 16], downsampled: 4 } as const;

type Architecture = (typeof architectures)[keyof typeof architectures] | typeof stl10;

function architectureOf(what: string, imageShape: ImageShape): Architecture & { readonly base: BaseSize } {
  const architecture = architectureFor<Architecture>(what, imageShape, architectures);
  const isStl10 = imageShape.height === 48 && imageShape.width === 48;
  return isStl10 ? { ...stl10, base: architecture.base } : architecture;
}

const channels = z
  .int()
  .positive()
  .default(64)
  .describe('width multiplier; the paper has 64 at every resolution');
const initialization = z.enum(initializations).default('xavier').describe('first values of the weights');

export const snganGeneratorOptions = z
  .strictObject({
    ...networkOptions,
    channels,
    initialization,
    spectralNorm: z
      .boolean()
      .default(false)
      .describe(
        'divide weights by their largest singular value; the paper does so in the discriminator alone',
      ),
    latentSize: z.int().positive().default(128).describe('length of z'),
    batchNormEps: z.number().positive().default(1e-5).describe('added to variances in batch norm'),
  })
  .omit({ attention: true });
export type SnganGeneratorOptions = z.output<typeof snganGeneratorOptions>;

export const snganDiscriminatorOptions = z
  .strictObject({
    ...networkOptions,
    ...projectionOption,
    channels,
    initialization,
    pooling: z
      .enum(['sum', 'mean'])
      .default('sum')
      .describe('of the last map over its positions; WGAN-GP has the mean'),
  })
  .omit({ attention: true });
export type SnganDiscriminatorOptions = z.output<typeof snganDiscriminatorOptions>;

type ImageLayer = Layer<tf.Tensor4D, tf.Tensor4D>;

/** Xavier, with a gain of sqrt(2) for the 3x3 convolutions of residual branches, which ReLUs follow. */
const residualXavier: Initializer = (shape, random) =>
  (shape[0] === 3 ? scaled(Math.SQRT2, xavier) : xavier)(shape, random);

/** How the blocks' weights come about; other layers have the network's own initialization. */
function residual(
  parameterization: Parameterization,
  { initialization }: { readonly initialization: string },
): Parameterization {
  return initialization === 'xavier' ? { ...parameterization, initialize: residualXavier } : parameterization;
}

/**
 * SNGAN's residual generator (arXiv:1802.05957, appendix B.4, tables 4 to 6): a linear layer, residual blocks that
 * double the size, batch norm, ReLU, 3x3 convolution, tanh; without spectral norm. With more than one class, batch norm
 * is conditional with a gain and bias a class, as in its successor with a projection discriminator (arXiv:1802.05637).
 *
 * Architecture and initialization after the authors' code (github:pfnet-research/sngan_projection) and, at 48 pixels,
 * github:kwotsin/mimicry. Differs from the authors' in that the biases of convolutions start as torch's do and not at 0,
 * that batch norm has an epsilon of 1e-5 where chainer's is 2e-5, and that the gains and biases of classes start near
 * 1 and 0 (N(0, 0.02) off, as mimicry's gains) and not there, where all classes are one.
 */
export class SnganGenerator implements Generator {
  readonly latentSize: number;
  readonly latentInputs: readonly LatentInput[];
  readonly classes: number;
  readonly imageShape: ImageShape;
  readonly children: Readonly<Record<string, LayerNode>>;
  private readonly linear: Linear;
  private readonly blocks: readonly ImageLayer[];
  private readonly outputNorm: BatchNorm;
  private readonly outputConv: Conv2d;
  /** Height, width and channels of the first map. */
  private readonly bottom: readonly [number, number, number];

  /** @throws UNSUPPORTED_RESOLUTION */
  constructor({ imageShape, classes, random }: NetworkSpec, options: SnganGeneratorOptions) {
    const { channels, fusedScale, latentSize, batchNormEps: epsilon } = options;
    const architecture = architectureOf('sngan generator', imageShape);
    const parameterization = parameterizationOf(options, random);
    this.latentSize = latentSize;
    this.latentInputs = [{ weight: 'linear.weight', row: 0, start: 0, size: latentSize }];
    this.classes = classes;
    this.imageShape = imageShape;

    const normAndRelu = classBatchNorm(classes, random, { epsilon, relu: true });

    const { base } = architecture;
    let inputs = architecture.first * channels;
    this.bottom = [base.height, base.width, inputs];
    this.linear = new Linear(latentSize, base.height * base.width * inputs, parameterization);
    const inBlocks = residual(parameterization, options);
    this.blocks = architecture.generator.map((multiple) => {
      const outputs = multiple * channels;
      const block = new GeneratorBlock(inputs, outputs, inBlocks, normAndRelu, { fusedScale });
      inputs = outputs;
      return block;
    });
    this.outputNorm = new BatchNorm(inputs, { epsilon, relu: true });
    this.outputConv = new Conv2d(inputs, imageShape.channels, parameterization);
    this.children = {
      linear: this.linear,
      blocks: list(this.blocks.map((block) => list([block]))),
      output_layer: { children: { 0: this.outputNorm, 2: this.outputConv } },
    };
  }

  generate(z: tf.Tensor2D, y: ClassLabels, ctx: CallContext): tf.Tensor4D {
    return tf.tidy(() => {
      const conditioned: CallContext = { ...ctx, condition: classRows(y, this.classes) };
      const start = this.linear.call(z, ctx);
      let h: tf.Tensor4D = tf.reshape(start, [-1, ...this.bottom]);
      for (const block of this.blocks) h = block.call(h, conditioned);
      return tanh(this.outputConv.call(this.outputNorm.call(h, ctx), ctx));
    });
  }
}

/**
 * SNGAN's residual discriminator with spectral norm (arXiv:1802.05957, appendix B.4): blocks whose hidden width is that
 * of their input (of the first: its output), ReLU, sum over positions, linear logit. With more than one class the product
 * of the features with the class's embedding is added (arXiv:1802.05637).
 *
 * After the same code as {@link SnganGenerator}; the last layer has a bias at every resolution, which the authors' has
 * not at 32 pixels.
 */
export class SnganDiscriminator implements Discriminator {
  readonly children: Readonly<Record<string, LayerNode>>;
  private readonly blocks: readonly ImageLayer[];
  readonly features: DiscriminatorFeatures;
  private readonly pooling: SnganDiscriminatorOptions['pooling'];

  /** @throws UNSUPPORTED_RESOLUTION */
  constructor({ imageShape, classes, random }: NetworkSpec, options: SnganDiscriminatorOptions) {
    const architecture = architectureOf('sngan discriminator', imageShape);
    const parameterization = parameterizationOf(options, random);
    this.pooling = options.pooling;
    let inputs = imageShape.channels;
    const inBlocks = residual(parameterization, options);
    this.blocks = architecture.discriminator.map((multiple, i) => {
      const outputs = multiple * options.channels;
      const block = new DiscriminatorBlock(inputs, outputs, inBlocks, {
        preactivation: i > 0,
        downsample: i < architecture.downsampled,
        wide: i === 0,
        fusedScale: options.fusedScale,
      });
      inputs = outputs;
      return block;
    });
    const head = new ClassHead(
      { inputs, classes, projection: classes > 1 && options.projection },
      parameterization,
    );
    this.features = {
      size: inputs,
      extract: (x, ctx) => this.extract(x, ctx),
      logits: (features, y, ctx) => head.logits(features, y, ctx),
    };
    this.children = {
      blocks: list(this.blocks.map((block) => list([block]))),
      ...head.children,
    };
  }

  discriminate(x: tf.Tensor4D, y: tf.Tensor1D, ctx: CallContext): tf.Tensor1D {
    return tf.tidy(() => this.features.logits(this.features.extract(x, ctx), y, ctx));
  }

  private extract(x: tf.Tensor4D, ctx: CallContext): tf.Tensor2D {
    return tf.tidy(() => {
      let h = x;
      for (const block of this.blocks) h = block.call(h, ctx);
      const sums = sumPool(relu(h));
      return this.pooling === 'sum' ? sums : tf.div(sums, h.shape[1] * h.shape[2]);
    });
  }
}

export const snganGenerator = defineComponent({
  slot: 'generator',
  id: 'sngan',
  summary: 'SNGAN residual generator, conditional where there are classes, 32 to 256 pixels.',
  cites: ['arXiv:1802.05957', 'arXiv:1802.05637'],
  options: snganGeneratorOptions,
  create: (options) => ({ create: (spec) => new SnganGenerator(spec, options) }),
});

export const snganDiscriminator = defineComponent({
  slot: 'discriminator',
  id: 'sngan',
  summary:
    'SNGAN residual discriminator with spectral norm, projecting where there are classes, 32 to 256 pixels.',
  cites: ['arXiv:1802.05957', 'arXiv:1802.05637'],
  options: snganDiscriminatorOptions,
  create: (options) => ({ create: (spec) => new SnganDiscriminator(spec, options) }),
});
