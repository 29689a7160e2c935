/** What the error codes of this package mean and what to do; docs/errors.md is made from it. */
export const errorCodes: Readonly<Record<string, { readonly meaning: string; readonly remedy: string }>> = {
  UNKNOWN_WEIGHT: {
    meaning: 'An optimizer got a weight that it was not made for',
    remedy: 'Make a new optimizer when a network gains weights',
  },
};
