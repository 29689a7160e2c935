import { z } from 'zod';
import { runConfigSchema } from '@ganymede/config';
import type { ComponentChoice } from '@ganymede/core';

/** Documents may say `fid` for `{ use: fid }`; they are spelled out before they are parsed. */
const choice = z.looseObject({ use: z.string().min(1) }) as unknown as z.ZodType<
  ComponentChoice,
  ComponentChoice | string
>;

const settings = z
  .record(z.string().min(1), z.unknown())
  .describe('values by key of the config, as --set takes them: `generator.channels: 32`');

const cell = z.strictObject({
  name: z.string().min(1).describe('in tables, and of the folders of its runs'),
  set: settings.default({}),
});

const evaluation = z.strictObject({
  metrics: z
    .array(choice)
    .min(1)
    .optional()
    .describe("what is measured; each run's own `metrics` by default"),
  extractor: choice.optional().describe("feature extractor; each run's own by default"),
  samples: z.int().min(2).optional().describe("generated images; each run's `evaluate.samples` by default"),
  reference: choice.optional().describe('images to measure against; those trained on by default'),
  referenceSamples: z.int().min(2).optional().describe('images of the reference; all by default'),
  checkpoint: z
    .enum(['latest', 'best'])
    .default('latest')
    .describe('which of a run is measured; `best` needs `evaluate.every`'),
  ema: z.boolean().default(true).describe('weights of the moving average, where a run has one'),
  statistics: z.enum(['running', 'standing']).default('running').describe('of batch normalization'),
  truncation: choice.optional().describe('truncation of the latents; none by default'),
  precision: z.enum(['auto', 'float32', 'bfloat16']).optional().describe('of the extractor'),
  seed: z.int().min(0).default(0).describe('of latents, labels and subsets'),
});

/** A sweep as a file has it: a config, and what is changed in it from run to run. */
export const sweepSchema = z.strictObject({
  name: z
    .string()
    .regex(/^\w[\w.-]*$/, 'letters, digits, dots, dashes and underscores')
    .optional()
    .describe('of the sweep and of its folder, sweeps/<name>'),
  base: z
    .union([z.string().min(1), z.record(z.string(), z.unknown())])
    .default({})
    .describe('config that every run starts from: a document, or the path of a file'),
  set: settings.default({}).describe('laid over the base, by key'),
  plugins: runConfigSchema.shape.plugins.describe('besides those that the base names'),
  grid: z
    .record(z.string().min(1), z.array(z.unknown()).min(1))
    .optional()
    .describe('a run for every combination of values; keys that are joined by commas change together'),
  cells: z.array(cell).min(1).optional().describe('runs by name, each with its own changes'),
  rows: z
    .array(cell)
    .min(1)
    .optional()
    .describe('as `cells`, but each adds its changes to those of the rows above it'),
  seeds: z
    .union([z.int().min(1), z.array(z.int().min(0)).min(1)])
    .default(1)
    .describe("runs of each cell: how many, from the base's seed on, or their seeds"),
  equal: z
    .enum(['steps', 'images'])
    .default('steps')
    .describe(
      'what runs have in common: generator steps, or images that the discriminator sees, as many as in the base',
    ),
  evaluate: evaluation.nullable().prefault({}).describe('how every run is measured; null for not at all'),
});

/** What a user writes: every key may be left out. */
export type SweepDocument = z.input<typeof sweepSchema>;

/** The document with its defaults. */
export type SweepSpec = z.output<typeof sweepSchema>;

export type SweepEvaluation = NonNullable<SweepSpec['evaluate']>;
