import { compareNames } from './image-names.js';
import { isSplitName, splitsAmong } from './split-names.js';

/** The one class of images that lie in no folder. */
export const onlyClass = 'all';

export interface LabelledPath {
  /** Relative, with forward slashes. */
  readonly path: string;
  readonly label: number;
}

/** What folders say of classes. */
export interface ClassLayout {
  /** Sorted by code units. */
  readonly classes: readonly string[];
  /** Sorted by path. */
  readonly images: readonly LabelledPath[];
  /** Images that lie beside the class folders, in none. */
  readonly loose: readonly string[];
  /** Folders that are named like splits and stand in the place of classes. */
  readonly splits: readonly string[];
  /** The folders that all images share, with a slash at the end; empty where there are none. */
  readonly prefix: string;
  readonly notes: readonly string[];
}

/** The folders that all paths share, with a slash at the end. */
export function commonFolder(paths: readonly string[]): string {
  let common = paths[0]!.split('/').slice(0, -1);
  for (const path of paths) {
    const parts = path.split('/');
    let same = 0;
    while (same < common.length && same < parts.length - 1 && parts[same] === common[same]) same++;
    common = common.slice(0, same);
  }
  return common.length === 0 ? '' : `${common.join('/')}/`;
}

/** Reads classes off the paths of images; see `classLayout`. */
class FolderReader {
  private readonly sorted: readonly string[];
  private readonly prefix: string;

  constructor(paths: readonly string[]) {
    this.sorted = [...paths].sort(compareNames);
    this.prefix = commonFolder(this.sorted);
  }

  read(): ClassLayout {
    const nested = this.sorted.filter((path) => this.partsOf(path).length > 1);
    const direct = this.sorted.length - nested.length;
    if (nested.length === 0) return this.oneClass([]);
    // The shared folder is a class where most of its images lie right in it, and a wrapper with strays where not.
    return this.prefix !== '' && direct > 0 && direct >= nested.length
      ? this.oneClass(nested)
      : this.inClasses(nested);
  }

  private partsOf(path: string): string[] {
    return path.slice(this.prefix.length).split('/');
  }

  private oneClass(nested: readonly string[]): ClassLayout {
    const folders = this.prefix.split('/').slice(0, -1);
    const name = folders.at(-1) ?? onlyClass;
    const wrappers = folders.slice(0, -1).map((folder) => `${folder}/`);
    const notes: string[] = [];
    if (wrappers.length > 0) notes.push(wrapperNote(wrappers.join('')));
    if (nested.length > 0)
      notes.push(
        `${nested.length} images in folders of ${this.prefix} belong to its class, like the ${this.sorted.length - nested.length} right in it`,
      );
    const images = this.sorted.map((path) => ({ path, label: 0 }));
    return { classes: [name], images, loose: [], splits: [], prefix: this.prefix, notes };
  }

  private inClasses(nested: readonly string[]): ClassLayout {
    const classes = [...new Set(nested.map((path) => this.partsOf(path)[0]!))].sort(compareNames);
    const deep = new Set(
      nested.filter((path) => this.partsOf(path).length > 2).map((path) => this.partsOf(path)[0]!),
    );
    const labelOf = new Map(classes.map((name, label) => [name, label]));
    const notes = this.prefix === '' ? [] : [wrapperNote(this.prefix)];
    const inner = new Set(
      nested.flatMap((path) => this.partsOf(path).slice(1, -1).filter(isSplitName).slice(0, 1)),
    );
    if (inner.size > 1)
      notes.push(
        `the folders ${[...inner].sort(compareNames).join(', ')} of classes look like splits, and are read together`,
      );
    return {
      classes,
      images: nested.map((path) => ({ path, label: labelOf.get(this.partsOf(path)[0]!)! })),
      loose: this.sorted.filter((path) => this.partsOf(path).length === 1),
      splits: splitsAmong(classes, (name) => deep.has(name)),
      prefix: this.prefix,
      notes,
    };
  }
}

const wrapperNote = (wrapper: string): string => `${wrapper} was taken as a wrapper of the class folders`;

/**
 * Reads classes off paths. Folders that all images share (`train/` in a tar of `train/<class>/...`) are wrappers and
 * skipped; the folders below are the classes, and whatever is nested in them belongs to them. Images that all lie in
 * one folder make one class of its name, or `all` where they lie in none. A folder without images is no class.
 *
 * @param paths - relative paths of images, at least one, forward slashes, any order
 */
export function classLayout(paths: readonly string[]): ClassLayout {
  return new FolderReader(paths).read();
}
