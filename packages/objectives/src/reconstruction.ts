import * as tf from '@tensorflow/tfjs';
import {
  defineComponent,
  GanymedeError,
  trainingCallOver,
  type ImageShape,
  type Objective,
  type ObjectiveSpec,
  type ObjectiveStep,
} from '@ganymede/core';
import { everySecond, normal } from '@ganymede/ops';
import { z } from 'zod';
import { variablesOf } from './head.js';
import { ImageDecoder, mostDoublings } from './image-decoder.js';

const reconstructionOptions = z.strictObject({
  weight: z.number().positive().default(1).describe('factor on each term'),
  distance: z
    .enum(['squared', 'absolute'])
    .default('squared')
    .describe("of pixels, whose mean a term is; lightweight-gan's is squared"),
  channels: z.int().positive().default(32).describe("width of a decoder's last block"),
});

/** What a decoder makes of a map. */
interface Decoded {
  readonly map: string;
  /** It sees one quadrant of the map, and has to make that quadrant of the image. */
  readonly isPart: boolean;
  /** How often the image, or its quadrant, is halved before the decoder's is held against it. */
  readonly halvings: number;
  readonly decoder: ImageDecoder;
}

/**
 * FastGAN's self-supervision of D (arXiv:2101.04775, section 3.2 and equation 4): small decoders learn, with D, to make a real image
 * again from D's maps, so that D keeps what it sees of it and does not go by a few patches of few images,
 *
 *     D: + weight * sum_m E d(decode_m(f_m(x)), T_m(x))
 *
 * x is the image as D sees it, augmented. From the maps of the lowest resolution T(x) is the whole image, from the others one quadrant
 * of it, and the decoder sees that quadrant of the map; images are halved until they have the decoder's size.
 *
 * The paper's d is perceptual (LPIPS), for which there are no weights here: it is the mean square, as in lightweight-gan
 * (github:lucidrains/lightweight-gan). The quadrant is drawn for each image, where the authors' code draws one for a batch. Decoders
 * and first weights are that code's (github:odegeasslbc/FastGAN-pytorch), but for the gains of batch norm, which start at 1.
 */
export class Reconstruction implements Objective {
  private readonly options: z.output<typeof reconstructionOptions>;

  constructor(options: z.input<typeof reconstructionOptions> = {}) {
    this.options = reconstructionOptions.parse(options);
  }

  /** @throws HEAD_WITHOUT_MAPS */
  create(spec: ObjectiveSpec): ReturnType<Objective['create']> {
    const all = this.decodedOf(spec);
    return {
      ...variablesOf(Object.fromEntries(all.map(({ map, decoder }) => [map, decoder]))),
      needs: ['maps'],
      draws: (network) =>
        network === 'discriminator' ? [{ stream: 'reconstruction', distribution: 'uniform', shape: [] }] : [],
      discriminator: (step) => Object.fromEntries(all.map((one) => [one.map, this.term(step, one)])),
    };
  }

  private decodedOf({ discriminator, generator, random }: ObjectiveSpec): readonly Decoded[] {
    const shapes = discriminator.features?.maps?.shapes;
    if (!shapes) throw withoutMaps();
    const { imageShape } = generator;
    const lowest = Math.min(...Object.values(shapes).map(({ height }) => height));
    const parameterization = {
      initialize: normal(0.02),
      spectralNorm: { powerIterations: 1, singularValues: 1, epsilon: 1e-12 },
      random,
    };
    return Object.entries(shapes).map(([map, shape]): Decoded => {
      // A quadrant of the map is to a quadrant of the image as the whole map to the whole image.
      const ratio = doublingsBetween(shape, imageShape);
      const doublings = Math.min(ratio, mostDoublings);
      const { channels } = this.options;
      return {
        map,
        isPart: shape.height > lowest,
        halvings: ratio - doublings,
        decoder: new ImageDecoder(
          shape.channels,
          { doublings, channels, outputs: imageShape.channels },
          parameterization,
        ),
      };
    });
  }

  private term(step: ObjectiveStep, { map, isPart, halvings, decoder }: Decoded): tf.Scalar {
    const { weight, distance } = this.options;
    return tf.tidy(() => {
      const cut = isPart ? (x: tf.Tensor4D) => quadrants(x, step.draw('reconstruction')) : null;
      const [seen, features] = [step.real.seen, step.real.maps[map]!];
      let target = cut?.(seen) ?? seen;
      for (let i = 0; i < halvings; i++) target = everySecond(target);
      const decoded = decoder.call(cut?.(features) ?? features, trainingCallOver(step.replicas));
      const difference = tf.sub(decoded, target);
      const each = distance === 'squared' ? tf.square(difference) : tf.abs(difference);
      return tf.mul(tf.mean(each), weight) as tf.Scalar;
    });
  }
}

/** How often a map's size is doubled until it is the image's, which it has to be a power of two times. */
function doublingsBetween(map: ImageShape, image: ImageShape): number {
  const doublings = Math.log2(image.height / map.height);
  if (Number.isInteger(doublings) && doublings >= 0 && map.width * 2 ** doublings === image.width)
    return doublings;
  throw new GanymedeError(
    'BAD_OPTION',
    `objective reconstruction: expected maps whose size is doubled to the image's ${image.height}x${image.width}, got ${map.height}x${map.width}`,
    { kind: 'usage' },
  );
}

/**
 * One quadrant of each image: those of the upper half, then of the lower, from the left, by which quarter of [0, 1) its number lies in.
 * @param x - [B, H, W, C], H and W even; @param drawn - uniform in [0, 1), [B]
 * @returns [B, H / 2, W / 2, C]
 */
export function quadrants(x: tf.Tensor4D, drawn: tf.Tensor): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const [rows, columns] = [height / 2, width / 2];
  const chosen = tf.reshape(tf.floor(tf.mul(drawn, 4)), [batch, 1, 1, 1]);
  const parts = [0, 1, 2, 3].map((index) => {
    const first: [number, number, number, number] = [
      0,
      index < 2 ? 0 : rows,
      index % 2 === 0 ? 0 : columns,
      0,
    ];
    const part = tf.slice4d(x, first, [batch, rows, columns, channels]);
    return tf.mul<tf.Tensor4D>(part, tf.cast(tf.equal(chosen, index), 'float32'));
  });
  return parts.reduce((sum, part) => tf.add(sum, part));
}

const withoutMaps = (): GanymedeError =>
  new GanymedeError(
    'HEAD_WITHOUT_MAPS',
    'objective reconstruction: expected a discriminator that shows its maps, got one that does not',
    {
      kind: 'usage',
      hint: 'Take `discriminator: fastgan`, which shows its maps, or leave the objective out.',
    },
  );

export const reconstruction = defineComponent({
  slot: 'objective',
  id: 'reconstruction',
  summary: "FastGAN's self-supervision: decoders make real images again from the discriminator's maps.",
  cites: ['arXiv:2101.04775', 'github:lucidrains/lightweight-gan'],
  options: reconstructionOptions,
  create: (options) => new Reconstruction(options),
});
