import * as tf from '@tensorflow/tfjs';
import {
  defineComponent,
  type CallContext,
  type Discriminator,
  type DiscriminatorFeatures,
  type DiscriminatorMaps,
  type ImageShape,
  type Layer,
  type LayerNode,
} from '@ganymede/core';
import {
  BatchNorm,
  Conv2d,
  Linear,
  SkipLayerExcitation,
  StridedConv2d,
  TwoPathDownBlock,
  type Parameterization,
} from '@ganymede/layers';
import { everySecond, leakyRelu, windowMeans } from '@ganymede/ops';
import { z } from 'zod';
import { ClassHead, projectionOption } from './class-head.js';
import {
  fastGanArchitecture,
  fastGanOptions,
  levelNode,
  wholeChannels,
  type FastGanLevel,
} from './fastgan-architecture.js';
import { list, parameterizationOf, type NetworkSpec } from './network-parts.js';

export const fastGanDiscriminatorOptions = z
  .strictObject({
    ...fastGanOptions,
    ...projectionOption,
    batchNorm: z
      .boolean()
      .default(true)
      .describe('normalize over the batch; false for penalties on the gradient of single images'),
  })
  .omit({ attention: true, fusedScale: true });
export type FastGanDiscriminatorOptions = z.output<typeof fastGanDiscriminatorOptions>;

/** A convolution, a normalization where there is one, and a leaky ReLU. */
interface Stage {
  readonly conv: Layer<tf.Tensor4D, tf.Tensor4D>;
  readonly norm: BatchNorm | null;
}

const stageNode = ({ conv, norm }: Stage): LayerNode => ({ children: { conv, ...(norm && { norm }) } });

/** Halvings between the two maps of an excitation: from 256 to 32 pixels, 128 to 16, 64 to 8. */
const skipped = 3;

/**
 * FastGAN's discriminator (arXiv:2101.04775, section 3.2 and figure 4): blocks of two paths that halve the size down to 8x8, whose
 * channels the maps three levels above weigh (skip-layer excitation), and a second, narrower path over the image at half the size.
 * Both end in a 4x4 convolution, whose logits are averaged over its 5x5 positions. Every convolution has spectral norm, every one
 * inside batch norm. It shows three maps, from which the objective `reconstruction` learns to make the image again.
 *
 * After the same code as {@link FastGanGenerator}; at 256 pixels it is that network over one image. With more than one class, the
 * product of the last maps with an embedding of the class is added (arXiv:1802.05637). Differs from the code in that a loss sees
 * the mean of an image's logits, where that code's hinge is averaged over positions, and that of a generated image the second path
 * sees every second pixel, as it does of a real one, where that code's G makes it a second image.
 */
export class FastGanDiscriminator implements Discriminator {
  readonly children: Readonly<Record<string, LayerNode>>;
  readonly features: DiscriminatorFeatures;
  private readonly fromImage: Conv2d;
  private readonly levels: readonly FastGanLevel<TwoPathDownBlock>[];
  private readonly last: Stage;
  private readonly small: readonly Stage[];
  /** Height and width of a logit's kernel: as of the base. */
  private readonly kernel: readonly [number, number];

  /** @throws UNSUPPORTED_RESOLUTION */
  constructor({ imageShape, classes, random }: NetworkSpec, options: FastGanDiscriminatorOptions) {
    const { channels, batchNorm, batchNormEps: epsilon } = options;
    const { base, channelsAt } = fastGanArchitecture('discriminator', imageShape, channels);
    const parameterization = parameterizationOf(options, random);
    const norm = batchNorm ? (width: number): BatchNorm => new BatchNorm(width, { epsilon }) : null;
    const top = base.doublings;
    this.kernel = [base.height, base.width];
    this.fromImage = new Conv2d(imageShape.channels, channelsAt(top), parameterization, { bias: false });
    this.levels = Array.from({ length: top - 1 }, (_, above): FastGanLevel<TwoPathDownBlock> => {
      const [level, width] = [top - 1 - above, channelsAt(top - 1 - above)];
      const source = level + skipped;
      return {
        block: new TwoPathDownBlock(channelsAt(level + 1), width, parameterization, norm),
        excitation:
          source > top
            ? null
            : new SkipLayerExcitation(channelsAt(source), width, parameterization, this.kernel),
      };
    });
    const lastWidth = channelsAt(0);
    this.last = {
      conv: new Conv2d(channelsAt(1), lastWidth, parameterization, { kernelSize: 1, bias: false }),
      norm: norm?.(lastWidth) ?? null,
    };
    // Half as wide as the main path where that has as many pixels.
    const smallAt = (level: number): number => wholeChannels(channelsAt(level) / 2);
    this.small = Array.from({ length: top - 2 }, (_, i): Stage => {
      const [inputs, outputs] = [i === 0 ? imageShape.channels : smallAt(top - 1 - i), smallAt(top - 2 - i)];
      return {
        conv: new StridedConv2d(inputs, outputs, parameterization),
        norm: i === 0 ? null : (norm?.(outputs) ?? null),
      };
    });
    const area = base.height * base.width;
    const sizes = [area * lastWidth, area * smallAt(1)] as const;
    const size = sizes[0] + sizes[1];
    const head = new ClassHead(
      {
        inputs: size,
        classes,
        projection: classes > 1 && options.projection,
        bias: false,
        linear: () => new TwoLinears(sizes, parameterization),
      },
      parameterization,
    );
    const mapAt = (level: number, width: number): ImageShape => ({
      height: base.height * 2 ** level,
      width: base.width * 2 ** level,
      channels: width,
    });
    this.features = {
      size,
      extract: (x, ctx) => tf.tidy(() => this.extract(x, ctx).features),
      logits: (features, y, ctx) => head.logits(features, y, ctx),
      maps: {
        shapes: {
          last: mapAt(1, channelsAt(1)),
          small: mapAt(1, smallAt(1)),
          middle: mapAt(2, channelsAt(2)),
        },
        extract: (x, ctx) => this.extract(x, ctx),
      },
    };
    this.children = {
      from_image: this.fromImage,
      blocks: list(this.levels.map(levelNode)),
      last: stageNode(this.last),
      small: list(this.small.map(stageNode)),
      ...head.children,
    };
  }

