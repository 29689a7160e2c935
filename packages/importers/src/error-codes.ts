/** What the error codes of this package mean and what to do; docs/errors.md is made from it. */
export const errorCodes: Readonly<Record<string, { readonly meaning: string; readonly remedy: string }>> = {
  ALREADY_A_RUN: { meaning: 'A run was named where weights are imported', remedy: 'Use it as it is' },
  AMBIGUOUS_WEIGHTS: { meaning: 'A folder holds several sets of weights', remedy: 'Name the files of one' },
  CANNOT_IMPORT: {
    meaning: 'A model of ONNX or TensorFlow is a graph, which no run can be made of',
    remedy: 'Import another export of the same run',
  },
  CANNOT_EXPORT: { meaning: 'The format cannot hold this network', remedy: 'Take safetensors' },
  NOT_ADAM: {
    meaning: 'A file holds no state of Adam for these weights',
    remedy: 'Give the optimizer file that was saved with them, or leave it out',
  },
  NOT_BIGGAN: {
    meaning: 'Weights are not those of BigGAN-PyTorch',
    remedy: 'Give G.pth, G_ema.pth or D.pth',
  },
  NOT_R3GAN: {
    meaning: 'Weights are not those of R3GAN',
    remedy: "Give the state dict of R3GAN's Generator or Discriminator",
  },
  NO_GENERATOR: { meaning: 'The weights hold no generator', remedy: 'Name its file' },
  TWO_OF_ONE: { meaning: 'Two files of weights are of one network', remedy: 'Name one' },
  UNKNOWN_BIGGAN: {
    meaning: 'BigGAN weights have names or shapes of no known network',
    remedy: 'Name the options in a config',
  },
  WEIGHTS_NOT_FOUND: {
    meaning: 'Weights are not where they should be',
    remedy: 'Follow the hint, or name their file',
  },
};
