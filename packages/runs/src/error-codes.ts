/** What the error codes of this package mean and what to do; docs/errors.md is made from it. */
export const errorCodes: Readonly<Record<string, { readonly meaning: string; readonly remedy: string }>> = {
  BATCH_NORM_GROUP: {
    meaning: 'The processes of a run do not make up the groups that batch statistics are to be taken over',
    remedy: 'Start a multiple of batchNormGroup, or leave it out',
  },
  BATCH_NOT_DIVIDED: {
    meaning: 'A batch has no equal part for each device',
    remedy: 'Take a batch size that is a multiple of the devices, or fewer devices',
  },
  DATA_MISMATCH: {
    meaning: 'A run is resumed with other images',
    remedy: 'Put them back, or start a new run',
  },
  DATASET_OTHER_IMAGES: {
    meaning: 'A dataset of a plugin opened images of another size than it was asked for',
    remedy: 'Mend the plugin',
  },
  IMAGES_NOT_FINITE: {
    meaning: 'A generator makes NaN or infinities: its weights or statistics are no numbers',
    remedy: 'Take an earlier checkpoint',
  },
  NO_BEST_CHECKPOINT: {
    meaning: 'The run has kept no best checkpoint',
    remedy: 'Take latest, or train with evaluate.every',
  },
  NO_CHECKPOINT: {
    meaning: 'The run has no whole checkpoint',
    remedy: 'Train it for longer, or restore one',
  },
  NO_DISCRIMINATOR: {
    meaning: 'The run was imported from a generator alone',
    remedy: 'Train with --init, or import its discriminator',
  },
  NO_PROFILER: { meaning: 'The backend has no profiler', remedy: 'Train with --backend tensorflow' },
  RUN_STOPPED: {
    meaning: 'A stabilizer ended the run',
    remedy: 'Lower the learning rates, add a regularizer, or let the guard roll back',
  },
  RUN_WITHOUT_DATA: {
    meaning: 'Weights were imported without the images that they were trained on',
    remedy: 'Name images with --reference, or import with --data',
  },
  SELECTION_DAMAGED: {
    meaning: 'A list of selected images is none, or was changed',
    remedy: 'Write it anew with `ganymede data select`',
  },
  SELECTION_DIFFERS: {
    meaning: 'A run is resumed with another list of selected images',
    remedy: 'Restore the list, or start a new run',
  },
  SELECTION_OF_OTHER_DATA: {
    meaning: 'A list of selected images was made of other images, or of another size of them',
    remedy: 'Write it anew with `ganymede data select` for the data and size of the run',
  },
  SELECTION_WITHOUT_CLASS: {
    meaning: 'Selection and held-out images leave a class without any',
    remedy: 'Select within classes, or keep a greater share',
  },
};
