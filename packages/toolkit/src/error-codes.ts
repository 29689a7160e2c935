/** What the error codes of this package mean and what to do; docs/errors.md is made from it. */
export const errorCodes: Readonly<Record<string, { readonly meaning: string; readonly remedy: string }>> = {
  COMPONENT_FAILED: {
    meaning: 'A component of a plugin threw, or waited for what never comes',
    remedy: 'Mend the plugin; the message names the component, its method, and file and line',
  },
  CONFIG_FAILED: {
    meaning: 'A config that is a program threw when it was loaded, or waits for what never comes',
    remedy: 'Mend the config; the message has its error, and file and line where they are known',
  },
  DATA_WITHOUT_FILES: {
    meaning: 'Data whose images are in no files was to be packed',
    remedy: 'Pack a folder, a tar, CIFAR, IDX or .npz files',
  },
  DUPLICATE_COMPONENT: {
    meaning: 'Two plugins add a component of one id',
    remedy: 'Register one with replace, or under another id',
  },
  DUPLICATE_PRESET: {
    meaning: 'Two plugins add a preset of one id',
    remedy: 'Give one another id',
  },
  PART_CYCLE: { meaning: 'Parts of a run need each other', remedy: 'Mend the plugin' },
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
  RUN_CLOSED: { meaning: 'A part of a run was asked for after its end', remedy: 'Mend the program' },
  UNKNOWN_COMPONENT: {
    meaning: 'No component of that id is registered',
    remedy: 'See `ganymede components`',
  },
  UNKNOWN_PART: {
    meaning: 'A run has no part of that name',
    remedy: 'Take one of those that the message lists',
  },
  WEIGHTS_CHECKSUM: { meaning: 'Weights are damaged or of another network', remedy: 'Fetch them again' },
};
