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
  ConditionalBatchNorm,
  Conv2d,
  DiscriminatorBlock,
  Embedding,
  GeneratorBlock,
  Linear,
  SelfAttention,
} from '@ganymede/layers';
import { normal, relu, sumPool, tanh } from '@ganymede/ops';
import { z } from 'zod';
import { ClassHead, projectionOption } from './class-head.js';
import { architectureFor, attendsAt, levelOf } from './base-size.js';
import { initializations } from './initialization.js';
import {
  attentionDescription,
  list,
  networkOptions,
  classRows,
  parameterizationOf,
  type NetworkSpec,
} from './network-parts.js';

/** Width of each block's output in multiples of `channels`; the generator's input to its first block is `first` wide. */
const architectures = {
  32: { generator: [4, 4, 4], first: 4, discriminator: [2, 2, 2, 2], downsampled: 2 },
  64: { generator: [8, 4, 2, 1], first: 16, discriminator: [1, 2, 4, 8, 16], downsampled: 5 },
  128: { generator: [16, 8, 4, 2, 1], first: 16, discriminator: [1, 2, 4, 8, 16, 16], downsampled: 5 },
} as const;

const saganOptions = {
  ...networkOptions,
  channels: z
    .int()
    .positive()
    .default(64)
    .describe('width multiplier: channels of the widest maps are 16 times this'),
  attention: z.array(z.int().positive()).default([32]).describe(attentionDescription),
  initialization: z.enum(initializations).default('xavier').describe('first values of the weights'),
};

export const saganGeneratorOptions = z.strictObject({
  ...saganOptions,
  latentSize: z.int().positive().default(128).describe('length of z'),
  batchNormEps: z.number().positive().default(1e-5).describe('added to variances in batch norm'),
});
export type SaganGeneratorOptions = z.output<typeof saganGeneratorOptions>;

export const saganDiscriminatorOptions = z.strictObject({ ...saganOptions, ...projectionOption });
export type SaganDiscriminatorOptions = z.output<typeof saganDiscriminatorOptions>;

type ImageLayer = Layer<tf.Tensor4D, tf.Tensor4D>;

/**
 * SAGAN's generator (arXiv:1805.08318): a linear layer to 4x4, residual blocks that double the size with batch norm
 * conditioned on the class, self-attention at one resolution, batch norm, ReLU, 3x3 convolution, tanh; spectral norm on
 * every convolution and linear layer.
 *
 * After the authors' code (github:brain-research/self-attention-gan, `generator_test`, with attention at 32 pixels);
 * 32 pixels as in github:kwotsin/mimicry, 64 as its SNGAN. Differs in that the gains and biases of classes start near
 * 1 and 0 (N(0, 0.02) off, as mimicry's gains) and not there, where all classes are one; BigGAN-PyTorch, whose script
 * of that name has attention at 64 pixels, draws them by Xavier's rule.
 */
export class SaganGenerator implements Generator {
  readonly latentSize: number;
  readonly latentInputs: readonly LatentInput[];
  readonly classes: number;
  readonly imageShape: ImageShape;
  readonly children: Readonly<Record<string, LayerNode>>;
  private readonly linear: Linear;
  private readonly layers: readonly ImageLayer[];
  private readonly outputNorm: BatchNorm;
  private readonly outputConv: Conv2d;
  /** Height, width and channels of the first map. */
  private readonly bottom: readonly [number, number, number];

  /** @throws UNSUPPORTED_RESOLUTION */
  constructor({ imageShape, classes, random }: NetworkSpec, options: SaganGeneratorOptions) {
    const { channels, fusedScale, latentSize, batchNormEps: epsilon } = options;
    const architecture = architectureFor('sagan generator', imageShape, architectures);
    const parameterization = parameterizationOf(options, random);
    this.latentSize = latentSize;
    this.latentInputs = [{ weight: 'linear.weight', row: 0, start: 0, size: latentSize }];
    this.classes = classes;
    this.imageShape = imageShape;

    const affine = (width: number): Embedding =>
      new Embedding(classes, width, { initialize: normal(0.02), spectralNorm: null, random });
    const normAndRelu = (width: number): ConditionalBatchNorm =>
      new ConditionalBatchNorm(width, affine, { epsilon, relu: true });

    const { base } = architecture;
    let inputs = architecture.first * channels;
    this.bottom = [base.height, base.width, inputs];
    this.linear = new Linear(latentSize, base.height * base.width * inputs, parameterization);
    const stages = architecture.generator.map((multiple, i): ImageLayer[] => {
      const outputs = multiple * channels;
      const block = new GeneratorBlock(inputs, outputs, parameterization, normAndRelu, { fusedScale });
      inputs = outputs;
      return options.attention.includes(levelOf(i + 1))
        ? [block, new SelfAttention(outputs, parameterization)]
        : [block];
    });
    this.layers = stages.flat();
    this.outputNorm = new BatchNorm(inputs, { epsilon, relu: true });
    this.outputConv = new Conv2d(inputs, imageShape.channels, parameterization);
    this.children = {
      linear: this.linear,
      blocks: list(stages.map(list)),
      output_layer: { children: { 0: this.outputNorm, 2: this.outputConv } },
    };
  }

