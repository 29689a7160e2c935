/** What the error codes of this package mean and what to do; docs/errors.md is made from it. */
export const errorCodes: Readonly<Record<string, { readonly meaning: string; readonly remedy: string }>> = {
  BAD_ARRAY: {
    meaning: 'An array has not as many values as its shape says',
    remedy: 'Mend the program',
  },
  BAD_HOLD_OUT: { meaning: 'More images are held out than there are', remedy: 'Hold out fewer' },
  DATASET_AMBIGUOUS: {
    meaning: 'A folder has several files of images of which one is read',
    remedy: 'Name the file itself',
  },
  DATASET_BAD_INDEX: { meaning: 'An image beyond the end was asked for', remedy: 'Mend the program' },
  DATASET_CACHE_NOT_WRITTEN: {
    meaning: 'Decoded images could not be kept',
    remedy: 'Free space, or choose another cache folder',
  },
  DATASET_CHANGED: {
    meaning: 'Data was written to while it was read',
    remedy: 'Wait until nothing writes to it, then type the same again',
  },
  DATASET_CLOSED: { meaning: 'A dataset was used after it was closed', remedy: 'Mend the program' },
  DATASET_DAMAGED: { meaning: 'A file of a data set is damaged or cut short', remedy: 'Fetch it again' },
  DATASET_EMPTY_CLASS: {
    meaning: 'A class has no image that can be used',
    remedy: 'Repair or remove its files',
  },
  DATASET_LABELS_MISMATCH: {
    meaning: 'A file of labels leaves images out, names images that are not there, or gives one two classes',
    remedy: 'Complete the file, or set the option `labels` of the data',
  },
  DATASET_LABELS_MISSING: {
    meaning: '`labels: file` was asked for and there is no file of labels',
    remedy: 'Put one beside the images; docs/data.md lists the forms',
  },
  DATASET_LABELS_UNREAD: {
    meaning: 'A file beside the images has labels in a form that is not read',
    remedy: 'Bring it into a table of file and label, or set the option `labels` of the data',
  },
  DATASET_LEFT_OUT: {
    meaning: 'Many images would be left out: they lie in no class folder, or cannot be read',
    remedy: 'Move, repair or convert them',
  },
  DATASET_NOT_A_FILE: {
    meaning: 'A folder was named where a file is read',
    remedy: 'Let `auto` find out, or name the file',
  },
  DATASET_NOT_A_FOLDER: {
    meaning: 'A file was named where a folder is read',
    remedy: 'Let `auto` find out, or name the folder',
  },
  DATASET_NOT_FOUND: { meaning: 'There is nothing at the path of the data', remedy: 'Check the path' },
  DATASET_NO_IMAGES: {
    meaning: 'A folder has no images',
    remedy: 'Give one folder of images for each class',
  },
  DATASET_SPLITS: {
    meaning: 'Folders are splits (train, test), not classes',
    remedy: 'Point at one of them',
  },
  DATASET_TOO_MANY_LINKS: {
    meaning: 'Folders lead to each other by links without end',
    remedy: 'Remove links',
  },
  DATASET_UNKNOWN_FORMAT: {
    meaning: 'A file is of no format that is read',
    remedy: 'Pack the images into a tar, or unpack them into a folder',
  },
  DATASET_UNREADABLE: { meaning: 'The data may not be read', remedy: 'Check the permissions' },
};
