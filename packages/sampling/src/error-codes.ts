/** What the error codes of this package mean and what to do; docs/errors.md is made from it. */
export const errorCodes: Readonly<Record<string, { readonly meaning: string; readonly remedy: string }>> = {
  BAD_COUNT: { meaning: 'A number of images or steps is out of its range', remedy: 'Give one in it' },
  BAD_FORMAT: {
    meaning: 'A file name and a format do not go together',
    remedy: 'Name a folder for several formats',
  },
  LATENTS_DO_NOT_FIT: {
    meaning: 'Latents are of another generator',
    remedy: 'Take those that were made for it',
  },
};
