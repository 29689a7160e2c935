import { resolutionOf, sidesOf, type ComponentChoice, type SlotName } from '@ganymede/core';
import { scheduled } from '@ganymede/core/scheduled-option';
import { z } from 'zod';

/** Where the config names components: the key, its slot, and whether it holds a list. */
export const componentKeys = {
  backend: { slot: 'backend', many: false },
  data: { slot: 'dataset', many: false },
  generator: { slot: 'generator', many: false },
  discriminator: { slot: 'discriminator', many: false },
  loss: { slot: 'loss', many: false },
  regularizers: { slot: 'regularizer', many: true },
  augmentation: { slot: 'augmentation', many: false },
  objectives: { slot: 'objective', many: true },
  prior: { slot: 'prior', many: false },
  generatorOptimizer: { slot: 'optimizer', many: false },
  discriminatorOptimizer: { slot: 'optimizer', many: false },
  schedule: { slot: 'schedule', many: false },
  stabilizers: { slot: 'stabilizer', many: true },
  reporters: { slot: 'reporter', many: true },
  metrics: { slot: 'metric', many: true },
  featureExtractor: { slot: 'featureExtractor', many: false },
} as const satisfies Record<string, { readonly slot: SlotName; readonly many: boolean }>;

export type ComponentKey = keyof typeof componentKeys;

export function isComponentKey(key: string): key is ComponentKey {
  return Object.hasOwn(componentKeys, key);
}

/** sigma_rel of the mean over the whole of training, 1/sqrt(12) rounded down; arXiv:2312.02696, equation 123. */
const longestSigmaRel = 0.288675;

/** Documents may say `hinge` for `{ use: hinge }`; they are normalised before they are parsed. */
const choice = z.looseObject({ use: z.string().min(1) }) as unknown as z.ZodType<
  ComponentChoice,
  ComponentChoice | string
>;
const count = (least: number): z.ZodInt => z.int().min(least);
const side = count(4);
/** A square is its side, however it was written: what is made of it is called the same. */
export const resolution = z
  .union([side, z.tuple([side, side])])
  .transform((given) => resolutionOf(sidesOf(given)));
const learningRate = scheduled(z.number().positive());

/**
 * Everything that decides what a run computes. Options of components are checked against the components that are
 * registered, not here.
 */
