/** What the error codes of this package mean and what to do; docs/errors.md is made from it. */
export const errorCodes: Readonly<Record<string, { readonly meaning: string; readonly remedy: string }>> = {
  BACKEND_IN_USE: {
    meaning: 'Another backend of this name is active in the process',
    remedy: 'Dispose the other one first',
  },
  BACKEND_UNAVAILABLE: {
    meaning: "The backend's library or binary does not load here",
    remedy: 'Follow the hint, or choose another backend; `ganymede doctor` tries all',
  },
  BAD_ARGUMENTS: {
    meaning: 'The words or flags of a command do not go together',
    remedy: 'Read `--help` of the command',
  },
  BAD_BOUND: {
    meaning: 'A random integer was asked for with a bound that is none',
    remedy: 'Pass an integer from 1 to 2^32',
  },
  BAD_COMPONENT: {
    meaning: 'A plugin defines a component without a create function',
    remedy: 'Mend the plugin',
  },
  BAD_COMPONENT_ID: {
    meaning: 'A plugin defines a component whose id is not kebab-case',
    remedy: 'Mend the plugin',
  },
  BAD_COMPONENT_OPTIONS: {
    meaning: 'A plugin defines a component whose options are no zod object',
    remedy: 'Mend the plugin',
  },
  BAD_IMAGES: {
    meaning: 'Images have a shape or values that the extractor does not take',
    remedy: 'Give the form that the message names',
  },
  BAD_OPTION: {
    meaning: 'An option is unknown or has a wrong value',
    remedy: 'Take a value of those that the message lists; `ganymede components` describes all options',
  },
  BAD_PLUGIN: {
    meaning: 'A package is no plugin, or one that is not whole',
    remedy: 'Export `plugin`, made by `definePlugin`',
  },
  BAD_RANDOM_STATE: { meaning: 'A saved random state is damaged', remedy: 'Resume from another checkpoint' },
  BAD_SEED: { meaning: 'A seed is no non-negative integer', remedy: 'Give one' },
  BAD_THRESHOLD: {
    meaning: 'A truncation threshold is out of its range',
    remedy: 'See the page of the truncation',
  },
  BAD_WEIGHTS: {
    meaning: 'A file holds no weights, or those of another network',
    remedy: 'Name the file that the message asks for',
  },
  BAD_WEIGHTS_CONFIG: {
    meaning: 'A config beside weights is damaged or of an unknown form',
    remedy: 'Leave it out, or restore it',
  },
  DATASET_BAD_IMAGE: { meaning: 'An image cannot be decoded', remedy: 'Repair or remove the file' },
  DUPLICATE_VARIABLE_NAME: {
    meaning: 'Two variables of a network have one name',
    remedy: 'Mend the network',
  },
  EVALUATION_DAMAGED: {
    meaning: 'A file of an evaluation is damaged',
    remedy: 'Restore it from a copy, or delete it',
  },
  NO_FEATURES: {
    meaning: 'Features were asked of a discriminator that shows none',
    remedy: 'Take another discriminator, or leave out what looks at features',
  },
  NO_GPU: {
    meaning: 'TensorFlow finds no GPU that it can use',
    remedy: 'Use device cpu, or install what the hint names',
  },
  NO_MAPS: {
    meaning: 'Maps were asked of a discriminator that shows none',
    remedy: 'Take another discriminator, or leave out what looks at maps',
  },
  PRECISION_UNSUPPORTED: {
    meaning: 'The backend has no such precision',
    remedy: 'Set precision to float32, or use the tensorflow backend',
  },
  RUN_CONFIG_DAMAGED: { meaning: '`config.json` of a run is damaged', remedy: 'Restore it from a copy' },
  RUN_CONFIG_DIFFERS: {
    meaning: 'A run of this name was started with another config',
    remedy: 'Start a new run, or resume with the config of the run',
  },
  STEP_DISPOSED: { meaning: 'A compiled step was called after it was disposed', remedy: 'Mend the program' },
  TOO_FEW_IMAGES: {
    meaning: 'There are fewer images than a number needs',
    remedy: 'Give more images, or ask for fewer',
  },
  UNKNOWN_SLOT: {
    meaning: 'There is no such slot for components',
    remedy: 'Take one of those that the message lists',
  },
  WEIGHTS_MISMATCH: {
    meaning: 'Weights do not fit the network',
    remedy: 'Use the options that the weights were trained with',
  },
};
