/** What the error codes of this package mean and what to do; docs/errors.md is made from it. */
export const errorCodes: Readonly<Record<string, { readonly meaning: string; readonly remedy: string }>> = {
  BAD_CLASS_COUNT: { meaning: 'A sampler was made for no classes', remedy: 'Mend the program' },
};
