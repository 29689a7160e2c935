/** What the error codes of this package mean and what to do; docs/errors.md is made from it. */
export const errorCodes: Readonly<Record<string, { readonly meaning: string; readonly remedy: string }>> = {
  DATA_FORMAT: { meaning: 'A convolution is not NHWC', remedy: 'Mend the program' },
};
