/** What the error codes of this package mean and what to do; docs/errors.md is made from it. */
export const errorCodes: Readonly<Record<string, { readonly meaning: string; readonly remedy: string }>> = {
  HEAD_WITHOUT_FEATURES: {
    meaning: 'A head was asked for over a discriminator that shows no features',
    remedy: 'Take another discriminator, or leave the objective out',
  },
  HEAD_WITHOUT_MAPS: {
    meaning: 'Decoders were asked for over a discriminator that shows no maps',
    remedy: 'Take `discriminator: fastgan`, or leave the objective out',
  },
  OBJECTIVE_NEEDS_CLASSES: {
    meaning: 'An objective that tells classes apart got one class',
    remedy: 'Leave it out, or train on classes',
  },
  OBJECTIVE_NEEDS_COUNTS: {
    meaning: 'Labels were to follow the sizes of classes, which nobody counted',
    remedy: 'Give the trainer `classCounts`, one number for each class',
  },
};
