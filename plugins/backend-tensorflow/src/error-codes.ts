/** What the error codes of this package mean and what to do; docs/errors.md is made from it. */
export const errorCodes: Readonly<Record<string, { readonly meaning: string; readonly remedy: string }>> = {
  BACKEND_INACTIVE: {
    meaning: 'A backend was used before it was activated',
    remedy: 'Call activate() first',
  },
};
