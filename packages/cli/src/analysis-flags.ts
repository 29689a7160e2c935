import { Flags } from '@oclif/core';
import type { Plugin } from '@ganymede/core';
import type { WorkProgress } from '@ganymede/progress';
import type { AnalysisOptions, AnalysisProgress, ComponentChoice } from '@ganymede/toolkit';
import { imagesReaderOf } from './images-at.js';
import { imagesFlag, pathFlag } from './path-flags.js';
import { parseInteger } from './parse-number.js';
import { checkpointOf, samplingFlags, truncationOf } from './sampling-flags.js';
import { pluginsOf } from './plugin-flag.js';

const { classes, ...drawn } = samplingFlags;

/** Which generator is looked into, and where the results go: the same for every `analyze` command. */
export const analysisFlags = {
  ...drawn,
  out: pathFlag({ char: 'o', description: 'folder; <run>/analysis by default', helpValue: '<folder>' }),
};

/** `--classes` of the commands that take some. */
export const classesFlag = { classes };

/** `--samples` of the commands that compare many images. */
export const samplesFlag = {
  samples: Flags.string({ description: 'generated images, and real ones of each kind', helpValue: '<n>' }),
};

/** `--held-out` of the commands that look for overfitting. */
export const heldOutFlag = {
  'held-out': imagesFlag({
    description:
      "images that were not trained on, <path> or <path>:test; by default those that the run's config holds out",
  }),
};

interface AnalysisFlagValues {
  readonly checkpoint: string;
  readonly truncation?: string | undefined;
  readonly 'truncation-convention'?: string | undefined;
  readonly seed: string;
  readonly ema: boolean;
  readonly backend?: string | undefined;
  readonly out?: string | undefined;
  readonly plugin?: readonly string[] | undefined;
}

/** What the flags say of the generator and its latents. @throws BAD_ARGUMENTS */
export async function analysisOptions(
  run: string,
  flags: AnalysisFlagValues,
  progress: WorkProgress,
): Promise<AnalysisOptions> {
  return {
    run,
    checkpoint: checkpointOf(flags.checkpoint),
    seed: parseInteger('--seed', flags.seed, 0),
    ema: flags.ema,
    ...truncationOf(flags.truncation, flags['truncation-convention']),
    ...(flags.backend !== undefined && { backend: { use: flags.backend } }),
    ...(flags.out !== undefined && { out: flags.out }),
    plugins: await pluginsOf(flags),
    onProgress: ({ text, done, total }: AnalysisProgress) => progress.count(text, done, total),
  };
}

/** An integer of a flag that may be absent, as an option of that name. @throws BAD_ARGUMENTS */
export function integerOption<Name extends string>(
  name: Name,
  flag: string,
  text: string | undefined,
  least = 1,
): Partial<Record<Name, number>> {
  return text === undefined
    ? {}
    : ({ [name]: parseInteger(flag, text, least) } as Partial<Record<Name, number>>);
}

/** Images of `--held-out`: a path, a dataset component, or one with its options, `{ use: shapes, seed: 1 }`. */
export async function heldOutImages(
  text: string | undefined,
  plugins: readonly Plugin[],
): Promise<{ readonly heldOut?: ComponentChoice }> {
  if (text === undefined) return {};
  return { heldOut: (await imagesReaderOf(plugins))(text) };
}