  generate(z: tf.Tensor2D, y: ClassLabels, ctx: CallContext): tf.Tensor4D {
    return tf.tidy(() => {
      const conditioned: CallContext = { ...ctx, condition: classRows(y, this.classes) };
      const bottom = this.linear.call(z, ctx);
      let h: tf.Tensor4D = tf.reshape(bottom, [-1, ...this.bottom]);
      for (const layer of this.layers) h = layer.call(h, conditioned);
      return tanh(this.outputConv.call(this.outputNorm.call(h, ctx), ctx));
    });
  }
}

/**
 * SAGAN's projection discriminator (arXiv:1805.08318): residual blocks with the hidden width of their output,
 * self-attention at one resolution, ReLU, sum over positions, a linear logit plus the product of the features with the
 * class's embedding; spectral norm on all of them. After the same code as {@link SaganGenerator}.
 */
export class SaganDiscriminator implements Discriminator {
  readonly children: Readonly<Record<string, LayerNode>>;
  private readonly layers: readonly ImageLayer[];
  readonly features: DiscriminatorFeatures;

  /** @throws UNSUPPORTED_RESOLUTION, ATTENTION_SIZE */
  constructor({ imageShape, classes, random }: NetworkSpec, options: SaganDiscriminatorOptions) {
    const architecture = architectureFor('sagan discriminator', imageShape, architectures);
    const parameterization = parameterizationOf(options, random);
    let inputs = imageShape.channels;
    let level = levelOf(architecture.base.doublings);
    const stages = architecture.discriminator.map((multiple, i): ImageLayer[] => {
      const outputs = multiple * options.channels;
      const downsample = i < architecture.downsampled;
      const block = new DiscriminatorBlock(inputs, outputs, parameterization, {
        preactivation: i > 0,
        downsample,
        fusedScale: options.fusedScale,
      });
      inputs = outputs;
      if (downsample) level /= 2;
      const attend =
        downsample && attendsAt('sagan discriminator', options.attention, level, architecture.base);
      return attend ? [block, new SelfAttention(outputs, parameterization)] : [block];
    });
    this.layers = stages.flat();
    const head = new ClassHead({ inputs, classes, projection: options.projection }, parameterization);
    this.features = {
      size: inputs,
      extract: (x, ctx) => this.extract(x, ctx),
      logits: (features, y, ctx) => head.logits(features, y, ctx),
    };
    this.children = {
      blocks: list(stages.map(list)),
      ...head.children,
    };
  }

  discriminate(x: tf.Tensor4D, y: tf.Tensor1D, ctx: CallContext): tf.Tensor1D {
    return tf.tidy(() => this.features.logits(this.features.extract(x, ctx), y, ctx));
  }

  private extract(x: tf.Tensor4D, ctx: CallContext): tf.Tensor2D {
    return tf.tidy(() => {
      let h = x;
      for (const layer of this.layers) h = layer.call(h, ctx);
      return sumPool(relu(h));
    });
  }
}

export const saganGenerator = defineComponent({
  slot: 'generator',
  id: 'sagan',
  summary: 'SAGAN generator: class-conditional residual network with self-attention, 32 to 128 pixels.',
  cites: ['arXiv:1805.08318'],
  options: saganGeneratorOptions,
  create: (options) => ({ create: (spec) => new SaganGenerator(spec, options) }),
});

export const saganDiscriminator = defineComponent({
  slot: 'discriminator',
  id: 'sagan',
  summary: 'SAGAN projection discriminator with spectral norm and self-attention, 32 to 128 pixels.',
  cites: ['arXiv:1805.08318', 'arXiv:1802.05637'],
  options: saganDiscriminatorOptions,
  create: (options) => ({ create: (spec) => new SaganDiscriminator(spec, options) }),
});
