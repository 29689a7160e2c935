/** What the error codes of this package mean and what to do; docs/errors.md is made from it. */
export const errorCodes: Readonly<Record<string, { readonly meaning: string; readonly remedy: string }>> = {
  BAD_LOADER_STATE: {
    meaning: 'The saved place in the data does not fit the data',
    remedy: 'Resume with the data that the run was started with',
  },
  BATCH_NOT_READ: { meaning: 'Images of a batch could not be read while training', remedy: 'Resume the run' },
  LOADER_CLOSED: { meaning: 'A batch loader was used after it was closed', remedy: 'Mend the program' },
};
