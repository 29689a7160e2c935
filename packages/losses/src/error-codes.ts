/** What the error codes of this package mean and what to do; docs/errors.md is made from it. */
export const errorCodes: Readonly<Record<string, { readonly meaning: string; readonly remedy: string }>> = {
  LOSS_BATCH_MISMATCH: {
    meaning: 'A loss of pairs got different numbers of real and fake logits',
    remedy: 'Mend the program',
  },
  LOSS_NEEDS_REAL: {
    meaning: 'A loss was called without the logits of real images',
    remedy: 'Mend the program',
  },
};
