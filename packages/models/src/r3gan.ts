import * as tf from '@tensorflow/tfjs';
import {
  defineComponent,
  GanymedeError,
  type CallContext,
  type ClassLabels,
  type Discriminator,
  type Generator,
  type ImageShape,
  type LatentInput,
  type Layer,
  type LayerNode,
} from '@ganymede/core';
import {
  Conv2d,
  DepthwiseHead,
  Embedding,
  FixupBlock,
  LearnedBasis,
  TentDownsample,
  TentUpsample,
  type Parameterization,
} from '@ganymede/layers';
import { heNormal } from '@ganymede/ops';
import { z } from 'zod';
import { baseSizeOf } from './base-size.js';
import { classRows, list, type NetworkSpec } from './network-parts.js';

const shared = {
  channels: z.int().positive().default(768).describe('width of the widest stages'),
  fullWidthTo: z
    .int()
    .min(4)
    .default(32)
    .describe('pixels a side up to which stages have the full width; it halves with each doubling beyond'),
  blocks: z.int().positive().default(2).describe('residual blocks of each stage'),
  expansion: z.int().positive().default(2).describe('width inside of blocks in multiples of the stage'),
  groupChannels: z
    .int()
    .positive()
    .default(16)
    .describe(
      'channels that see each other in grouped convolutions; divides the width inside of every block',
    ),
};

export const r3ganGeneratorOptions = z.strictObject({
  ...shared,
  latentSize: z.int().positive().default(64).describe('length of z'),
  embeddingSize: z.int().positive().default(64).describe("length of a class's embedding"),
});
export type R3GanGeneratorOptions = z.output<typeof r3ganGeneratorOptions>;

export const r3ganDiscriminatorOptions = z.strictObject(shared);
export type R3GanDiscriminatorOptions = z.output<typeof r3ganDiscriminatorOptions>;

type ImageLayer = Layer<tf.Tensor4D, tf.Tensor4D>;

/** One resolution, from the bottom up. */
interface Stage {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** The stages of images of a size: the shorter side of the lowest has 4 to 7 pixels, each next one twice as many. */
function stagesOf(what: string, shape: ImageShape, options: R3GanDiscriminatorOptions): readonly Stage[] {
  const { doublings, height, width } = baseSizeOf(what, shape, { least: 0 });
  const full = Math.floor(Math.log2(options.fullWidthTo / 4));
  return Array.from({ length: doublings + 1 }, (_, level) => {
    const channels = options.channels / 2 ** Math.max(0, level - full);
    if (!Number.isInteger(channels) || (channels * options.expansion) % options.groupChannels !== 0) {
      throw new GanymedeError(
        'R3GAN_WIDTH',
        `${what}: expected widths whose ${options.expansion}-fold is divisible by groups of ${options.groupChannels} channels, got ${channels} at stage ${level} of ${doublings + 1}`,
        { kind: 'usage', hint: 'Raise `channels` or `fullWidthTo`, or lower `groupChannels`.' },
      );
    }
    return { height: height * 2 ** level, width: width * 2 ** level, channels };
  });
}

/** He's standard deviation without the gain of an activation: no layer but those of blocks is followed by one. */
function plain(random: Parameterization['random'], gain = 1): Parameterization {
  return { initialize: heNormal(gain), spectralNorm: null, random };
}

function blocksOf(
  stage: Stage,
  stages: number,
  options: R3GanDiscriminatorOptions,
  random: Parameterization['random'],
): ImageLayer[] {
  const { blocks, expansion, groupChannels } = options;
  const networkBlocks = stages * blocks;
  return Array.from(
    { length: blocks },
    () => new FixupBlock(stage.channels, { random }, { expansion, groupChannels, networkBlocks }),
  );
}

/**
 * R3GAN's generator (arXiv:2501.05441, section 3): a learned 4x4 basis scaled by a linear function of z and the class's
 * embedding, stages of residual blocks without normalization, bilinear upsampling between them, a 1x1 convolution to
 * images. There is no tanh: images are about within [-1, 1], and whoever shows them clips them.
 *
 * Architecture and initialization after the authors' code (github:brownvc/R3GAN at 19a7ddf), which a fixture of it proves
 * (`tools/parity`). Widths are given by one number and where they begin to halve, as in each of its configurations.
 */
export class R3GanGenerator implements Generator {
  readonly latentSize: number;
  readonly latentInputs: readonly LatentInput[];
  readonly classes: number;
  readonly imageShape: ImageShape;
  readonly children: Readonly<Record<string, LayerNode>>;
  private readonly embedding: Embedding | null;
  private readonly basis: LearnedBasis;
  private readonly layers: readonly ImageLayer[];

