/** What the error codes of this package mean and what to do; docs/errors.md is made from it. */
export const errorCodes: Readonly<Record<string, { readonly meaning: string; readonly remedy: string }>> = {
  BAD_SHARE: { meaning: 'A share of images is none', remedy: 'Give a number above 0, at most 1' },
  DUPLICATE_NUMBER: { meaning: 'Two metrics give a number of one name', remedy: 'Evaluate twice' },
  EVALUATION_STOPPED: { meaning: 'An evaluation was stopped before its end', remedy: 'Start it again' },
  IMAGE_SIZES_DIFFER: {
    meaning: 'Two sets have images of different sizes',
    remedy: 'Say with --resolution which size both become',
  },
  NOT_TRAINABLE: {
    meaning: 'The images cannot train a classifier',
    remedy: 'Give folders of images, one for each class',
  },
  NO_EVALUATIONS: { meaning: 'Nothing has been evaluated', remedy: 'Type: ganymede evaluate <run>' },
  PATHS_UNSEEN: {
    meaning: 'Images do not change along paths of the latent',
    remedy: 'Look at the samples, or take another extractor',
  },
  RESOLUTION_UNKNOWN: {
    meaning: 'Images have no size of their own to measure them at',
    remedy: 'Say with --resolution which',
  },
  SAME_IMAGES: {
    meaning: 'A classifier would be tested on its training images',
    remedy: 'Name a test split',
  },
  TRUNCATION_DAMAGED: { meaning: 'A file of a chosen threshold is damaged', remedy: 'Choose it again' },
  TRUNCATION_DOES_NOT_FIT: {
    meaning: 'A threshold was chosen for another run',
    remedy: 'Take the file of this one',
  },
  TRUNCATION_OF_OTHER_STEP: {
    meaning: 'A threshold was chosen for another step',
    remedy: 'Leave the checkpoint out, or choose again',
  },
  UNKNOWN_NUMBER: {
    meaning: 'No metric gives a number of that name',
    remedy: 'Take one of those that the message lists',
  },
};
