/** What the error codes of this package mean and what to do; docs/errors.md is made from it. `PJRT_*` are the plugin's own. */
export const errorCodes: Readonly<Record<string, { readonly meaning: string; readonly remedy: string }>> = {
  BAD_VALUE: {
    meaning: 'A value is not of the type and shape that is asked for',
    remedy: 'Mend the program',
  },
  BUFFER_DISPOSED: {
    meaning: 'A buffer of a device was used after it was disposed of',
    remedy: 'Mend the program',
  },
  BUFFER_DONATED: {
    meaning: 'A buffer was used after a run took its memory',
    remedy: "Use the run's result",
  },
  CLIENT_CLOSED: { meaning: 'A client of PJRT was used after it was closed', remedy: 'Mend the program' },
  EXECUTABLE_DISPOSED: {
    meaning: 'An executable was used after it was disposed of',
    remedy: 'Mend the program',
  },
  FUNCTION_MISSING: { meaning: 'A PJRT plugin lacks a function', remedy: 'Install a newer plugin' },
  PLUGIN_NOT_LOADED: {
    meaning: 'A PJRT plugin could not be loaded',
    remedy: 'Install the driver and the libraries of its device',
  },
  PLUGIN_TOO_OLD: {
    meaning: 'A PJRT plugin is of an older version of the interface',
    remedy: 'Install a newer one',
  },
  WRONG_ARGUMENTS: {
    meaning: 'An executable was run with other arguments than it has',
    remedy: 'Mend the program',
  },
};
