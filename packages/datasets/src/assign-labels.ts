import type { LabelledPath } from './class-layout.js';
import { compareNames } from './image-names.js';
import type { LabelRow } from './label-file.js';
import { labelsMismatch } from './messages.js';

export interface AssignedLabels {
  readonly classes: readonly string[];
  /** Sorted by path. */
  readonly images: readonly LabelledPath[];
}

const isNumber = (label: string): boolean => /^\d{1,9}$/.test(label);

/** Finds the image that a file of labels means: its path from the file's folder, or its name alone, with or without ending. */
class ImageNames {
  private readonly byName = new Map<string, string | null>();

  /** @param folder - of the file of labels, with a slash at the end, or empty */
  constructor(
    private readonly paths: ReadonlySet<string>,
    private readonly folder: string,
  ) {
    for (const path of paths) {
      const parts = path.split('/');
      // Every end of the path is a name for it, as long as no other has it: `00000/img.png` of `images/00000/img.png`.
      for (let from = 0; from < parts.length; from++) {
        const name = parts.slice(from).join('/');
        for (const one of [name, name.slice(0, name.lastIndexOf('.'))])
          this.byName.set(one, this.byName.has(one) && this.byName.get(one) !== path ? null : path);
      }
    }
  }

  /** @returns null where no image or more than one is meant */
  find(name: string): string | null {
    const plain = name.replaceAll('\\', '/').replace(/^(\.?\/)+/, '');
    const below = this.folder + plain;
    return this.paths.has(below) ? below : (this.byName.get(plain) ?? null);
  }
}

/** Classes in order: by number where all are numbers, else by code units. */
function classesOf(labels: ReadonlySet<string>): string[] {
  const all = [...labels];
  return all.every(isNumber)
    ? all.sort((a, b) => Number(a) - Number(b) || compareNames(a, b))
    : all.sort(compareNames);
}

/**
 * Gives every image the class that a file of labels says.
 * @param file - its path, for messages and for what its names are relative to
 * @param names - of classes that are numbers, from a `classes.txt`; null for none
 * @throws DATASET_LABELS_MISMATCH where an image has no label or two, or a label no image
 */
export function assignLabels(
  file: string,
  rows: readonly LabelRow[],
  paths: readonly string[],
  names: readonly string[] | null,
): AssignedLabels {
  const known = new ImageNames(new Set(paths), file.slice(0, file.lastIndexOf('/') + 1));
  const labelOf = new Map<string, string>();
  const withoutImage: string[] = [];
  const twice: string[] = [];
  for (const { image, label } of rows) {
    const path = known.find(image);
    if (path === null) withoutImage.push(image);
    else if ((labelOf.get(path) ?? label) !== label) twice.push(path);
    else labelOf.set(path, label);
  }
  const withoutLabel = paths.filter((path) => !labelOf.has(path));
  if (withoutLabel.length + withoutImage.length + twice.length > 0)
    throw labelsMismatch(file, { withoutLabel, withoutImage, twice });
  const labels = classesOf(new Set(labelOf.values()));
  const numberOf = new Map(labels.map((label, number) => [label, number]));
  return {
    classes:
      names === null ? labels : labels.map((label) => (isNumber(label) && names[Number(label)]) || label),
    images: [...paths].sort(compareNames).map((path) => ({ path, label: numberOf.get(labelOf.get(path)!)! })),
  };
}
