/** What the error codes of this package mean and what to do; docs/errors.md is made from it. */
export const errorCodes: Readonly<Record<string, { readonly meaning: string; readonly remedy: string }>> = {
  BAD_SWEEP: { meaning: 'A sweep does not hold together', remedy: 'Mend what the message names' },
  SWEEP_RECORD_DAMAGED: {
    meaning: 'The record of a run of a sweep is damaged',
    remedy: 'Remove it; the run is gone on with',
  },
};
