/** What the error codes of this package mean and what to do; docs/errors.md is made from it. */
export const errorCodes: Readonly<Record<string, { readonly meaning: string; readonly remedy: string }>> = {
  ATTENTION_SIZE: {
    meaning: 'Self-attention is asked for at maps with an odd side',
    remedy: 'Move the attention, or take images with other sides',
  },
  LATENT_TOO_SMALL: {
    meaning: 'The latent has fewer numbers than the generator splits it into',
    remedy: 'Raise latentSize',
  },
  R3GAN_WIDTH: {
    meaning: 'A stage of R3GAN has a width that its groups do not divide',
    remedy: 'Raise channels or fullWidthTo, or lower groupChannels',
  },
  UNSUPPORTED_RESOLUTION: {
    meaning: 'The network cannot make images of this size',
    remedy: 'Take one of those that the message lists',
  },
};
