import { Flags } from '@oclif/core';
import { GanymedeError } from '@ganymede/core';
import type { CheckpointChoice, ComponentChoice } from '@ganymede/toolkit';
import { parseInteger, parseNumber } from './parse-number.js';
import { pluginFlag } from './plugin-flag.js';

/** Which generator, and what is drawn for it: the same for every command that makes images. */
export const samplingFlags = {
  checkpoint: Flags.string({
    description: 'latest, best or a step',
    default: 'latest',
    helpValue: '<which>',
  }),
  classes: Flags.string({
    description:
      'names or numbers, separated by commas; a name with a comma by itself, or in double quotes; may be repeated',
    helpValue: '<list>',
    multiple: true,
    multipleNonGreedy: true,
  }),
  truncation: Flags.string({
    description: 'threshold: less variety, more fidelity',
    helpValue: '<threshold>',
  }),
  'truncation-convention': Flags.string({
    description: 'what the threshold means: resample, scaled, clamp or std',
    helpValue: '<id>',
  }),
  seed: Flags.string({ description: 'of the latents', default: '0', helpValue: '<n>' }),
  ema: Flags.boolean({ description: 'weights of the moving average', default: true, allowNo: true }),
  backend: Flags.string({ description: "another engine than the run's", helpValue: '<id>' }),
  ...pluginFlag,
};

/** `--checkpoint latest`, `best` or a step. @throws BAD_ARGUMENTS */
export function checkpointOf(which: string): CheckpointChoice {
  return which === 'latest' || which === 'best' ? which : parseInteger('--checkpoint', which, 0);
}

/** `--truncation` with its convention. @throws BAD_ARGUMENTS where the convention is missing */
export function truncationOf(
  threshold: string | undefined,
  convention: string | undefined,
): { readonly truncation?: ComponentChoice & { readonly threshold?: number } } {
  if (threshold === undefined && convention === undefined) return {};
  if (convention === undefined) {
    throw new GanymedeError(
      'BAD_ARGUMENTS',
      `--truncation ${threshold}: expected --truncation-convention with it, got none`,
      {
        kind: 'usage',
        hint: 'resample is the paper, scaled the released models, std BigGAN-PyTorch; `ganymede components truncation` says more.',
      },
    );
  }
  return {
    truncation: {
      use: convention,
      ...(threshold !== undefined && { threshold: parseNumber('--truncation', threshold) }),
    },
  };
}
