/** What the error codes of this package mean and what to do; docs/errors.md is made from it. */
export const errorCodes: Readonly<Record<string, { readonly meaning: string; readonly remedy: string }>> = {
  ANALYSIS_DAMAGED: { meaning: 'A file of an analysis is damaged', remedy: 'Delete it, or analyze again' },
  FEATURES_NOT_DIFFERENTIABLE: { meaning: 'An extractor gives no gradient', remedy: 'Take another' },
  LATENT_INPUTS_UNKNOWN: { meaning: 'A generator does not say where z enters', remedy: 'Mend the plugin' },
  UNKNOWN_DIRECTION: {
    meaning: 'A run has no direction of this name',
    remedy: 'Name one that `analyze directions` found, or let it find some',
  },
};