  /** @throws UNSUPPORTED_RESOLUTION, R3GAN_WIDTH */
  constructor({ imageShape, classes, random }: NetworkSpec, options: R3GanGeneratorOptions) {
    const { latentSize, embeddingSize } = options;
    const stages = stagesOf('r3gan generator', imageShape, options);
    const parameterization = plain(random);
    this.latentSize = latentSize;
    this.latentInputs = [{ weight: 'basis.linear.weight', row: 0, start: 0, size: latentSize }];
    this.classes = classes;
    this.imageShape = imageShape;

    const [first] = stages as [Stage];
    const inputs = latentSize + (classes > 1 ? embeddingSize : 0);
    this.embedding = classes > 1 ? new Embedding(classes, embeddingSize, parameterization) : null;
    this.basis = new LearnedBasis(inputs, [first.height, first.width, first.channels], parameterization);
    const ofStages = stages.map((stage, level) => {
      const below = stages[level - 1];
      const up = below && new TentUpsample(below.channels, stage.channels, parameterization);
      return { up, blocks: blocksOf(stage, stages.length, options, random) };
    });
    const toImage = new Conv2d(stages.at(-1)!.channels, imageShape.channels, parameterization, {
      kernelSize: 1,
      bias: false,
    });
    this.layers = [...ofStages.flatMap(({ up, blocks }) => [...(up ? [up] : []), ...blocks]), toImage];
    this.children = {
      ...(this.embedding && { embedding: this.embedding }),
      basis: this.basis,
      stages: list(
        ofStages.map(({ up, blocks }) => ({ children: { ...(up && { up }), blocks: list(blocks) } })),
      ),
      to_image: toImage,
    };
  }

  /** @returns images [B, H, W, C], not bounded */
  generate(z: tf.Tensor2D, y: ClassLabels, ctx: CallContext): tf.Tensor4D {
    return tf.tidy(() => {
      const embedded = this.embedding?.call(classRows(y, this.classes), ctx);
      const start = embedded ? (tf.concat([z, embedded], 1) as tf.Tensor2D) : z;
      return this.layers.reduce((h, layer) => layer.call(h, ctx), this.basis.call(start, ctx));
    });
  }
}

/**
 * R3GAN's discriminator (arXiv:2501.05441, section 3), the generator's mirror image: a 1x1 convolution, stages of residual
 * blocks, the filter [1, 3, 3, 1] between them, a depthwise convolution of the whole last map and a linear layer, to a
 * logit or, with more than one class, to features whose product with the class's embedding is the logit.
 *
 * After the same code as {@link R3GanGenerator}.
 */
export class R3GanDiscriminator implements Discriminator {
  readonly children: Readonly<Record<string, LayerNode>>;
  private readonly layers: readonly ImageLayer[];
  private readonly head: DepthwiseHead;
  private readonly embedding: Embedding | null;
  private readonly classes: number;

  /** @throws UNSUPPORTED_RESOLUTION, R3GAN_WIDTH */
  constructor({ imageShape, classes, random }: NetworkSpec, options: R3GanDiscriminatorOptions) {
    const stages = [...stagesOf('r3gan discriminator', imageShape, options)].reverse();
    const parameterization = plain(random);
    this.classes = classes;
    const [first, last] = [stages[0]!, stages.at(-1)!];
    const features = classes > 1 ? first.channels : 1;
    const fromImage = new Conv2d(imageShape.channels, first.channels, parameterization, {
      kernelSize: 1,
      bias: false,
    });
    const ofStages = stages.map((stage, index) => {
      const next = stages[index + 1];
      return {
        blocks: blocksOf(stage, stages.length, options, random),
        down: next && new TentDownsample(stage.channels, next.channels, parameterization),
      };
    });
    this.head = new DepthwiseHead([last.height, last.width, last.channels], features, parameterization);
    this.embedding =
      classes > 1 ? new Embedding(classes, features, plain(random, 1 / Math.sqrt(features))) : null;
    this.layers = [
      fromImage,
      ...ofStages.flatMap(({ blocks, down }) => [...blocks, ...(down ? [down] : [])]),
    ];
    this.children = {
      from_image: fromImage,
      stages: list(
        ofStages.map(({ blocks, down }) => ({ children: { blocks: list(blocks), ...(down && { down }) } })),
      ),
      head: this.head,
      ...(this.embedding && { embedding: this.embedding }),
    };
  }

  discriminate(x: tf.Tensor4D, y: tf.Tensor1D, ctx: CallContext): tf.Tensor1D {
    return tf.tidy(() => {
      const map = this.layers.reduce((h, layer) => layer.call(h, ctx), x);
      const features = this.head.call(map, ctx); // [B, 1] or [B, C]
      if (!this.embedding) return tf.reshape(features, [-1]);
      const embedded = this.embedding.call(classRows(y, this.classes), ctx);
      return tf.sum(tf.mul(features, embedded), 1);
    });
  }
}

export const r3ganGenerator = defineComponent({
  slot: 'generator',
  id: 'r3gan',
  summary: 'R3GAN generator: residual blocks with grouped convolutions and no normalization.',
  cites: ['arXiv:2501.05441'],
  options: r3ganGeneratorOptions,
  create: (options) => ({ create: (spec) => new R3GanGenerator(spec, options) }),
});

export const r3ganDiscriminator = defineComponent({
  slot: 'discriminator',
  id: 'r3gan',
  summary: 'R3GAN discriminator: residual blocks with grouped convolutions and no normalization.',
  cites: ['arXiv:2501.05441'],
  options: r3ganDiscriminatorOptions,
  create: (options) => ({ create: (spec) => new R3GanDiscriminator(spec, options) }),
});
