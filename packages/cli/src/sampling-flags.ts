import { GanymedeError } from '@ganymede/core';
import type { CheckpointChoice, ComponentChoice } from '@ganymede/toolkit';
import { parseInteger, parseNumber } from './parse-number.js';

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
