import { GanymedeError, type DiscriminatorStep } from '@ganymede/core';

/**
 * What a penalty on D's input needs.
 * @throws GanymedeError `REGULARIZER_NEEDS_IMAGES` in a generator's step, which has none
 */
export function requireStep(regularizer: string, step: DiscriminatorStep | null): DiscriminatorStep {
  if (step) return step;
  throw new GanymedeError(
    'REGULARIZER_NEEDS_IMAGES',
    `regularizer ${regularizer}: expected the images of a discriminator step, got none`,
    {
      kind: 'failed',
      hint: 'It penalises the discriminator; the trainer passes images only in that network’s steps.',
    },
  );
}
