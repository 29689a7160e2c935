/** What the error codes of this package mean and what to do; docs/errors.md is made from it. */
export const errorCodes: Readonly<Record<string, { readonly meaning: string; readonly remedy: string }>> = {
  NO_RUN_FOLDER: {
    meaning: 'A reporter has neither a run folder nor an absolute path',
    remedy: 'Give it a path',
  },
};
