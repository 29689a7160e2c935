import { GanymedeError } from '@ganymede/core';

export function logitsNotFinite(got: string): GanymedeError {
  return new GanymedeError('LOGITS_NOT_FINITE', `sampler: expected finite logits of D, got ${got}`, {
    kind: 'data',
    hint: 'Take an earlier checkpoint: the weights of this one are of a run that diverged.',
  });
}

/** @param most - draws for the image */
export function nothingAccepted(image: number, label: number, most: number): GanymedeError {
  return new GanymedeError(
    'NOTHING_ACCEPTED',
    `sampler drs: expected an accepted image among ${most} for image ${image} of class ${label}, got none`,
    {
      kind: 'failed',
      hint: 'Lower `percentile`, which takes more images, or raise `attempts`.',
    },
  );
}

export function samplerDiverged(id: string, step: number): GanymedeError {
  return new GanymedeError(
    'SAMPLER_DIVERGED',
    `sampler ${id}: expected finite latents, got NaN or infinity after step ${step}`,
    { kind: 'failed', hint: 'Lower `stepSize`.' },
  );
}

/** @param source - what latents are drawn from */
export function noDensity(id: string, source: string): GanymedeError {
  return new GanymedeError(
    'NO_LATENT_DENSITY',
    `sampler ${id}: expected latents whose distribution has a density with a gradient, got ${source}`,
    {
      kind: 'usage',
      hint: 'Take the normal prior, without truncation or with convention std; drs takes latents of any distribution.',
    },
  );
}
