/** What the error codes of this package mean and what to do; docs/errors.md is made from it. */
export const errorCodes: Readonly<Record<string, { readonly meaning: string; readonly remedy: string }>> = {
  GENERATOR_DAMAGED: {
    meaning: 'A file of an exported generator is missing a part, changed or cut short',
    remedy: 'Load or copy it again, or export the run again',
  },
  GENERATOR_TOO_NEW: {
    meaning: 'A newer version exported the generator',
    remedy: 'Update ganymede, or in a page @ganymede/browser',
  },
};