  discriminate(x: tf.Tensor4D, y: tf.Tensor1D, ctx: CallContext): tf.Tensor1D {
    return tf.tidy(() => this.features.logits(this.features.extract(x, ctx), y, ctx));
  }

  private extract(x: tf.Tensor4D, ctx: CallContext): ReturnType<DiscriminatorMaps['extract']> {
    const activated = (h: tf.Tensor4D, { conv, norm }: Stage): tf.Tensor4D => {
      const convolved = conv.call(h, ctx);
      return leakyRelu(norm?.call(convolved, ctx) ?? convolved);
    };
    return tf.tidy(() => {
      const maps = [leakyRelu(this.fromImage.call(x, ctx))];
      for (const [above, { block, excitation }] of this.levels.entries()) {
        const map = block.call(maps[above]!, ctx);
        maps.push(excitation?.call(maps[above + 1 - skipped]!, map, ctx) ?? map);
      }
      const [middle, last] = maps.slice(-2) as [tf.Tensor4D, tf.Tensor4D];
      const small = this.small.reduce(activated, everySecond(x));
      const ofLast = this.meansUnderKernel(activated(last, this.last));
      return {
        features: tf.concat2d([ofLast, this.meansUnderKernel(small)], 1),
        maps: { last, small, middle },
      };
    });
  }

  /** What each tap of the kernel meets on average over its places, [B, taps C]: the mean of its logits is linear in that. */
  private meansUnderKernel(map: tf.Tensor4D): tf.Tensor2D {
    const [height, width] = this.kernel;
    const means = windowMeans(map, map.shape[1] - height + 1, map.shape[2] - width + 1);
    return tf.reshape(means, [map.shape[0], -1]);
  }
}

/** The mean of two linear logits, each of its part of the features. */
class TwoLinears implements Layer<tf.Tensor2D, tf.Tensor2D> {
  readonly children: { readonly last: Linear; readonly small: Linear };

  constructor(
    private readonly sizes: readonly [last: number, small: number],
    parameterization: Parameterization,
  ) {
    const linear = (size: number): Linear => new Linear(size, 1, parameterization, { bias: false });
    this.children = { last: linear(sizes[0]), small: linear(sizes[1]) };
  }

  /** @param features - [B, both sizes]; @returns [B, 1] */
  call(features: tf.Tensor2D, ctx: CallContext): tf.Tensor2D {
    const [ofLast, ofSmall] = tf.split(features, [...this.sizes], 1) as [tf.Tensor2D, tf.Tensor2D];
    const { last, small } = this.children;
    return tf.mul(tf.add(last.call(ofLast, ctx), small.call(ofSmall, ctx)), 0.5);
  }
}

export const fastGanDiscriminator = defineComponent({
  slot: 'discriminator',
  id: 'fastgan',
  summary:
    'FastGAN discriminator: down-blocks of two paths, skip-layer excitation, and maps for self-supervision, 32 to 256 pixels.',
  cites: ['arXiv:2101.04775', 'github:odegeasslbc/FastGAN-pytorch'],
  options: fastGanDiscriminatorOptions,
  create: (options) => ({ create: (spec) => new FastGanDiscriminator(spec, options) }),
});
