import { GanymedeError } from '@ganymede/core';

/** A file that could not be used, with the reason in plain words. */
export interface SkippedFile {
  readonly file: string;
  readonly reason: string;
}

const hints = {
  layout: 'Give a folder with one folder of images for each class, e.g. data/cat/1.jpg and data/dog/1.jpg.',
  again: 'Fetch the file again, or compare its size and checksum with its source.',
};

function firstSkipped(skipped: readonly SkippedFile[]): string {
  if (skipped.length === 0) return '';
  const shown = skipped.slice(0, 3).map(({ file, reason }) => `${file} (${reason})`);
  return `; not usable: ${shown.join(', ')}${skipped.length > 3 ? ` and ${skipped.length - 3} more` : ''}`;
}

export const notFound = (path: string): GanymedeError =>
  new GanymedeError(
    'DATASET_NOT_FOUND',
    `data: expected a file or folder, got ${path}, which does not exist`,
    {
      kind: 'missing',
      hint: 'Check the path; a relative path starts at the working directory.',
    },
  );

export const unreadable = (path: string, cause: unknown): GanymedeError =>
  new GanymedeError(
    'DATASET_UNREADABLE',
    `data: expected to read ${path}, got ${cause instanceof Error ? cause.message : String(cause)}`,
    { kind: 'data', cause, hint: 'Check the permissions of the path.' },
  );

export const notAFolder = (path: string): GanymedeError =>
  new GanymedeError('DATASET_NOT_A_FOLDER', `data: expected a folder, got the file ${path}`, {
    kind: 'data',
    hint: 'An archive is opened by image-tar, CIFAR by cifar, MNIST files by idx; auto finds out by itself.',
  });

export const notAFile = (path: string, expected: string): GanymedeError =>
  new GanymedeError('DATASET_NOT_A_FILE', `data: expected ${expected}, got the folder ${path}`, {
    kind: 'data',
    hint: 'A folder of images is opened by image-folder; auto finds out by itself.',
  });

export const emptyFolder = (path: string): GanymedeError =>
  new GanymedeError('DATASET_NO_IMAGES', `data: expected images in ${path}, got an empty folder`, {
    kind: 'data',
    hint: hints.layout,
  });

export const noImages = (path: string, skipped: readonly SkippedFile[]): GanymedeError =>
  new GanymedeError(
    'DATASET_NO_IMAGES',
    `data: expected images in ${path}, got none${firstSkipped(skipped)}`,
    { kind: 'data', hint: hints.layout },
  );

export const emptyClass = (className: string, skipped: readonly SkippedFile[]): GanymedeError =>
  new GanymedeError(
    'DATASET_EMPTY_CLASS',
    `data: expected a usable image in class ${className}, got none${firstSkipped(skipped)}`,
    {
      kind: 'data',
      hint: 'Repair or remove the files of this class: a class without images cannot be learned.',
    },
  );

export const splitsNotClasses = (path: string, splits: readonly string[]): GanymedeError =>
  new GanymedeError(
    'DATASET_SPLITS',
    `data: expected class folders in ${path}, got the splits ${splits.join(', ')}`,
    {
      kind: 'data',
      hint: `Read one of them: set the option folder to ${splits.at(-1)}, or point at it directly.`,
    },
  );

export const unknownFormat = (path: string, got: string, hint?: string): GanymedeError =>
  new GanymedeError(
    'DATASET_UNKNOWN_FORMAT',
    `data: expected a folder, a .tar or .tar.gz of images, CIFAR binary or IDX files, got ${path}: ${got}`,
    {
      kind: 'data',
      hint:
        hint ?? 'Pack the images into a tar or unpack them into a folder, with one folder for each class.',
    },
  );

export const badImage = (file: string, reason: string): GanymedeError =>
  new GanymedeError('DATASET_BAD_IMAGE', `data: expected a readable image, got ${file}: ${reason}`, {
    kind: 'data',
    hint: 'Repair or remove the file, or leave strict off to skip such files and list them in the report.',
  });

export const damaged = (path: string, expected: string, got: string, cause?: unknown): GanymedeError =>
  new GanymedeError('DATASET_DAMAGED', `${path}: expected ${expected}, got ${got}`, {
    kind: 'data',
    hint: hints.again,
    ...(cause === undefined ? {} : { cause }),
  });

export const badIndex = (name: string, length: number, index: unknown): GanymedeError =>
  new GanymedeError(
    'DATASET_BAD_INDEX',
    `${name}: expected an index in [0, ${length}), got ${String(index)}`,
    { kind: 'failed' },
  );

export const closed = (name: string): GanymedeError =>
  new GanymedeError('DATASET_CLOSED', `${name}: expected an open dataset, got one that was closed`, {
    kind: 'failed',
  });

export const badChannels = (name: string, expected: string, got: number): GanymedeError =>
  new GanymedeError('DATASET_BAD_CHANNELS', `${name}: expected ${expected} channels, got ${got}`, {
    kind: 'data',
  });

export const badLoaderOption = (option: string, expected: string, got: unknown): GanymedeError =>
  new GanymedeError('BAD_OPTION', `batch loader: ${option}: expected ${expected}, got ${String(got)}`, {
    kind: 'usage',
  });

export const badLoaderState = (expected: string, got: string): GanymedeError =>
  new GanymedeError('BAD_LOADER_STATE', `batch loader: expected a saved state ${expected}, got ${got}`, {
    kind: 'data',
    hint: 'Resume with the data that the run was started with: the same files, resolution and channels.',
  });

export const loaderClosed = (): GanymedeError =>
  new GanymedeError('LOADER_CLOSED', 'batch loader: expected an open loader, got one that was closed', {
    kind: 'failed',
  });

export const cacheNotWritten = (folder: string, cause: unknown): GanymedeError =>
  new GanymedeError(
    'DATASET_CACHE_NOT_WRITTEN',
    `data: expected to keep decoded images in ${folder}, got ${cause instanceof Error ? cause.message : String(cause)}`,
    { kind: 'failed', cause, hint: 'Free some space, or choose a cache folder that can be written to.' },
  );

export const assemblyFailed = (reason: string, cause?: unknown): GanymedeError =>
  new GanymedeError('BATCH_NOT_READ', `batch loader: expected the images of a batch, got: ${reason}`, {
    kind: 'failed',
    hint: 'The decoded images may have been removed during the run; resume it to have them made again.',
    ...(cause === undefined ? {} : { cause }),
  });

export const ambiguousIdx = (path: string, found: readonly string[]): GanymedeError =>
  new GanymedeError(
    'DATASET_AMBIGUOUS',
    `${path}: expected one file of images, got ${found.length}: ${found.join(', ')}`,
    { kind: 'data', hint: 'Give the path of the file itself.' },
  );

export const badHoldOut = (length: number, count: number): GanymedeError =>
  new GanymedeError('BAD_HOLD_OUT', `heldOut: expected an integer from 0 to ${length - 1}, got ${count}`, {
    kind: 'usage',
    hint: 'Some images must be left to train on.',
  });

export const notAnArray = (where: string, expected: string, got: string): GanymedeError =>
  new GanymedeError('DATASET_UNKNOWN_FORMAT', `${where}: expected ${expected}, got ${got}`, {
    kind: 'data',
    hint: 'An .npz holds images as uint8 [N, H, W, C] and, where there are some, labels as integers [N] and classes as text.',
  });
