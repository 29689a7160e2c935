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
  BottleneckDiscriminatorBlock,
  BottleneckGeneratorBlock,
  Conv2d,
  Dropout,
  Embedding,
  Linear,
  SelfAttention,
} from '@ganymede/layers';
import { relu, sumPool, tanh } from '@ganymede/ops';
import { z } from 'zod';
import { ClassHead, projectionOption } from './class-head.js';
import { architectureFor, attendsAt, levelOf } from './base-size.js';
import {
  conditionInputs,
  dropoutOption,
  list,
  networkOptions,
  classRows,
  parameterizationOf,
  type NetworkSpec,
} from './network-parts.js';
import { conditionalNorm, normalizationOptions, plainNorm } from './normalization.js';

/** Widths at the borders of the stages, in multiples of `channels`; a stage halves or doubles the size. */
const architectures = {
  32: { generator: [4, 4, 4, 4], discriminator: [4, 4, 4, 4], downsampled: 2 },
  64: { generator: [16, 16, 8, 4, 2], discriminator: [1, 2, 4, 8, 16], downsampled: 4 },
  128: { generator: [16, 16, 8, 4, 2, 1], discriminator: [1, 2, 4, 8, 16, 16], downsampled: 5 },
  256: { generator: [16, 16, 8, 8, 4, 2, 1], discriminator: [1, 2, 4, 8, 8, 16, 16], downsampled: 6 },
  512: { generator: [16, 16, 8, 8, 4, 2, 1, 1], discriminator: [1, 1, 2, 4, 8, 8, 16, 16], downsampled: 7 },
} as const;

const depth = z.int().positive().default(2).describe('residual blocks per resolution');
const channels = z
  .int()
  .positive()
  .default(128)
  .describe('width multiplier: channels of the widest maps are 4 or 16 times this');

export const bigganDeepGeneratorOptions = z.strictObject({
  ...networkOptions,
  ...normalizationOptions,
  channels,
  depth,
  latentSize: z.int().positive().default(128).describe('length of z, all of which every block sees'),
  sharedSize: z.int().positive().default(128).describe('length of the class embedding'),
  batchNormEps: z
    .number()
    .positive()
    .default(1e-5)
    .describe('added to variances in conditional normalization'),
  outputNormEps: z.number().positive().default(1e-5).describe('added to variances in the last normalization'),
});
export type BigGanDeepGeneratorOptions = z.output<typeof bigganDeepGeneratorOptions>;

export const bigganDeepDiscriminatorOptions = z
  .strictObject({ ...networkOptions, ...dropoutOption, ...projectionOption, channels, depth })
  .omit({ fusedScale: true });
export type BigGanDeepDiscriminatorOptions = z.output<typeof bigganDeepDiscriminatorOptions>;

type ImageLayer = Layer<tf.Tensor4D, tf.Tensor4D>;

/**
 * BigGAN-deep's generator (arXiv:1809.11096, appendix B, table 7), after BigGAN-PyTorch's `BigGANdeep.py`: bottleneck
 * blocks, `depth` to a resolution, of which the last upsamples and narrows. The class embedding and all of z, joined,
 * feed the first linear layer and condition every block.
 *
 * Differs from `BigGANdeep.py`, whose weights fit at its depth of 2, in that other depths work, and in the resolution
 * 512, whose widths are those of the released weights.
 */
export class BigGanDeepGenerator implements Generator {
  readonly latentSize: number;
  readonly latentInputs: readonly LatentInput[];
  readonly classes: number;
  readonly imageShape: ImageShape;
  readonly children: Readonly<Record<string, LayerNode>>;
  private readonly shared: Embedding;
  private readonly linear: Linear;
  private readonly layers: readonly ImageLayer[];
  private readonly outputNorm: ImageLayer;
  private readonly outputConv: Conv2d;
  /** Height, width and channels of the first map. */
  private readonly bottom: readonly [number, number, number];

