import { GanymedeError } from '@ganymede/core';
import { wordsOfFileError } from '@ganymede/files';

/** A file that could not be used, with the reason in words that follow its name: `is empty (0 bytes)`. */
export interface SkippedFile {
  readonly file: string;
  readonly reason: string;
}

const hints = {
  layout: 'Give a folder with one folder of images for each class, e.g. data/cat/1.jpg and data/dog/1.jpg.',
  again: 'Fetch the file again, or compare its size and checksum with its source.',
  labels:
    'Set the option labels of the data: folders for classes by folders, none for a single class, as in --data "{ use: auto, path: photos, labels: folders }"; or give a .csv with the columns file and label.',
};

/** A list for a message: the first few, and how many more there are. */
function some(names: readonly string[], most = 5): string {
  const shown = names.slice(0, most).join(', ');
  return names.length > most ? `${shown} and ${names.length - most} more` : shown;
}

function firstSkipped(skipped: readonly SkippedFile[]): string {
  if (skipped.length === 0) return '';
  const shown = skipped.slice(0, 3).map(({ file, reason }) => `${file} ${reason}`);
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
    `data: expected to read ${path}, got one that ${wordsOfFileError(cause)}`,
    { kind: 'data', cause, hint: 'Check the permissions of the path.' },
  );

export const unreadableFile = (path: string, problem: string): GanymedeError =>
  new GanymedeError('DATASET_UNREADABLE', `data: expected to read ${path}, got one that ${problem}`, {
    kind: 'data',
    hint: 'Give the path of a file or a folder that may be read.',
  });

export const tooManyLinks = (path: string, most: number): GanymedeError =>
  new GanymedeError(
    'DATASET_TOO_MANY_LINKS',
    `data: expected at most ${most} links to folders below ${path}, got more`,
    {
      kind: 'data',
      hint: 'Folders that link to each other have too many paths to walk: remove some links.',
    },
  );

export const changedMeanwhile = (path: string): GanymedeError =>
  new GanymedeError(
    'DATASET_CHANGED',
    `data: expected ${path} to stay as it is, got other content while it was read`,
    { kind: 'data', hint: 'Wait until nothing writes to the data, then do the same again.' },
  );

