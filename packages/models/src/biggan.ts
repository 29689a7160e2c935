import * as tf from '@tensorflow/tfjs';
import {
  defineComponent,
  GanymedeError,
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
  Conv2d,
  DiscriminatorBlock,
  Dropout,
  Embedding,
  GeneratorBlock,
  Linear,
  SelfAttention,
  type Parameterization,
} from '@ganymede/layers';
import { relu, sumPool, tanh } from '@ganymede/ops';
import { z } from 'zod';
import { ClassHead, projectionOption } from './class-head.js';
import { attendsAt, levelOf } from './base-size.js';
import { architectureOf } from './biggan-architectures.js';
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

export const bigganGeneratorOptions = z.strictObject({
  ...networkOptions,
  ...normalizationOptions,
  latentSize: z
    .int()
    .positive()
    .default(120)
    .describe('length of z; with a hierarchical latent rounded down to a multiple of its chunks'),
  hierarchical: z.boolean().default(true).describe('give every block a chunk of z of its own'),
  sharedEmbedding: z
    .boolean()
    .default(true)
    .describe('one class embedding for all conditional batch norms, instead of one each'),
  sharedSize: z.int().positive().default(128).describe('length of the shared class embedding'),
  batchNormEps: z
    .number()
    .positive()
    .default(1e-5)
    .describe('added to variances in conditional normalization'),
});
export type BigGanGeneratorOptions = z.output<typeof bigganGeneratorOptions>;

export const bigganDiscriminatorOptions = z.strictObject({
  ...networkOptions,
  ...dropoutOption,
  ...projectionOption,
  wide: z
    .boolean()
    .default(true)
    .describe('hidden width of a block is that of its output (BigGAN, SAGAN) rather than its input (SNGAN)'),
});
export type BigGanDiscriminatorOptions = z.output<typeof bigganDiscriminatorOptions>;

type ImageLayer = Layer<tf.Tensor4D, tf.Tensor4D>;

/**
 * BigGAN's generator (arXiv:1809.11096, appendix B, table 4), after BigGAN-PyTorch's `BigGAN.py`: a linear layer to
 * 4x4 (to another base for images that are not square), residual blocks that double the size, batch norm, ReLU, 3x3 convolution, tanh. Every block's batch norms are
 * conditioned on the class (and, with a hierarchical latent, on the block's own chunk of z).
 *
 * Differs from it where the result is the same: NHWC; the shortcut's convolution runs before the upsampling.
 */
export class BigGanGenerator implements Generator {
  readonly latentSize: number;
  readonly latentInputs: readonly LatentInput[];
  readonly classes: number;
  readonly imageShape: ImageShape;
  readonly children: Readonly<Record<string, LayerNode>>;
  private readonly shared: Embedding | null;
  private readonly linear: Linear;
  private readonly stages: readonly (readonly ImageLayer[])[];
  private readonly outputNorm: ImageLayer;
  private readonly outputConv: Conv2d;
  /** Height, width and channels of the first map. */
  private readonly bottom: readonly [number, number, number];
  /** Length of a block's chunk of z; null where the latent is not hierarchical. */
  private readonly chunk: number | null;

  /** @throws UNSUPPORTED_RESOLUTION, LATENT_TOO_SMALL */
  constructor({ imageShape, classes, random }: NetworkSpec, options: BigGanGeneratorOptions) {
    const { channels, fusedScale } = options;
    const architecture = architectureOf('biggan generator', imageShape);
    const slots = architecture.generator.length + 1;
    const parameterization = parameterizationOf(options, random);
    if (options.hierarchical && options.latentSize < slots) {
      throw new GanymedeError(
        'LATENT_TOO_SMALL',
        `biggan generator: expected a latentSize of ${slots} or more for ${slots} chunks, got ${options.latentSize}`,
        { kind: 'usage' },
      );
    }
    this.chunk = options.hierarchical ? Math.floor(options.latentSize / slots) : null;
    this.latentSize = this.chunk === null ? options.latentSize : this.chunk * slots;
    this.classes = classes;
    this.imageShape = imageShape;

    // Spectral norm on G's class embedding "seems to randomly cripple G" (BigGAN.py): it has none.
    const plain: Parameterization = { ...parameterization, spectralNorm: null };
    this.shared = options.sharedEmbedding ? new Embedding(classes, options.sharedSize, plain) : null;
    const embeddedSize = (this.shared ? options.sharedSize : classes) + (this.chunk ?? 0);
    // Without a shared embedding and with chunks of z the condition is [one-hot, chunk], which an embedding matrix takes
    // as well as one-hot rows; BigGAN-PyTorch has no such combination.
    const affine = (width: number): Embedding | Linear =>
      this.shared
        ? new Linear(embeddedSize, width, parameterization, { bias: false })
        : new Embedding(embeddedSize, width, plain);
    const normAndRelu = (width: number): ImageLayer =>
      conditionalNorm(options, width, affine, options.batchNormEps);

    const { base } = architecture;
    let inputs = architecture.first * channels;
    this.bottom = [base.height, base.width, inputs];
    this.linear = new Linear(
      this.chunk ?? this.latentSize,
      base.height * base.width * inputs,
      parameterization,
    );
    this.stages = architecture.generator.map((multiple, i) => {
      const outputs = multiple * channels;
      const block = new GeneratorBlock(inputs, outputs, parameterization, normAndRelu, { fusedScale });
      inputs = outputs;
      return options.attention.includes(levelOf(i + 1))
        ? [block, new SelfAttention(outputs, parameterization)]
        : [block];
    });
    // The output norm keeps torch's default epsilon, whatever the conditional ones have, as in BigGAN.py.
    this.outputNorm = plainNorm(options, inputs, 1e-5);
    this.outputConv = new Conv2d(inputs, imageShape.channels, parameterization);
    this.children = {
      ...(this.shared && { shared: this.shared }),
      linear: this.linear,
      blocks: list(this.stages.map(list)),
      output_layer: { children: { 0: this.outputNorm, 2: this.outputConv } },
    };
    const { chunk } = this;
    this.latentInputs = [
      { weight: 'linear.weight', row: 0, start: 0, size: chunk ?? this.latentSize },
      ...(chunk === null
        ? []
        : this.stages.flatMap((layers, i) =>
            conditionInputs(`blocks.${i}`, list(layers), {
              row: embeddedSize - chunk,
              start: (i + 1) * chunk,
              size: chunk,
            }),
          )),
    ];
  }

