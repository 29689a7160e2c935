/** What the error codes of this package mean and what to do; docs/errors.md is made from it. */
export const errorCodes: Readonly<Record<string, { readonly meaning: string; readonly remedy: string }>> = {
  BAD_MODULE: {
    meaning: 'Functions of a StableHLO module and their results do not fit',
    remedy: 'Mend the program',
  },
  OUT_OF_SCOPE: { meaning: 'A value is used where it does not exist', remedy: 'Mend the program' },
  SHAPE_MISMATCH: { meaning: 'Sizes of dimensions do not fit an op', remedy: 'Mend the program' },
  TYPE_MISMATCH: { meaning: 'Element types do not fit an op', remedy: 'Mend the program' },
};
