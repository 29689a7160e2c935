import { compareNames, hasImageExtension, isJunk } from './image-names.js';
import { badImage, noImages, splitsNotClasses, type SkippedFile } from './messages.js';

/** The one class of images that lie in no folder. */
export const onlyClass = 'all';

const splitNames = new Set(['train', 'training', 'val', 'valid', 'validation', 'test', 'testing']);

export interface LabelledPath {
  /** Relative, with forward slashes. */
  readonly path: string;
  readonly label: number;
}

export interface ClassLayout {
  /** Sorted by code units. */
  readonly classes: readonly string[];
  /** Sorted by path. */
  readonly images: readonly LabelledPath[];
  readonly skipped: readonly SkippedFile[];
  readonly notes: readonly string[];
}

function commonFolders(paths: readonly string[]): string[] {
  let common = paths[0]!.split('/').slice(0, -1);
  for (const path of paths) {
    const parts = path.split('/');
    let same = 0;
    while (same < common.length && same < parts.length - 1 && parts[same] === common[same]) same++;
    common = common.slice(0, same);
  }
  return common;
}

/**
 * Reads classes off paths. Folders that all images share (`train/` in a tar of `train/<class>/...`) are wrappers and
 * skipped; the folders below are the classes, and whatever is nested in them belongs to them. Images that all lie in
 * one folder make one class of its name, or `all` where they lie in none. A folder without images is no class.
 *
 * @param root - what the paths are relative to, for messages
 * @param paths - relative paths of all files, forward slashes, any order
 * @param strict - stop at the first file that is not an image
 */
export function classLayout(root: string, paths: readonly string[], strict: boolean): ClassLayout {
  const skipped: SkippedFile[] = [];
  const skip = (file: string, reason: string): void => {
    if (strict) throw badImage(file, reason);
    skipped.push({ file, reason });
  };
  const candidates: string[] = [];
  for (const path of [...paths].sort(compareNames)) {
    if (isJunk(path)) continue;
    if (hasImageExtension(path)) candidates.push(path);
    else skip(path, 'not an image by its extension');
  }
  if (candidates.length === 0) throw noImages(root, skipped);

  const common = commonFolders(candidates);
  const prefix = common.length === 0 ? '' : `${common.join('/')}/`;
  const inFolders = candidates.filter((path) => path.slice(prefix.length).includes('/'));
  const notes: string[] = [];

  if (prefix !== '' && inFolders.length < candidates.length) {
    // Images lie in the shared folder itself: it is the class.
    const wrappers = common.slice(0, -1);
    if (wrappers.length > 0) notes.push(`${wrappers.join('/')}/ was taken as a wrapper of the class folders`);
    return {
      classes: [common.at(-1)!],
      images: candidates.map((path) => ({ path, label: 0 })),
      skipped,
      notes,
    };
  }
  if (inFolders.length === 0)
    return {
      classes: [onlyClass],
      images: candidates.map((path) => ({ path, label: 0 })),
      skipped,
      notes,
    };

  const classOf = (path: string): string => path.slice(prefix.length).split('/')[0]!;
  const classes = [...new Set(inFolders.map(classOf))].sort(compareNames);
  const nested = inFolders.some((path) => path.slice(prefix.length).split('/').length > 2);
  if (nested && classes.every((name) => splitNames.has(name.toLowerCase())))
    throw splitsNotClasses(root, classes);
  if (prefix !== '') notes.push(`${prefix} was taken as a wrapper of the class folders`);
  const labelOf = new Map(classes.map((name, label) => [name, label]));
  const images: LabelledPath[] = [];
  for (const path of candidates) {
    if (path.slice(prefix.length).includes('/')) images.push({ path, label: labelOf.get(classOf(path))! });
    else skip(path, 'lies beside the class folders, in no class');
  }
  return { classes, images, skipped, notes };
}
