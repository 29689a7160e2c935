/** What the error codes of this package mean and what to do; docs/errors.md is made from it. */
export const errorCodes: Readonly<Record<string, { readonly meaning: string; readonly remedy: string }>> = {
  BAD_EVENT: { meaning: 'An event without a step was to be logged', remedy: 'Mend the program' },
  BAD_FILE_NAME: {
    meaning: 'A name cannot be that of a file of a run',
    remedy: 'Use letters, digits, dot, dash and underscore',
  },
  BAD_RETENTION: {
    meaning: 'A number of checkpoints to keep is no positive integer',
    remedy: 'Give an integer of at least 1',
  },
  BAD_STATE: { meaning: 'A state holds what JSON cannot', remedy: 'Keep numbers as lists or tensors' },
  BAD_STEP: { meaning: 'A step is no non-negative integer', remedy: 'Mend the program' },
  CHECKPOINT_DAMAGED: {
    meaning: 'A file of a checkpoint is missing or changed',
    remedy: 'Resume from an older checkpoint, or copy it again',
  },
  CHECKPOINT_FILE_MISSING: {
    meaning: 'A checkpoint has no such file of tensors',
    remedy: 'Take a checkpoint that has it',
  },
  CHECKPOINT_TOO_NEW: { meaning: 'A newer version wrote the checkpoint', remedy: 'Update Ganymede' },
  RUN_EXISTS: {
    meaning: 'There is a run in the folder already',
    remedy: 'Resume it, or name another folder',
  },
  RUN_LOCKED: { meaning: 'Another process writes to the run', remedy: 'Wait for it, or stop it' },
  RUN_LOCK_LOST: {
    meaning: "The run's lock was lost while it was held",
    remedy: 'Stop the other process that writes to the run',
  },
  RUN_NOT_FOUND: { meaning: 'A folder holds no run', remedy: 'Give a folder that `train` made' },
  TENSOR_NOT_FOUND: { meaning: 'A file has no tensor of that name', remedy: 'Name the file that has it' },
};
