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
import { BatchNorm, Linear, StridedConv2d, TransposedConv2d, type Parameterization } from '@ganymede/layers';
import { leakyRelu, normal, tanh } from '@ganymede/ops';
import { z } from 'zod';
import { ClassHead, projectionOption } from './class-head.js';
import { baseSizeOf } from './base-size.js';
import { classRows, list, type NetworkSpec } from './network-parts.js';
import { classBatchNorm } from './normalization.js';

const shared = {
  channels: z
    .int()
    .positive()
    .default(64)
    .describe('width beside the image; it doubles with each halving of the size'),
  maxChannels: z.int().positive().default(512).describe('width beyond which it does not double'),
  batchNormEps: z.number().positive().default(1e-5).describe('added to variances in batch norm'),
};

export const dcganGeneratorOptions = z.strictObject({
  ...shared,
  latentSize: z.int().positive().default(100).describe('length of z'),
});
export type DcganGeneratorOptions = z.output<typeof dcganGeneratorOptions>;

export const dcganDiscriminatorOptions = z.strictObject({
  ...shared,
  ...projectionOption,
  batchNorm: z
    .boolean()
    .default(true)
    .describe('normalize over the batch; false for penalties on the gradient of single images'),
});
export type DcganDiscriminatorOptions = z.output<typeof dcganDiscriminatorOptions>;

type ImageLayer = Layer<tf.Tensor4D, tf.Tensor4D>;

/** Widths of the maps from the image down, and the size of the lowest, whose shorter side has 4 to 7 pixels. */
interface Pyramid {
  readonly widths: readonly number[];
  readonly height: number;
  readonly width: number;
}

function pyramidOf(
  what: string,
  shape: ImageShape,
  { channels, maxChannels }: { readonly channels: number; readonly maxChannels: number },
): Pyramid {
  const { doublings, height, width } = baseSizeOf(what, shape, { least: 1 });
  const widths = Array.from({ length: doublings }, (_, i) => Math.min(channels * 2 ** i, maxChannels));
  return { widths, height, width };
}

/** N(0, 0.02), as the paper has it; no layer has a bias. */
const parameterizationOf = (random: Parameterization['random']): Parameterization => ({
  initialize: normal(0.02),
  spectralNorm: null,
  random,
});

/**
 * DCGAN's generator (arXiv:1511.06434, section 3 and figure 1): a linear layer to a map of 4x4, transposed convolutions that
 * double the size, batch norm and ReLU before each, tanh. The paper is unconditional: with more than one class the gain and
 * bias of batch norm are conditional (a gain and bias a class, arXiv:1707.00683).
 *
 * Architecture after github:pytorch/examples (dcgan/main.py), whose first transposed convolution, of a 1x1 map, is the linear
 * layer. Differs from it in that gains start at 1, not N(1, 0.02).
 */
export class DcganGenerator implements Generator {
  readonly latentSize: number;
  readonly latentInputs: readonly LatentInput[];
  readonly classes: number;
  readonly imageShape: ImageShape;
  readonly children: Readonly<Record<string, LayerNode>>;
  private readonly linear: Linear;
  private readonly layers: readonly ImageLayer[];
  private readonly bottom: readonly [height: number, width: number, channels: number];

  /** @throws UNSUPPORTED_RESOLUTION */
  constructor({ imageShape, classes, random }: NetworkSpec, options: DcganGeneratorOptions) {
    const { latentSize, batchNormEps: epsilon } = options;
    const { widths, height, width } = pyramidOf('dcgan generator', imageShape, options);
    const parameterization = parameterizationOf(random);
    this.latentSize = latentSize;
    this.latentInputs = [{ weight: 'linear.weight', row: 0, start: 0, size: latentSize }];
    this.classes = classes;
    this.imageShape = imageShape;

    const normAndRelu = classBatchNorm(classes, random, { epsilon, relu: true });
    const upward = [...widths].reverse();
    this.bottom = [height, width, upward[0]!];
    this.linear = new Linear(latentSize, height * width * upward[0]!, parameterization, { bias: false });
    const stages = upward.map((inputs, i) => ({
      norm: normAndRelu(inputs),
      conv: new TransposedConv2d(inputs, upward[i + 1] ?? imageShape.channels, parameterization),
    }));
    this.layers = stages.flatMap(({ norm, conv }) => [norm, conv]);
    this.children = { linear: this.linear, stages: list(stages.map((children) => ({ children }))) };
  }

