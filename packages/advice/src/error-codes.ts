/** What the error codes of this package mean and what to do; docs/errors.md is made from it. */
export const errorCodes: Readonly<Record<string, { readonly meaning: string; readonly remedy: string }>> = {
  CONFIG_EXISTS: {
    meaning: 'A config would be written over a file',
    remedy: 'Name another file, or remove this one',
  },
  NO_GAMMA: {
    meaning: 'A config whose gamma is to be tried has no penalty with gamma',
    remedy: 'Add one with --regularizer',
  },
  BAD_ADVICE_OPTION: {
    meaning: 'What was asked of `recommend` or `probe-gamma` is no possible value',
    remedy: 'The message says what is',
  },
};
