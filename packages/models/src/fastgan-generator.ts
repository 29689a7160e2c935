import * as tf from '@tensorflow/tfjs';
import {
  defineComponent,
  type CallContext,
  type ClassLabels,
  type Generator,
  type ImageShape,
  type LatentInput,
  type Layer,
  type LayerNode,
} from '@ganymede/core';
import { Conv2d, GluUpBlock, LatentToMap, SkipLayerExcitation } from '@ganymede/layers';
import { glu } from '@ganymede/ops';
import { z } from 'zod';
import { fastGanArchitecture, fastGanOptions, levelNode, type FastGanLevel } from './fastgan-architecture.js';
import { classRows, list, parameterizationOf, type NetworkSpec } from './network-parts.js';
import { classBatchNorm } from './normalization.js';

export const fastGanGeneratorOptions = z
  .strictObject({
    ...fastGanOptions,
    latentSize: z.int().positive().default(256).describe('length of z'),
  })
  .omit({ attention: true });
export type FastGanGeneratorOptions = z.output<typeof fastGanGeneratorOptions>;

type ImageLayer = Layer<tf.Tensor4D, tf.Tensor4D>;

/** Doublings between the two maps of an excitation: from 4 to 64 pixels, 8 to 128, 16 to 256. */
const skipped = 4;

/**
 * FastGAN's generator (arXiv:2101.04775, section 3.1 and figure 3): a linear map of z to 4x4, blocks that double the size with
 * batch norm and gated linear units, of two convolutions and of one in turn, and skip-layer excitation: the maps of 4, 8 and 16
 * pixels weigh the channels of those of 64, 128 and 256. At 64 pixels one excitation is left, at 32 none. Every convolution has
 * spectral norm. There is no tanh, as in the authors' code below 1024 pixels: images are about within [-1, 1], and whoever shows
 * them clips them.
 *
 * Architecture and initialization after that code (github:odegeasslbc/FastGAN-pytorch). The paper is unconditional: with more than
 * one class the gain and bias of batch norm are conditional (a gain and bias a class, arXiv:1707.00683). Differs from the code in
 * that nothing is random but z, that it makes no second image of 128 pixels, and that gains of batch norm start at 1, not at
 * N(1, 0.02).
 */
export class FastGanGenerator implements Generator {
  readonly latentSize: number;
  readonly latentInputs: readonly LatentInput[];
  readonly classes: number;
  readonly imageShape: ImageShape;
  readonly children: Readonly<Record<string, LayerNode>>;
  private readonly first: LatentToMap;
  private readonly firstNorm: ImageLayer;
  private readonly levels: readonly FastGanLevel<GluUpBlock>[];
  private readonly toImage: Conv2d;

  /** @throws UNSUPPORTED_RESOLUTION */
  constructor({ imageShape, classes, random }: NetworkSpec, options: FastGanGeneratorOptions) {
    const { channels, fusedScale, latentSize, batchNormEps: epsilon } = options;
    const { base, channelsAt } = fastGanArchitecture('generator', imageShape, channels);
    const parameterization = parameterizationOf(options, random);
    this.latentSize = latentSize;
    this.latentInputs = [{ weight: 'first.weight', row: 0, start: 0, size: latentSize }];
    this.classes = classes;
    this.imageShape = imageShape;

    const norm = classBatchNorm(classes, random, { epsilon });
    this.first = new LatentToMap(latentSize, [base.height, base.width, 2 * channelsAt(0)], parameterization);
    this.firstNorm = norm(2 * channelsAt(0));
    this.levels = Array.from({ length: base.doublings }, (_, below): FastGanLevel<GluUpBlock> => {
      const level = below + 1;
      const source = level - skipped;
      return {
        block: new GluUpBlock(channelsAt(below), channelsAt(level), parameterization, norm, {
          convolutions: level % 2 === 1 ? 2 : 1,
          fusedScale,
        }),
        excitation:
          source < 0
            ? null
            : new SkipLayerExcitation(channelsAt(source), channelsAt(level), parameterization, [
                base.height,
                base.width,
              ]),
      };
    });
    this.toImage = new Conv2d(channelsAt(base.doublings), imageShape.channels, parameterization, {
      bias: false,
    });
    this.children = {
      first: this.first,
      first_norm: this.firstNorm,
      blocks: list(this.levels.map(levelNode)),
      to_image: this.toImage,
    };
  }

  /** @returns images [B, H, W, C], not bounded */
  generate(z: tf.Tensor2D, y: ClassLabels, ctx: CallContext): tf.Tensor4D {
    return tf.tidy(() => {
      const conditioned: CallContext = { ...ctx, condition: classRows(y, this.classes) };
      const maps = [glu(this.firstNorm.call(this.first.call(z, ctx), conditioned))];
      for (const [below, { block, excitation }] of this.levels.entries()) {
        const map = block.call(maps[below]!, conditioned);
        maps.push(excitation?.call(maps[below + 1 - skipped]!, map, ctx) ?? map);
      }
      return this.toImage.call(maps.at(-1)!, ctx);
    });
  }
}

export const fastGanGenerator = defineComponent({
  slot: 'generator',
  id: 'fastgan',
  summary: 'FastGAN generator: gated up-blocks and skip-layer excitation, for few images, 32 to 256 pixels.',
  cites: ['arXiv:2101.04775', 'github:odegeasslbc/FastGAN-pytorch'],
  options: fastGanGeneratorOptions,
  create: (options) => ({ create: (spec) => new FastGanGenerator(spec, options) }),
});
