/** What the error codes of this package mean and what to do; docs/errors.md is made from it. */
export const errorCodes: Readonly<Record<string, { readonly meaning: string; readonly remedy: string }>> = {
  ADDRESS_UNKNOWN: {
    meaning: 'There is no such address on this machine to listen on',
    remedy: 'Name another',
  },
  CANNOT_READ: {
    meaning: 'The system does not let a file or folder be read',
    remedy: 'Mend what the message names: permissions, a folder in place of a file',
  },
  CANNOT_WRITE: {
    meaning: 'The system does not let a file be written',
    remedy: 'Choose another path, or mend what the message names',
  },
  DISK_FULL: {
    meaning: 'The disk is full or a quota is exhausted',
    remedy: 'Free space; what was there before is untouched',
  },
  EXPORT_EXISTS: {
    meaning: 'There is a file where an export would go',
    remedy: 'Name another folder, or remove it',
  },
  FILE_NOT_FOUND: { meaning: 'There is nothing at a path', remedy: 'Check the path' },
  OUT_OF_MEMORY: {
    meaning: 'The system has no memory left',
    remedy: 'Take a smaller batch, or close other programs',
  },
  PORT_IN_USE: { meaning: 'Something else listens on the port', remedy: 'Name another port' },
  TOO_MANY_FILES: {
    meaning: 'The process or the machine has too many open files',
    remedy: 'Raise `ulimit -n`, or close other programs',
  },
};
