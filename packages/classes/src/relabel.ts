import type { Dataset } from '@ganymede/core';
import { classNamesDiffer } from './errors.js';
import { isSameClasses, matchClasses, type ClassList } from './match-classes.js';

export interface RelabelOptions {
  /** Whose classes they are, for messages. */
  readonly whose: string;
  /** What a user can do where they differ. */
  readonly hint: string;
}

/**
 * Images whose labels are places in another list of the same classes, matched by name.
 * @param classes - the list that labels are to count in
 * @throws CLASSES_DIFFER naming those without a partner, on either side
 */
export function relabelled(dataset: Dataset, classes: ClassList, { whose, hint }: RelabelOptions): Dataset {
  const match = matchClasses(classes, dataset.classes);
  if (isSameClasses(match)) return dataset;
  if (match.missing.length > 0 || match.from.includes(null))
    throw classNamesDiffer(dataset.name, whose, match, hint);
  const labels = labelsBy(dataset.labels(), match.from as readonly number[]);
  return {
    name: dataset.name,
    imageShape: dataset.imageShape,
    // As many classes, each with a partner: the list has names.
    classes: classes.names!,
    length: dataset.length,
    fingerprint: dataset.fingerprint,
    report: dataset.report,
    labels: () => labels,
    read: (indices) => dataset.read(indices),
    close: () => dataset.close(),
  };
}

/** @param places - of each label, in the other list */
export function labelsBy(labels: Int32Array, places: readonly number[]): Int32Array {
  return labels.map((label) => places[label]!);
}
