import { notAFile, tryReadFile } from '@ganymede/files';
import type { DatasetOpenContext } from '@ganymede/core';
import type { BigIntStats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { commonFolder } from './class-layout.js';
import { layoutImages, type ImageLayout, type LabelsFrom } from './image-layout.js';
import { compareNames, otherExtension } from './image-names.js';
import { hasImageExtension, withoutSheets } from '@ganymede/images';
import { listFiles, type FoundFile } from './list-files.js';
import { badImage, emptyFolder, noImages, type SkippedFile } from './messages.js';

/** The images of a folder, before anything is decoded. */
export interface FoundImages {
  /** Everything that was found, sorted by path. */
  readonly files: readonly FoundFile[];
  readonly layout: ImageLayout;
  /** Files that are not images, with the reason. */
  readonly skipped: readonly SkippedFile[];
  aboutOf(path: string): BigIntStats;
}

/** Lists of labels are text: larger ones are not looked into. */
const largestLabelsBytes = 2 ** 28;

/**
 * Looks through a folder for images and their labels.
 * @throws DATASET_NO_IMAGES, DATASET_BAD_IMAGE in strict mode, and as `listFiles` and `layoutImages`
 */
export async function findImages(
  root: string,
  labels: LabelsFrom,
  { strict, strictHint }: Pick<DatasetOpenContext, 'strict' | 'strictHint'>,
): Promise<FoundImages> {
  const files = await withoutSheets(root, await listFiles(root));
  if (files.length === 0) throw emptyFolder(root);
  files.sort((a, b) => compareNames(a.path, b.path));
  const abouts = new Map<string, BigIntStats>();
  const others: string[] = [];
  const problems: SkippedFile[] = [];
  for (const { path, about, problem } of files) {
    if (problem !== null || about === null)
      problems.push({ file: path, reason: problem ?? 'cannot be read' });
    else if (hasImageExtension(path)) abouts.set(path, about);
    else others.push(path);
  }
  const images = [...abouts.keys()];
  const ofOthers = others.map((file) => ({ file, reason: otherExtension(file) }));
  if (images.length === 0) throw noImages(root, [...problems, ...ofOthers]);
  const layout = await layoutImages({
    root,
    images,
    others: [...others, ...(await labelsAbove(root, images))],
    labels,
    isArchive: false,
    read: (path) => tryReadFile(join(root, path), largestLabelsBytes),
  });
  const skipped: readonly SkippedFile[] = [
    ...problems,
    ...ofOthers.filter(({ file }) => file !== layout.labelFile && !layout.sidecars.has(file)),
    ...layout.loose.map((file) => ({ file, reason: 'lies beside the class folders, in no class' })),
  ];
  const [first] = skipped;
  if (strict && first) throw badImage(root, first.file, first.reason, strictHint);
  return { files, layout, skipped, aboutOf: (path) => abouts.get(path)! };
}

/**
 * Files of labels beside a folder of images that has no folders of its own: `train.csv` beside `train/`, as data of
 * competitions comes.
 */
async function labelsAbove(root: string, images: readonly string[]): Promise<string[]> {
  if (commonFolder(images) !== '' || images.some((path) => path.includes('/'))) return [];
  const name = basename(root);
  const stems = [
    name,
    `${name}_labels`,
    `${name}-labels`,
    'labels',
    'train_labels',
    'metadata',
    'annotations',
  ];
  const candidates = [...new Set(stems)].flatMap((stem) => [`${stem}.csv`, `${stem}.tsv`, `${stem}.jsonl`]);
  const there = await Promise.all(
    candidates.map(async (file) => {
      const about = await stat(join(dirname(root), file)).catch(() => null);
      return about !== null && notAFile(about) === null;
    }),
  );
  return candidates.filter((_, i) => there[i]).map((file) => `../${file}`);
}
