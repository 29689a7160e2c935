import type { ConfigDocument } from '../schema.js';

/** What R3GAN's configurations differ in: a branch of `train.py` at brownvc/R3GAN 19a7ddf, and its command in the README. */
export interface R3GanSettings {
  readonly resolution: number;
  /** Width of the widest stages, and pixels a side up to which stages have it. */
  readonly channels: number;
  readonly fullWidthTo: number;
  /** Channels of a group of the 3x3 convolutions: twice the width divided by the cardinality. */
  readonly groupChannels: number;
  /** Of R1 and R2 at the start; it falls to a tenth. */
  readonly gamma: number;
  /** Of the augmentation at the end. */
  readonly augmentation: number;
  /** Real images in which the average halves what it holds, at the end. */
  readonly halfLife: number;
  /** Real images until everything on a schedule has its last value. */
  readonly over: number;
  /** Images of one micro-batch: of one GPU there. No layer has batch statistics, so the share makes no difference. */
  readonly batchSize: number;
  readonly accumulation: number;
  /** Where training goes on after its schedules; without it, it ends with them. */
  readonly steps?: number;
}

/**
 * R3GAN's recipe (arXiv:2501.05441): the relativistic pairing loss with a fresh real batch in the generator's step, R1 and
 * R2 in every discriminator step through the augmentation, Adam without a first moment, and half a cosine, over a number of
 * real images, for learning rate, beta2, gamma, the probability of the augmentation and the half-life of the average.
 *
 * There, the stages of the highest three or four resolutions are bfloat16 whole; `precision` here has products of every
 * stage in bfloat16 with float32 sums, where that is fast. There, training goes on until it is stopped.
 */
export function r3ganConfig(settings: R3GanSettings): ConfigDocument {
  const { channels, fullWidthTo, groupChannels, gamma, over, batchSize, accumulation } = settings;
  const { steps = Math.ceil(over / (batchSize * accumulation)) } = settings;
  const cosine = (
    from: number,
    to: number,
  ): { from: number; to: number; over: number; curve: 'cosine'; unit: 'images' } => ({
    from,
    to,
    over,
    curve: 'cosine',
    unit: 'images',
  });
  const widths = { channels, fullWidthTo, blocks: 2, expansion: 2, groupChannels };
  const adam = { use: 'adam', beta1: 0, beta2: cosine(0.9, 0.99), epsilon: 1e-8 };
  const penalty = { gamma: cosine(gamma, gamma / 10), interval: 1 };
  return {
    precision: 'auto',
    data: { use: 'auto' },
    resolution: settings.resolution,
    flip: true,
    generator: { use: 'r3gan', ...widths, latentSize: 64, embeddingSize: 64 },
    discriminator: { use: 'r3gan', ...widths },
    loss: 'relativistic-pair',
    regularizers: [
      { use: 'r1', ...penalty },
      { use: 'r2', ...penalty },
    ],
    augmentation: {
      use: 'ada',
      probability: cosine(0, settings.augmentation),
      transforms: ['blit', 'geometry', 'color', 'cutout'],
      colorShare: 0.5,
    },
    prior: 'normal',
    generatorOptimizer: adam,
    discriminatorOptimizer: adam,
    learningRates: { generator: cosine(2e-4, 5e-5), discriminator: cosine(2e-4, 5e-5) },
    steps,
    batchSize,
    accumulation,
    discriminatorSteps: 1,
    ema: { start: 0, halfLife: cosine(0, settings.halfLife) },
    checkpoint: { every: 1000, keepLast: 2 },
    sample: { every: 1000, perClass: 8 },
    stabilizers: ['non-finite', 'spectrum', 'probe', 'collapse-guard'],
  };
}
