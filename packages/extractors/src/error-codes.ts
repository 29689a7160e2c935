/** What the error codes of this package mean and what to do; docs/errors.md is made from it. */
export const errorCodes: Readonly<Record<string, { readonly meaning: string; readonly remedy: string }>> = {
  EXTRACTOR_NOT_LOADED: { meaning: 'An extractor was used before it was loaded', remedy: 'Mend the program' },
  NO_WEIGHT_SOURCE: {
    meaning: 'An extractor was made without a source of weights',
    remedy: 'Mend the program',
  },
};