export const runConfigSchema = z.strictObject({
  name: z.string().min(1).optional().describe('name of the run and of its folder'),
  preset: z.string().min(1).optional().describe('a recipe that this config starts from'),
  seed: count(0).default(0).describe('of every random stream of the run'),
  backend: choice
    .default({ use: 'auto' })
    .describe('engine; auto takes tensorflow where its library is found, else wasm'),
  precision: z
    .enum(['auto', 'float32', 'bfloat16'])
    .default('float32')
    .describe(
      'of convolutions and matrix products; bfloat16 needs the tensorflow backend, auto takes it where it is the faster',
    ),
  resolution: resolution
    .prefault(32)
    .describe(
      'size that images are cropped and resized to: pixels a side, or [height, width]; has to be said of images that have a size of their own, here or by a preset',
    ),
  channels: z.literal([1, 3, 4]).default(3).describe('of the images: 1 grey, 3 RGB, 4 RGBA'),
  data: choice.default({ use: 'shapes' }).describe('training images'),
  strictData: z
    .boolean()
    .default(false)
    .describe('stop at the first file that cannot be used, instead of skipping it'),
  heldOut: count(0)
    .default(0)
    .describe('images, chosen at random, that are never trained on: what the probe looks at for overfitting'),
  selection: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe(
      'list of images that `ganymede data select` wrote: of those that are not held out, only these are trained on',
    ),
  flip: z.boolean().default(false).describe('mirror each real image with probability 1/2'),
  classExponent: z
    .number()
    .min(0)
    .max(1)
    .default(1)
    .describe('how often real images of a class come, as n^q of its n: 1 as the data has them, 0 evenly'),
  generator: choice.default({ use: 'biggan' }).describe('network that makes images'),
  discriminator: choice.default({ use: 'biggan' }).describe('network that tells real from fake'),
  init: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe('run, folder or file of weights that training begins with; their classes may be others'),
  freeze: z
    .strictObject({
      discriminatorBlocks: count(0)
        .default(0)
        .describe('blocks of the discriminator, from the image on, that stay as they are'),
    })
    .prefault({})
    .describe('weights that are not trained (FreezeD, arXiv:2002.10964)'),
  loss: choice.default({ use: 'hinge' }).describe('adversarial loss'),
  regularizers: z.array(choice).default([]).describe('terms that are added to a loss'),
  augmentation: choice
    .nullable()
    .default(null)
    .describe('changes real and fake images before the discriminator sees them; null for none'),
  objectives: z
    .array(choice)
    .default([])
    .describe('other training terms: consistency, heads over features, other latents or labels'),
  prior: choice.default({ use: 'normal' }).describe('distribution of latents in training'),
  generatorOptimizer: choice.default({ use: 'adam' }).describe("rule that moves the generator's weights"),
  discriminatorOptimizer: choice
    .default({ use: 'adam' })
    .describe("rule that moves the discriminator's weights"),
  learningRates: z
    .strictObject({
      generator: learningRate.default(2e-4),
      discriminator: learningRate.default(2e-4),
    })
    .prefault({})
    .describe(
      "per step, before the schedule's factor: a number, or `{ from, to, over, start, curve, unit }`",
    ),
  schedule: choice.default({ use: 'constant' }).describe('factor on both learning rates, by generator step'),
  steps: count(1).default(50_000).describe('generator steps of the whole run'),
  batchSize: count(1).default(64).describe('images in one micro-batch'),
  accumulation: count(1)
    .default(1)
    .describe('micro-batches whose gradients are averaged into one optimizer step'),
  discriminatorSteps: count(1).default(1).describe('discriminator steps for each generator step'),
  splitDiscriminator: z
    .boolean()
    .default(false)
    .describe('real and fake images in two passes of the discriminator: half the memory'),
  gradientExchange: z
    .enum(['float32', 'bfloat16'])
    .default('float32')
    .describe('what gradients are rounded to on their way between processes; bfloat16: half the bytes'),
  batchNormGroup: count(1)
    .nullable()
    .default(null)
    .describe('processes whose images make one set of batch statistics; null: all of them'),
  ema: z
    .strictObject({
      decay: scheduled(z.number().min(0).lt(1)).default(0.9999),
      start: count(0).default(1000).describe('generator step; before it the average is a copy'),
      halfLife: scheduled(z.number().min(0))
        .nullable()
        .default(null)
        .describe("real images in which a weight's share in the average halves, instead of `decay`"),
    })
    .nullable()
    .prefault({})
    .describe("moving average of the generator's weights; null for none"),
  posthocEma: z
    .strictObject({
      lengths: z
        .array(z.number().gt(0).max(longestSigmaRel))
        .min(2)
        .max(4)
        .default([0.05, 0.1])
        .describe('of the profiles that are tracked: sigma_rel, a share of training'),
      every: count(1).default(1000).describe('generator steps between two snapshots'),
      precision: z
        .enum(['float16', 'float32'])
        .default('float16')
        .describe('of matrices and kernels in the snapshots'),
    })
    .nullable()
    .default(null)
    .describe(
      'power-function averages with snapshots, from which an average of any length is rebuilt; null for none',
    ),
  checkpoint: z
    .strictObject({
      every: count(1).default(1000).describe('generator steps'),
      keepLast: count(1).default(2).describe('older checkpoints are deleted'),
    })
    .prefault({})
    .describe('when the run is saved, and what is kept'),
  sample: z
    .strictObject({
      every: count(1).default(500).describe('generator steps'),
      perClass: count(1).default(8).describe('images of each class on a sheet'),
    })
    .prefault({})
    .describe('sheets of images from the same latents'),
  log: z
    .strictObject({ every: count(1).default(10).describe('generator steps') })
    .prefault({})
    .describe('events in events.jsonl'),
  stabilizers: z.array(choice).default([]).describe('what watches the run and may stop or steer it'),
  reporters: z.array(choice).default([]).describe('where the events of the run go besides events.jsonl'),
  metrics: z
    .array(choice)
    .default([{ use: 'fid' }])
    .describe('what an evaluation measures'),
  featureExtractor: choice
    .default({ use: 'inception-v3' })
    .describe('network whose features metrics compare; numbers of two do not compare'),
  evaluate: z
    .strictObject({
      every: count(0).default(0).describe('generator steps between evaluations in training; 0 for none'),
      samples: count(2).default(10_000).describe('generated images'),
      best: z
        .string()
        .min(1)
        .nullable()
        .default(null)
        .describe('number by which the best checkpoint is kept; null for the first of the first metric'),
      precision: z
        .enum(['auto', 'float32', 'bfloat16'])
        .default('float32')
        .describe("of the extractor; part of the numbers' manifest"),
    })
    .prefault({})
    .describe('measurement during training, and what `evaluate` does unless it is told otherwise'),
  plugins: z
    .array(z.string().min(1))
    .default([])
    .describe("packages or paths; found from the config file's folder, then the current one"),
});

/** What a user or a preset writes: every key may be left out. */
export type ConfigDocument = z.input<typeof runConfigSchema>;

/** All keys, every component with all of its options. */
export type ResolvedConfig = z.output<typeof runConfigSchema>;
