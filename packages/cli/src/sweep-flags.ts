import { Flags } from '@oclif/core';
import { GanymedeError } from '@ganymede/core';
import type * as Toolkit from '@ganymede/toolkit';
import { measureFlags } from './measure-flags.js';
import { parseInteger } from './parse-number.js';
import type { ImagesReader } from './images-at.js';
import { assignmentsOf, type FlagReaders } from './run-flags.js';

const value = (description: string, helpValue: string) => Flags.string({ description, helpValue });
const repeated = (description: string, helpValue: string) =>
  Flags.string({ description, helpValue, multiple: true, multipleNonGreedy: true });

/** What a sweep is made of, for those who write no file. */
export const sweepFlags = {
  grid: repeated(
    'an axis: values by key, e.g. --grid batchSize=16,64; keys joined by commas change together',
    '<key=values>',
  ),
  seeds: value('how many runs each cell has, or their seeds, separated by commas', '<n>'),
  equal: Flags.string({
    description: 'what runs have in common: generator steps, or images that the discriminator sees',
    options: ['steps', 'images'],
  }),
};

const { metrics, extractor, weights, resizer, precision } = measureFlags;

/** How the runs are measured; what is absent is the config's. */
export const sweepMeasureFlags = {
  metrics,
  extractor,
  weights,
  resizer,
  'extractor-precision': precision,
  samples: value('generated images of each evaluation', '<n>'),
  checkpoint: Flags.string({ description: 'which is measured', options: ['latest', 'best'] }),
  statistics: Flags.string({
    description: 'of batch normalization in evaluations',
    options: ['running', 'standing'],
  }),
  ema: Flags.boolean({ description: 'measure the moving average', allowNo: true }),
  measure: Flags.boolean({ description: 'measure the runs', default: true, allowNo: true }),
};

interface SweepFlagValues {
  readonly preset?: string | undefined;
  readonly config?: string | undefined;
  readonly plugin?: readonly string[] | undefined;
  readonly grid?: readonly string[] | undefined;
  readonly seeds?: string | undefined;
  readonly equal?: string | undefined;
  readonly name?: string | undefined;
  readonly measure: boolean;
  readonly [flag: string]: unknown;
}

type SweepFlagReaders = FlagReaders & Pick<typeof Toolkit, 'parseAxis' | 'settingOf'>;

/**
 * The sweep that the flags describe; it is laid over that of a file. Paths start from the current folder.
 * @param readImages - of `--data`
 */
export function sweepOfFlags(
  flags: SweepFlagValues,
  read: SweepFlagReaders,
  readImages: ImagesReader,
): Toolkit.SweepDocument {
  // --name is that of the sweep, and not a key of each run's config.
  const { name, ...config } = flags;
  const settings = assignmentsOf(config, read, readImages).map((one) => read.settingOf(one, '.'));
  const set = Object.assign(
    {},
    flags.preset === undefined ? {} : { preset: flags.preset },
    ...settings,
  ) as object;
  const evaluate = flags.measure ? evaluationOf(flags) : null;
  return {
    ...(name !== undefined && { name }),
    ...(flags.config !== undefined && { base: flags.config }),
    ...(flags.plugin && { plugins: [...flags.plugin] }),
    ...(Object.keys(set).length > 0 && { set: { ...set } }),
    ...(flags.grid && {
      grid: Object.assign({}, ...flags.grid.map(read.parseAxis)) as Record<string, unknown[]>,
    }),
    ...(flags.seeds !== undefined && { seeds: seedsOf(flags.seeds) }),
    ...(flags.equal !== undefined && { equal: flags.equal as 'steps' | 'images' }),
    ...((evaluate === null || Object.keys(evaluate).length > 0) && { evaluate }),
  };
}

/** `3` is how many; `0,7` are the seeds themselves. */
function seedsOf(text: string): number | number[] {
  if (!text.includes(',')) return parseInteger('--seeds', text, 1);
  return text.split(',').map((one) => parseInteger('--seeds', one, 0));
}

function evaluationOf(flags: SweepFlagValues): NonNullable<Toolkit.SweepDocument['evaluate']> {
  const given = (name: string): string | undefined => flags[name] as string | undefined;
  const ids = flags['metrics'] as readonly string[] | undefined;
  const extractorId = given('extractor');
  const file = given('weights');
  if ((file !== undefined || given('resizer') !== undefined) && extractorId === undefined)
    throw new GanymedeError(
      'BAD_ARGUMENTS',
      '--weights, --resizer: expected --extractor with them, got none',
      { kind: 'usage' },
    );
  const samples = given('samples');
  return {
    ...(ids && { metrics: ids.map((use) => ({ use })) }),
    ...(extractorId !== undefined && {
      extractor: {
        use: extractorId,
        ...(file !== undefined && { weights: file }),
        ...(given('resizer') !== undefined && { resizer: given('resizer') }),
      },
    }),
    ...(given('extractor-precision') !== undefined && {
      precision: given('extractor-precision') as 'auto' | 'float32' | 'bfloat16',
    }),
    ...(samples !== undefined && { samples: parseInteger('--samples', samples, 2) }),
    ...(given('checkpoint') !== undefined && { checkpoint: given('checkpoint') as 'latest' | 'best' }),
    ...(given('statistics') !== undefined && {
      statistics: given('statistics') as 'running' | 'standing',
    }),
    ...(flags['ema'] !== undefined && { ema: flags['ema'] as boolean }),
  };
}