  /** @throws UNSUPPORTED_RESOLUTION */
  constructor({ imageShape, classes, random }: NetworkSpec, options: BigGanDeepGeneratorOptions) {
    const { channels, depth, fusedScale, sharedSize } = options;
    const architecture = architectureFor('biggan-deep generator', imageShape, architectures);
    const parameterization = parameterizationOf(options, random);
    this.latentSize = options.latentSize;
    this.classes = classes;
    this.imageShape = imageShape;

    // As in BigGAN, the embedding has no spectral norm.
    this.shared = new Embedding(classes, sharedSize, { ...parameterization, spectralNorm: null });
    const conditionSize = sharedSize + this.latentSize;
    const affine = (width: number): Linear =>
      new Linear(conditionSize, width, parameterization, { bias: false });
    const normAndRelu = (width: number): ImageLayer =>
      conditionalNorm(options, width, affine, options.batchNormEps);

    const widths = architecture.generator.map((multiple) => multiple * channels);
    const { base } = architecture;
    this.bottom = [base.height, base.width, widths[0]!];
    this.linear = new Linear(conditionSize, base.height * base.width * widths[0]!, parameterization);
    const blocks: ImageLayer[][] = [];
    for (let stage = 0; stage + 1 < widths.length; stage++) {
      const inputs = widths[stage]!;
      const outputs = widths[stage + 1]!;
      for (let i = 0; i < depth; i++) {
        const upsample = i === depth - 1;
        const width = upsample ? outputs : inputs;
        blocks.push([
          new BottleneckGeneratorBlock(inputs, width, parameterization, normAndRelu, {
            upsample,
            fusedScale,
          }),
        ]);
      }
      if (options.attention.includes(levelOf(stage + 1)))
        blocks[blocks.length - 1]!.push(new SelfAttention(outputs, parameterization));
    }
    this.layers = blocks.flat();
    const last = widths[widths.length - 1]!;
    this.outputNorm = plainNorm(options, last, options.outputNormEps);
    this.outputConv = new Conv2d(last, imageShape.channels, parameterization);
    this.children = {
      shared: this.shared,
      linear: this.linear,
      blocks: list(blocks.map(list)),
      output_layer: { children: { 0: this.outputNorm, 2: this.outputConv } },
    };
    const rows = { row: sharedSize, start: 0, size: this.latentSize };
    this.latentInputs = [
      { weight: 'linear.weight', ...rows },
      ...blocks.flatMap((layers, i) => conditionInputs(`blocks.${i}`, list(layers), rows)),
    ];
  }

  generate(z: tf.Tensor2D, y: ClassLabels, ctx: CallContext): tf.Tensor4D {
    return tf.tidy(() => this.synthesize(z, this.embed(y, ctx), ctx));
  }

  /** Class conditions for {@link synthesize}, [B, sharedSize]. */
  embed(y: ClassLabels, ctx: CallContext): tf.Tensor2D {
    return tf.tidy(() => this.shared.call(classRows(y, this.classes), ctx));
  }

  /**
   * Images for conditions, which need not belong to one class: interpolating between two is how classes blend.
   *
   * @param z - [B, latentSize]
   * @param embedded - as {@link embed} gives them
   * @returns [B, H, W, C] in [-1, 1]
   */
  synthesize(z: tf.Tensor2D, embedded: tf.Tensor2D, ctx: CallContext): tf.Tensor4D {
    return tf.tidy(() => {
      const condition = tf.concat2d([embedded, z], 1);
      const conditioned: CallContext = { ...ctx, condition };
      const bottom = this.linear.call(condition, ctx);
      let h: tf.Tensor4D = tf.reshape(bottom, [-1, ...this.bottom]);
      for (const layer of this.layers) h = layer.call(h, conditioned);
      return tanh(this.outputConv.call(this.outputNorm.call(h, ctx), ctx));
    });
  }
}

