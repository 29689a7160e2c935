/** What the error codes of this package mean and what to do; docs/errors.md is made from it. */
export const errorCodes: Readonly<Record<string, { readonly meaning: string; readonly remedy: string }>> = {
  BATCH_NORM_SHAPE: {
    meaning: 'Gain and bias of batch norm do not fit the input',
    remedy: 'Mend the program',
  },
  CONV_SHAPE: { meaning: 'A convolution got tensors of other ranks', remedy: 'Mend the program' },
  FUSED_SCALE_KERNEL: {
    meaning: 'A fused scale layer got a filter that is not 3x3',
    remedy: 'Mend the program',
  },
  GLU_CHANNELS: { meaning: 'A gated linear unit got an odd number of channels', remedy: 'Mend the network' },
  GROUP_NORM_GROUPS: { meaning: 'The groups do not divide the channels', remedy: 'Mend the network' },
  GROUP_NORM_SHAPE: {
    meaning: 'Gain and bias of group norm do not fit the input',
    remedy: 'Mend the program',
  },
  GROUPED_CONV_SHAPE: {
    meaning: 'A grouped convolution got channels that its groups do not divide, or an even kernel',
    remedy: 'Mend the network',
  },
  INITIALIZER_SHAPE: {
    meaning: 'An initializer got a shape of fewer than two dimensions',
    remedy: 'Mend the network',
  },
  NOT_A_MATRIX: {
    meaning: 'Singular values were asked of a weight with one axis',
    remedy: 'Mend the program',
  },
  ODD_SIZE: { meaning: 'Pooling got an odd height or width', remedy: 'Mend the network' },
};
