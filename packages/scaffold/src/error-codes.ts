/** What the error codes of this package mean and what to do; docs/errors.md is made from it. */
export const errorCodes: Readonly<Record<string, { readonly meaning: string; readonly remedy: string }>> = {
  FOLDER_NOT_EMPTY: { meaning: 'A new plugin would go into a folder with files', remedy: 'Name another' },
};
