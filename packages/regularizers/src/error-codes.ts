/** What the error codes of this package mean and what to do; docs/errors.md is made from it. */
export const errorCodes: Readonly<Record<string, { readonly meaning: string; readonly remedy: string }>> = {
  NOTHING_TO_REGULARIZE: { meaning: 'No weight is left to regularize', remedy: 'Loosen `exclude`' },
  REGULARIZER_BATCH_MISMATCH: {
    meaning: 'Real and fake images have different shapes',
    remedy: 'Mend the program',
  },
};