/**
 * BigGAN-deep's projection discriminator (arXiv:1809.11096, appendix B, table 7), after BigGAN-PyTorch's
 * `BigGANdeep.py`: a 3x3 convolution, bottleneck blocks, `depth` to a resolution, of which the first downsamples and
 * widens; ReLU, sum over positions, linear logit plus projection.
 *
 * Differs as {@link BigGanDeepGenerator} does; attention follows the blocks whose output really has the listed
 * resolution, where `BigGANdeep.py` labels all of its 32-pixel discriminator 16; at 512 the widths are compare_gan's.
 */
export class BigGanDeepDiscriminator implements Discriminator {
  readonly children: Readonly<Record<string, LayerNode>>;
  private readonly inputConv: Conv2d;
  private readonly layers: readonly ImageLayer[];
  readonly noiseSize?: number;
  readonly features: DiscriminatorFeatures;
  private readonly dropout: Dropout;

  /** @throws UNSUPPORTED_RESOLUTION, ATTENTION_SIZE */
  constructor({ imageShape, classes, random }: NetworkSpec, options: BigGanDeepDiscriminatorOptions) {
    const architecture = architectureFor('biggan-deep discriminator', imageShape, architectures);
    const parameterization = parameterizationOf(options, random);
    const widths = architecture.discriminator.map((multiple) => multiple * options.channels);
    let inputs = widths[0]!;
    this.inputConv = new Conv2d(imageShape.channels, inputs, parameterization);
    let level = levelOf(architecture.base.doublings);
    const stages = widths.slice(1).map((outputs, stage) => {
      const layers: ImageLayer[] = [];
      for (let i = 0; i < options.depth; i++) {
        const downsample = i === 0 && stage < architecture.downsampled;
        if (downsample) level /= 2;
        layers.push(new BottleneckDiscriminatorBlock(inputs, outputs, parameterization, { downsample }));
        inputs = outputs;
      }
      if (attendsAt('biggan-deep discriminator', options.attention, level, architecture.base))
        layers.push(new SelfAttention(outputs, parameterization));
      return layers;
    });
    this.layers = stages.flat();
    this.dropout = new Dropout(options.dropout);
    if (options.dropout > 0) this.noiseSize = inputs;
    const head = new ClassHead({ inputs, classes, projection: options.projection }, parameterization);
    this.features = {
      size: inputs,
      extract: (x, ctx) => this.extract(x, ctx),
      logits: (features, y, ctx) => head.logits(features, y, ctx),
    };
    this.children = {
      input_conv: this.inputConv,
      blocks: list(stages.map(list)),
      ...head.children,
    };
  }

  discriminate(x: tf.Tensor4D, y: tf.Tensor1D, ctx: CallContext): tf.Tensor1D {
    return tf.tidy(() => this.features.logits(this.features.extract(x, ctx), y, ctx));
  }

  private extract(x: tf.Tensor4D, ctx: CallContext): tf.Tensor2D {
    return tf.tidy(() => {
      let h = this.inputConv.call(x, ctx);
      for (const layer of this.layers) h = layer.call(h, ctx);
      return this.dropout.call(sumPool(relu(h)), ctx);
    });
  }
}

export const bigganDeepGenerator = defineComponent({
  slot: 'generator',
  id: 'biggan-deep',
  summary: 'BigGAN-deep generator: bottleneck blocks without shortcut weights, 32 to 512 pixels.',
  cites: ['arXiv:1809.11096'],
  options: bigganDeepGeneratorOptions,
  create: (options) => ({ create: (spec) => new BigGanDeepGenerator(spec, options) }),
});

export const bigganDeepDiscriminator = defineComponent({
  slot: 'discriminator',
  id: 'biggan-deep',
  summary: 'BigGAN-deep projection discriminator with bottleneck blocks, 32 to 512 pixels.',
  cites: ['arXiv:1809.11096', 'arXiv:1802.05637'],
  options: bigganDeepDiscriminatorOptions,
  create: (options) => ({ create: (spec) => new BigGanDeepDiscriminator(spec, options) }),
});
