/** What the error codes of this package mean and what to do; docs/errors.md is made from it. */
export const errorCodes: Readonly<Record<string, { readonly meaning: string; readonly remedy: string }>> = {
  BAD_CLUSTER_INPUT: {
    meaning: 'A plan for a cluster was given numbers that are out of range, or that cannot both be true',
    remedy: 'Correct what the message names',
  },
  BAD_QUANTITY: {
    meaning: 'A duration, a rate or a size has no unit that is known, or is no positive number',
    remedy: 'Write one as the message shows',
  },
  CLUSTER_INPUT_MISSING: {
    meaning: 'A plan for a cluster needs a number that was neither measured nor given',
    remedy: 'Give the flag that the message names',
  },
};