export const notAFolder = (path: string): GanymedeError =>
  new GanymedeError('DATASET_NOT_A_FOLDER', `data: expected a folder, got the file ${path}`, {
    kind: 'data',
    hint: 'Use image-tar for an archive, cifar for CIFAR, idx for MNIST files; auto chooses by itself.',
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

export const splitsNotClasses = (
  path: string,
  prefix: string,
  splits: readonly string[],
  isArchive: boolean,
): GanymedeError => {
  const where = (split: string): string => prefix + split;
  const chosen = splits.find((name) => /tr/i.test(name)) ?? splits[0]!;
  const choice = isArchive
    ? `set the option folder of the data to ${where(chosen)}, or unpack the archive and give the path of one`
    : `give its path, ${path}/${where(chosen)}`;
  return new GanymedeError(
    'DATASET_SPLITS',
    `data: expected class folders in ${path}, got the splits ${splits.map(where).join(', ')}`,
    {
      kind: 'data',
      hint: `Read one of them: ${choice}. If these are classes, set the option labels to folders.`,
    },
  );
};

export const noSplits = (path: string, split: string): GanymedeError =>
  new GanymedeError(
    'DATASET_SPLITS',
    `data: expected CIFAR or IDX files, which have a split \`${split}\`, got ${path}, which has none by that name`,
    { kind: 'data', hint: `Give the path of the images themselves, such as ${path}/${split}.` },
  );

/** @param folders - of files that are numbered through */
export const shardsNotClasses = (path: string, folders: readonly string[]): GanymedeError =>
  new GanymedeError(
    'DATASET_SPLITS',
    `data: expected class folders in ${path}, got ${folders.length} folders of files that are numbered through: ${some(folders)}`,
    {
      kind: 'data',
      hint: 'Set the option labels of the data: none for a single class, or folders if these are classes, as in --data "{ use: auto, path: photos, labels: none }".',
    },
  );

export const leftOut = (
  path: string,
  loose: number,
  inClasses: number,
  classes: readonly string[],
): GanymedeError =>
  new GanymedeError(
    'DATASET_LEFT_OUT',
    `data: expected all images of ${path} in class folders, got ${loose} in none, beside ${inClasses} in ${some(classes)}`,
    {
      kind: 'data',
      hint: 'Move them into a folder of their class or away; or set the option labels of the data to none, which makes one class of all images.',
    },
  );

export const mostlyUnusable = (
  path: string,
  usable: number,
  skipped: readonly SkippedFile[],
): GanymedeError =>
  new GanymedeError(
    'DATASET_LEFT_OUT',
    `data: expected images in ${path} of which most can be read, got ${usable} that can and ${skipped.length} that cannot${firstSkipped(skipped)}`,
    { kind: 'data', hint: 'Repair, convert or remove those that cannot.' },
  );

export const labelsUnread = (path: string, file: string, what: string): GanymedeError =>
  new GanymedeError(
    'DATASET_LABELS_UNREAD',
    `data: expected labels of ${path} that can be read, got ${file}: ${what}`,
    { kind: 'data', hint: hints.labels },
  );

export const severalLabelFiles = (path: string, files: readonly string[]): GanymedeError =>
  new GanymedeError(
    'DATASET_LABELS_UNREAD',
    `data: expected one file of labels in ${path}, got ${files.length}: ${some(files)}`,
    { kind: 'data', hint: 'Keep the one that counts beside the images and move the others away.' },
  );

export const labelsMissing = (path: string): GanymedeError =>
  new GanymedeError(
    'DATASET_LABELS_MISSING',
    `data: expected a file of labels beside the images of ${path} (labels: file), got none`,
    {
      kind: 'data',
      hint: 'It is a dataset.json, a metadata.jsonl, or a .csv or .tsv with the columns file and label.',
    },
  );

export const labelsMismatch = (
  file: string,
  {
    withoutLabel,
    withoutImage,
    twice,
  }: {
    readonly withoutLabel: readonly string[];
    readonly withoutImage: readonly string[];
    readonly twice: readonly string[];
  },
): GanymedeError => {
  const got = [
    ...(withoutLabel.length > 0 ? [`${withoutLabel.length} images without one (${some(withoutLabel)})`] : []),
    ...(withoutImage.length > 0
      ? [`${withoutImage.length} labels without their image (${some(withoutImage)})`]
      : []),
    ...(twice.length > 0 ? [`${twice.length} images with two (${some(twice)})`] : []),
  ];
  return new GanymedeError(
    'DATASET_LABELS_MISMATCH',
    `data: expected a label in ${file} for each image and an image for each label, got ${got.join('; ')}`,
    {
      kind: 'data',
      hint: 'Add what is missing, or remove what has no match; or set the option labels of the data to folders or none.',
    },
  );
};

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

/**
 * @param root - the folder or archive that the file belongs to
 * @param hint - how whoever opened the data can be told to skip such files, where that is possible
 */
export const badImage = (root: string, file: string, reason: string, hint?: string): GanymedeError =>
  new GanymedeError('DATASET_BAD_IMAGE', `${root}: expected readable images, got ${file}, which ${reason}`, {
    kind: 'data',
    hint: hint === undefined ? 'Repair or remove the file.' : `Repair or remove the file, or ${hint}.`,
  });

export const damaged = (path: string, expected: string, got: string, cause?: unknown): GanymedeError =>
  new GanymedeError('DATASET_DAMAGED', `${path}: expected ${expected}, got ${got}`, {
    kind: 'data',
    hint: hints.again,
    ...(cause === undefined ? {} : { cause }),
  });

export const tooLargeEntry = (path: string, file: string, most: number): GanymedeError =>
  damaged(`${path}: ${file}`, `at most ${most / 2 ** 20} MiB`, 'more');

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

/** @param problem - in the words of the error of the cache */
export const notKept = (problem: string): string =>
  `decoded images are in memory alone, and are decoded again the next time: ${problem}`;

export const cacheNotWritten = (folder: string, cause: unknown): GanymedeError =>
  new GanymedeError(
    'DATASET_CACHE_NOT_WRITTEN',
    `data: expected to keep decoded images in ${folder}, got ${cause instanceof Error ? cause.message : String(cause)}`,
    { kind: 'failed', cause, hint: 'Free some space, or choose a cache folder that can be written to.' },
  );

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