  generate(z: tf.Tensor2D, y: ClassLabels, ctx: CallContext): tf.Tensor4D {
    return tf.tidy(() => this.synthesize(z, this.embed(y, ctx), ctx));
  }

  /** Class conditions for {@link synthesize}: [B, sharedSize], or one-hot rows without a shared embedding. */
  embed(y: ClassLabels, ctx: CallContext): tf.Tensor2D {
    return tf.tidy(() => {
      const rows = classRows(y, this.classes);
      return this.shared?.call(rows, ctx) ?? rows;
    });
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
      const chunks = this.chunk === null ? [z] : tf.split<tf.Tensor2D>(z, this.latentSize / this.chunk, 1);
      const bottom = this.linear.call(chunks[0]!, ctx);
      let h: tf.Tensor4D = tf.reshape(bottom, [-1, ...this.bottom]);
      this.stages.forEach((layers, i) => {
        const condition = this.chunk === null ? embedded : tf.concat2d([embedded, chunks[i + 1]!], 1);
        for (const layer of layers) h = layer.call(h, { ...ctx, condition });
      });
      return tanh(this.outputConv.call(this.outputNorm.call(h, ctx), ctx));
    });
  }
}

/**
 * BigGAN's projection discriminator (arXiv:1809.11096, appendix B, table 4; arXiv:1802.05637), after BigGAN-PyTorch's
 * `BigGAN.py`: residual blocks, ReLU, sum over positions, then a linear logit plus the product of the features with
 * the embedding of the class.
 *
 * Two differences: at 512 pixels, which BigGAN-PyTorch has no discriminator for, the widths are compare_gan's; and
 * attention follows the blocks whose output really has the listed resolution, where BigGAN-PyTorch labels all four
 * blocks of its 32-pixel discriminator 16.
 */
export class BigGanDiscriminator implements Discriminator {
  readonly children: Readonly<Record<string, LayerNode>>;
  private readonly stages: readonly (readonly ImageLayer[])[];
  readonly noiseSize?: number;
  readonly features: DiscriminatorFeatures;
  private readonly dropout: Dropout;

  /** @throws UNSUPPORTED_RESOLUTION, ATTENTION_SIZE */
  constructor({ imageShape, classes, random }: NetworkSpec, options: BigGanDiscriminatorOptions) {
    const { channels, wide, fusedScale } = options;
    const architecture = architectureOf('biggan discriminator', imageShape);
    const parameterization = parameterizationOf(options, random);
    let inputs = imageShape.channels;
    let level = levelOf(architecture.base.doublings);
    this.stages = architecture.discriminator.map((multiple, i) => {
      const outputs = multiple * channels;
      const downsample = i < architecture.downsampled;
      const block = new DiscriminatorBlock(inputs, outputs, parameterization, {
        preactivation: i > 0,
        downsample,
        wide,
        fusedScale,
      });
      inputs = outputs;
      if (downsample) level /= 2;
      return attendsAt('biggan discriminator', options.attention, level, architecture.base)
        ? [block, new SelfAttention(outputs, parameterization)]
        : [block];
    });
    this.dropout = new Dropout(options.dropout);
    if (options.dropout > 0) this.noiseSize = inputs;
    const head = new ClassHead({ inputs, classes, projection: options.projection }, parameterization);
    this.features = {
      size: inputs,
      extract: (x, ctx) => this.extract(x, ctx),
      logits: (features, y, ctx) => head.logits(features, y, ctx),
    };
    this.children = {
      blocks: list(this.stages.map(list)),
      ...head.children,
    };
  }

  discriminate(x: tf.Tensor4D, y: tf.Tensor1D, ctx: CallContext): tf.Tensor1D {
    return tf.tidy(() => this.features.logits(this.features.extract(x, ctx), y, ctx));
  }

  private extract(x: tf.Tensor4D, ctx: CallContext): tf.Tensor2D {
    return tf.tidy(() => {
      let h = x;
      for (const layers of this.stages) for (const layer of layers) h = layer.call(h, ctx);
      return this.dropout.call(sumPool(relu(h)), ctx);
    });
  }
}

export const bigganGenerator = defineComponent({
  slot: 'generator',
  id: 'biggan',
  summary: 'BigGAN generator: class-conditional residual network with self-attention, 32 to 512 pixels.',
  cites: ['arXiv:1809.11096'],
  options: bigganGeneratorOptions,
  create: (options) => ({ create: (spec) => new BigGanGenerator(spec, options) }),
});

export const bigganDiscriminator = defineComponent({
  slot: 'discriminator',
  id: 'biggan',
  summary: 'BigGAN projection discriminator with spectral norm and self-attention, 32 to 512 pixels.',
  cites: ['arXiv:1809.11096', 'arXiv:1802.05637'],
  options: bigganDiscriminatorOptions,
  create: (options) => ({ create: (spec) => new BigGanDiscriminator(spec, options) }),
});
