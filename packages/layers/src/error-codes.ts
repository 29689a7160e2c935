/** What the error codes of this package mean and what to do; docs/errors.md is made from it. */
export const errorCodes: Readonly<Record<string, { readonly meaning: string; readonly remedy: string }>> = {
  ATTENTION_CHANNELS: {
    meaning: 'Self-attention needs 8 channels or more',
    remedy: 'Raise the channels, or move the attention',
  },
  BOTTLENECK_CHANNELS: {
    meaning: 'A bottleneck block has too few channels',
    remedy: 'Raise the channels of the network',
  },
  EXCITATION_SIZE: {
    meaning: 'Skip-layer excitation was called with a map that its grid does not divide',
    remedy: 'Mend the network',
  },
  MISSING_CONDITION: {
    meaning: 'A conditional layer was called without a condition',
    remedy: 'Mend the program',
  },
  NOISE_SHAPE: { meaning: 'Dropout was called with noise of another shape', remedy: 'Mend the program' },
  SPECTRAL_NORM_SHAPE: {
    meaning: 'Spectral norm was given a weight without two axes',
    remedy: 'Mend the network',
  },
};