  generate(z: tf.Tensor2D, y: ClassLabels, ctx: CallContext): tf.Tensor4D {
    return tf.tidy(() => {
      const conditioned: CallContext = { ...ctx, condition: classRows(y, this.classes) };
      const start: tf.Tensor4D = tf.reshape(this.linear.call(z, ctx), [-1, ...this.bottom]);
      return tanh(this.layers.reduce((h, layer) => layer.call(h, conditioned), start));
    });
  }
}

/**
 * DCGAN's discriminator: 4x4 convolutions that halve the size, batch norm after each but the first, leaky ReLU of 0.2, a
 * linear logit of the whole last map. With more than one class, the product of that map with an embedding of the class is
 * added (arXiv:1802.05637).
 *
 * After the same code as {@link DcganGenerator}. That code shows D real and generated images apart, so that each have
 * statistics of their own: `splitDiscriminator: true` does so here.
 */
export class DcganDiscriminator implements Discriminator {
  readonly children: Readonly<Record<string, LayerNode>>;
  readonly features: DiscriminatorFeatures;
  private readonly stages: readonly { readonly conv: StridedConv2d; readonly norm?: BatchNorm }[];

  /** @throws UNSUPPORTED_RESOLUTION */
  constructor({ imageShape, classes, random }: NetworkSpec, options: DcganDiscriminatorOptions) {
    const { widths, height, width } = pyramidOf('dcgan discriminator', imageShape, options);
    const parameterization = parameterizationOf(random);
    this.stages = widths.map((outputs, i) => ({
      conv: new StridedConv2d(widths[i - 1] ?? imageShape.channels, outputs, parameterization),
      ...(i > 0 && options.batchNorm && { norm: new BatchNorm(outputs, { epsilon: options.batchNormEps }) }),
    }));
    const size = height * width * widths.at(-1)!;
    const head = new ClassHead(
      { inputs: size, classes, projection: classes > 1 && options.projection, bias: false },
      parameterization,
    );
    this.features = {
      size,
      extract: (x, ctx) => this.extract(x, ctx),
      logits: (features, y, ctx) => head.logits(features, y, ctx),
    };
    this.children = {
      stages: list(this.stages.map((children) => ({ children: { ...children } }))),
      ...head.children,
    };
  }

  discriminate(x: tf.Tensor4D, y: tf.Tensor1D, ctx: CallContext): tf.Tensor1D {
    return tf.tidy(() => this.features.logits(this.features.extract(x, ctx), y, ctx));
  }

  private extract(x: tf.Tensor4D, ctx: CallContext): tf.Tensor2D {
    return tf.tidy(() => {
      const map = this.stages.reduce((h, { conv, norm }) => {
        const convolved = conv.call(h, ctx);
        return leakyRelu(norm?.call(convolved, ctx) ?? convolved);
      }, x);
      return tf.reshape(map, [x.shape[0], -1]);
    });
  }
}

export const dcganGenerator = defineComponent({
  slot: 'generator',
  id: 'dcgan',
  summary: 'DCGAN generator: transposed convolutions with batch norm, conditional where there are classes.',
  cites: ['arXiv:1511.06434'],
  options: dcganGeneratorOptions,
  create: (options) => ({ create: (spec) => new DcganGenerator(spec, options) }),
});

export const dcganDiscriminator = defineComponent({
  slot: 'discriminator',
  id: 'dcgan',
  summary: 'DCGAN discriminator: strided convolutions with batch norm, projecting where there are classes.',
  cites: ['arXiv:1511.06434'],
  options: dcganDiscriminatorOptions,
  create: (options) => ({ create: (spec) => new DcganDiscriminator(spec, options) }),
});
