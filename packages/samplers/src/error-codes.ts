/** What the error codes of this package mean and what to do; docs/errors.md is made from it. */
export const errorCodes: Readonly<Record<string, { readonly meaning: string; readonly remedy: string }>> = {
  BAD_CLASS_COUNT: { meaning: 'A sampler was made for no classes', remedy: 'Mend the program' },
  LOGITS_NOT_FINITE: {
    meaning: 'A sampler that asks the discriminator got NaN or infinity',
    remedy: 'Take an earlier checkpoint',
  },
  NOTHING_ACCEPTED: {
    meaning: 'Rejection sampling took none of the images that were drawn for one',
    remedy: 'Lower `percentile`, or raise `attempts`',
  },
  NO_LATENT_DENSITY: {
    meaning: 'A sampler needs the density of latents, and their distribution has none',
    remedy: 'Take the normal prior without truncation or with convention std, or sampler drs',
  },
  SAMPLER_DIVERGED: {
    meaning: 'Steps through latents led to NaN or infinity',
    remedy: 'Lower `stepSize`',
  },
};
