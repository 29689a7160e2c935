/** What the error codes of this package mean and what to do; docs/errors.md is made from it. */
export const errorCodes: Readonly<Record<string, { readonly meaning: string; readonly remedy: string }>> = {
  BAD_CONFIG: {
    meaning:
      'A config file is no YAML or JSON, exports no config, or has keys or values that no option can have',
    remedy: 'Mend the line or key that the message names',
  },
  BAD_PRESET: {
    meaning: 'A plugin adds a preset that is not whole, or presets start from each other in a circle',
    remedy: 'Mend the plugin; the message names it or the circle',
  },
  CONFIG_NOT_FOUND: { meaning: 'There is no such config file', remedy: 'Check the path' },
  UNKNOWN_PRESET: {
    meaning: 'There is no preset of that name',
    remedy: 'Take one of those that the message lists',
  },
};
