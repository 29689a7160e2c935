import type { ClassLayout } from './class-layout.js';

/** What looks like classes and may be something else: each of these would train without an error, on the wrong labels. */

const labelWords =
  /^(masks?|labels?|annotations?|annots?|segmentations?|segs?|gts?|ground[-_ ]?truths?|depths?|trimaps?|mattes?)$/i;
const imageWords = /^(images?|imgs?|jpegimages|photos?|pictures?|rgb|inputs?|originals?)$/i;

/** The folder of labels where folders are images and their labels (`images`, `masks`); null where they are not. */
export function labelFolders(folders: readonly string[]): string | null {
  const isPair =
    folders.length > 1 && folders.every((name) => labelWords.test(name) || imageWords.test(name));
  const found = folders.find((name) => labelWords.test(name));
  return isPair && folders.some((name) => imageWords.test(name)) ? (found ?? null) : null;
}

const stemOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1).replace(/\.[^.]*$/, '');

/**
 * Whether folders are shards of one set (`00000/`, `01000/`, ... of FFHQ, or those of img2dataset): folders and files
 * are numbers, and files are numbered through, so that no two folders share a stretch of numbers. Classes start again.
 */
export function areShards({ classes, images }: Pick<ClassLayout, 'classes' | 'images'>): boolean {
  if (classes.length < 2 || !classes.every((name) => /^\d+$/.test(name))) return false;
  const ranges = classes.map(() => ({ least: Infinity, most: -Infinity, count: 0 }));
  for (const { path, label } of images) {
    const stem = stemOf(path);
    if (!/^\d+$/.test(stem)) return false;
    const range = ranges[label]!;
    range.least = Math.min(range.least, Number(stem));
    range.most = Math.max(range.most, Number(stem));
    range.count++;
  }
  const sorted = [...ranges].sort((a, b) => a.least - b.least);
  return (
    sorted.every(({ count }) => count > 1) &&
    sorted.every(({ least }, i) => i === 0 || least > sorted[i - 1]!.most)
  );
}

/** A remark on classes that nobody tells apart by eye; empty where there are none. */
export function lookAlikes(classes: readonly string[]): readonly string[] {
  const groups = new Map<string, string[]>();
  for (const name of classes) {
    const plain = name.normalize('NFKC').trim().toLowerCase();
    groups.set(plain, [...(groups.get(plain) ?? []), name]);
  }
  return [...groups.values()]
    .filter((group) => group.length > 1)
    .map(
      (group) =>
        `the classes ${group.map((name) => JSON.stringify(name)).join(', ')} differ in case, blanks or the form of letters alone, and are taken for different ones`,
    );
}

/**
 * Why labels of a file are no classes, in words for `labelsUnread`; null where they may be.
 * @param isMeant - whether the user said that labels are in a file
 */
export function oddLabels(classes: readonly string[], images: number, isMeant: boolean): string | null {
  const spellings = new Map<number, string>();
  for (const name of classes) {
    if (!/^[+-]?\d+(\.\d*)?$/.test(name)) continue;
    const other = spellings.get(Number(name));
    if (other !== undefined) return `one number in two spellings, ${other} and ${name}`;
    spellings.set(Number(name), name);
  }
  if (!isMeant && images > 3 && classes.length * 2 > images)
    return `${classes.length} different labels of ${images} images, which are probably not classes; the option labels: file accepts them anyway`;
  return null;
}
