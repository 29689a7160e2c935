import { Flags } from '@oclif/core';
import { GanymedeError, isGanymedeError } from '@ganymede/core';
import type { CheckpointChoice, ComponentChoice, parseAssignment } from '@ganymede/toolkit';
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

/** For commands that may draw by what the discriminator says. @param exclusive - flags that it does not stand beside */
export const samplerFlag = (exclusive: string[] = []) =>
  Flags.string({
    description:
      "a component of slot sampler, which chooses among draws by what the run's discriminator says: drs, ddls or '{ use: drs, percentile: 80 }'",
    helpValue: '<id or YAML>',
    exclusive,
  });

/** `--sampler` as an id, or a component with its options in YAML. @throws BAD_ARGUMENTS */
export function samplerOf(
  text: string | undefined,
  parse: typeof parseAssignment,
): { readonly sampler?: ComponentChoice } {
  if (text === undefined) return {};
  const refused = (got: string, cause?: unknown): GanymedeError =>
    new GanymedeError(
      'BAD_ARGUMENTS',
      `--sampler: expected an id, or options with \`use\` in YAML, got ${got}`,
      {
        kind: 'usage',
        hint: "For example drs, or '{ use: drs, percentile: 80 }'; `ganymede components sampler` lists them.",
        cause,
      },
    );
  let value: unknown;
  try {
    ({ value } = parse(`sampler=${text}`));
  } catch (error) {
    if (!isGanymedeError(error)) throw error;
    throw refused(`${text}: ${error.message.replace(/^.*?, got /, '')}`, error);
  }
  if (typeof value === 'string' && value !== '') return { sampler: { use: value } };
  const use: unknown = typeof value === 'object' && value !== null && 'use' in value ? value.use : null;
  if (typeof use !== 'string') throw refused(text);
  return { sampler: value as ComponentChoice };
}

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
