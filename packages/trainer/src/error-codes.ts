/** What the error codes of this package mean and what to do; docs/errors.md is made from it. */
export const errorCodes: Readonly<Record<string, { readonly meaning: string; readonly remedy: string }>> = {
  EMA_MISMATCH: { meaning: 'The averaged generator lacks a variable', remedy: 'Mend the network' },
  FREEZE_TOO_MANY: { meaning: 'More blocks are frozen than the discriminator has', remedy: 'Freeze fewer' },
};
