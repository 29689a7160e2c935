/** What the error codes of this package mean and what to do; docs/errors.md is made from it. */
export const errorCodes: Readonly<Record<string, { readonly meaning: string; readonly remedy: string }>> = {
  GENERATOR_DAMAGED: {
    meaning: 'A file of an exported generator is missing a part, changed or cut short',
    remedy: 'Load the page again, or export the run again',
  },
  GENERATOR_TOO_NEW: {
    meaning: 'A newer version exported the generator',
    remedy: 'Update @ganymede/browser',
  },
};
