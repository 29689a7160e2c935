/** What the error codes of this package mean and what to do; docs/errors.md is made from it. */
export const errorCodes: Readonly<Record<string, { readonly meaning: string; readonly remedy: string }>> = {
  DOWNLOAD_FAILED: { meaning: 'pip could not download a wheel', remedy: 'The message has its reason' },
  INSTALL_FAILED: {
    meaning: 'A library could not be put in its place',
    remedy: 'See to the rights on the folder, or name another place',
  },
  NO_NETWORK: {
    meaning: 'The package index is out of reach',
    remedy: 'Check the network or the proxy; the next try goes on',
  },
  NO_ROOM: {
    meaning: 'The disk is too full for what is to be installed',
    remedy: 'Free space, or name another place',
  },
  PIP_NOT_FOUND: { meaning: 'Python has no pip', remedy: 'Install pip' },
  PYTHON_NOT_FOUND: {
    meaning: 'There is no Python to download a wheel with',
    remedy: 'Install Python 3 with pip, or bring the wheels',
  },
  WHEEL_CORRUPT: { meaning: 'A download has another checksum', remedy: 'Try again' },
  WHEEL_INCOMPLETE: { meaning: 'A wheel lacks libraries', remedy: 'Report it' },
  WHEEL_NOT_FOUND: {
    meaning: 'A folder lacks wheels that are to be installed from it',
    remedy: 'Download them on another machine',
  },
};
