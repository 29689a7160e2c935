/** What the error codes of this package mean and what to do; docs/errors.md is made from it. */
export const errorCodes: Readonly<Record<string, { readonly meaning: string; readonly remedy: string }>> = {
  ALREADY_A_RUN: { meaning: 'A run was named where weights are imported', remedy: 'Use it as it is' },
  AMBIGUOUS_WEIGHTS: { meaning: 'A folder holds several sets of weights', remedy: 'Name the files of one' },
  ANALYSIS_DAMAGED: { meaning: 'A file of an analysis is damaged', remedy: 'Delete it, or analyze again' },
  BAD_SWEEP: { meaning: 'A sweep does not hold together', remedy: 'Mend what the message names' },
  CANNOT_EXPORT: { meaning: 'The format cannot hold this network', remedy: 'Take safetensors' },
  COMPONENT_FAILED: {
    meaning: 'A component of a plugin threw, or waited for what never comes',
    remedy: 'Mend the plugin; the message names the component, its method, and file and line',
  },
  DUPLICATE_COMPONENT: {
    meaning: 'Two plugins add a component of one id',
    remedy: 'Register one with replace, or under another id',
  },
  DUPLICATE_NUMBER: { meaning: 'Two metrics give a number of one name', remedy: 'Evaluate twice' },
  EVALUATION_STOPPED: { meaning: 'An evaluation was stopped before its end', remedy: 'Start it again' },
  EXPORT_EXISTS: {
    meaning: 'There is a file where an export would go',
    remedy: 'Name another folder, or remove it',
  },
  FEATURES_NOT_DIFFERENTIABLE: { meaning: 'An extractor gives no gradient', remedy: 'Take another' },
  IMAGE_SIZES_DIFFER: {
    meaning: 'Two sets have images of different sizes',
    remedy: 'Say with --resolution which size both become',
  },
  LATENT_INPUTS_UNKNOWN: { meaning: 'A generator does not say where z enters', remedy: 'Mend the plugin' },
  NOT_TRAINABLE: {
    meaning: 'The images cannot train a classifier',
    remedy: 'Give folders of images, one for each class',
  },
  NO_EVALUATIONS: { meaning: 'Nothing has been evaluated', remedy: 'Type: ganymede evaluate <run>' },
  NO_GENERATOR: { meaning: 'The weights hold no generator', remedy: 'Name its file' },
  PART_CYCLE: { meaning: 'Parts of a run need each other', remedy: 'Mend the plugin' },
  PATHS_UNSEEN: {
    meaning: 'Images do not change along paths of the latent',
    remedy: 'Look at the samples, or take another extractor',
  },
  PLUGIN_API_VERSION: { meaning: 'A plugin is for another version', remedy: 'Update Ganymede or the plugin' },
  PLUGIN_FAILED: {
    meaning: 'A plugin failed to load or to register',
    remedy: 'Mend the plugin; the message has its error, and file and line where they are known',
  },
  PLUGIN_NOT_BUILT: {
    meaning: 'The package of a plugin is there, and its entry is not',
    remedy: 'Build the package',
  },
  PLUGIN_NOT_FOUND: { meaning: 'A plugin is not installed', remedy: 'Install it; paths start with ./ or /' },
  RESOLUTION_UNKNOWN: {
    meaning: 'Images have no size of their own to measure them at',
    remedy: 'Say with --resolution which',
  },
  RUN_CLOSED: { meaning: 'A part of a run was asked for after its end', remedy: 'Mend the program' },
  SAME_IMAGES: {
    meaning: 'A classifier would be tested on its training images',
    remedy: 'Name a test split',
  },
  SWEEP_RECORD_DAMAGED: {
    meaning: 'The record of a run of a sweep is damaged',
    remedy: 'Remove it; the run is gone on with',
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
  TWO_OF_ONE: { meaning: 'Two files of weights are of one network', remedy: 'Name one' },
  UNKNOWN_COMPONENT: {
    meaning: 'No component of that id is registered',
    remedy: 'See `ganymede components`',
  },
  UNKNOWN_NUMBER: {
    meaning: 'No metric gives a number of that name',
    remedy: 'Take one of those that the message lists',
  },
  UNKNOWN_PART: {
    meaning: 'A run has no part of that name',
    remedy: 'Take one of those that the message lists',
  },
  WEIGHTS_CHECKSUM: { meaning: 'Weights are damaged or of another network', remedy: 'Fetch them again' },
  WEIGHTS_NOT_FOUND: {
    meaning: 'Weights are not where they should be',
    remedy: 'Follow the hint, or name their file',
  },
};
