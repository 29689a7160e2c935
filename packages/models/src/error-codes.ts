/** What the error codes of this package mean and what to do; docs/errors.md is made from it. */
export const errorCodes: Readonly<Record<string, { readonly meaning: string; readonly remedy: string }>> = {
  LATENT_TOO_SMALL: {
    meaning: 'The latent has fewer numbers than the generator splits it into',
    remedy: 'Raise latentSize',
  },
  UNSUPPORTED_RESOLUTION: {
    meaning: 'The network has no architecture for this resolution',
    remedy: 'Take one of those that the message lists',
  },
};
