import type { Metric } from '@ganymede/core';
import { matchingLabels } from './image-set.js';
import {
  classNamesDiffer,
  needsClasses,
  unmatchedClasses,
  matchClasses,
  type ClassList,
  labelsBy,
} from '@ganymede/classes';

/** Labels of images to generate, as the generator counts classes and as the reference does. */
export interface PairedLabels {
  readonly ofGenerator: Int32Array;
  readonly ofReference: Int32Array;
}

/** How a generator's classes and those of the images that it is measured against belong together. */
export interface ReferenceMatch {
  /** For the manifest and as a caution; null where both have the same classes. */
  readonly note: string | null;
  /**
   * Labels in the shares of the reference's classes.
   * @param labels - of the reference
   */
  labelsFor(labels: Int32Array, count: number, seed: number): PairedLabels;
}

interface Subject {
  /** Of the generator. */
  readonly classes: ClassList;
  /** Names the reference, for messages. */
  readonly reference: string;
  readonly referenceClasses: readonly string[];
  readonly metrics: readonly Pick<Metric, 'needs'>[];
}

/**
 * Matches by name. A reference that has some of the generator's classes is compared with images of those alone, which is
 * said. One class of another name says nothing of classes: it is compared with images of all classes alike; and a
 * generator of one class with the whole reference. Then no metric may ask for labels.
 * @throws CLASSES_DIFFER where the reference has classes that the generator does not make, or labels that are needed
 * mean nothing
 */
export function matchReference({ classes, reference, referenceClasses, metrics }: Subject): ReferenceMatch {
  const count = referenceClasses.length;
  const match = matchClasses(classes, referenceClasses);
  const isUnlabelled = count === 1 && match.from[0] === null;
  const isUnconditional = classes.count === 1 && count > 1;
  if (isUnlabelled || isUnconditional) {
    if (metrics.some(({ needs }) => needs.includes('labels')))
      throw needsClasses(reference, referenceClasses, classes.count);
    return isUnlabelled ? evenly(classes.count) : { note: null, labelsFor: unconditional };
  }
  if (match.from.includes(null)) throw classNamesDiffer(reference, 'the run', match, hint);
  const places = match.from as readonly number[];
  return {
    note: noteOf(match, classes),
    labelsFor: (labels, wanted, seed) => {
      const ofReference = matchingLabels(labels, count, wanted, seed);
      return { ofReference, ofGenerator: labelsBy(ofReference, places) };
    },
  };
}

const hint =
  'Name images of the classes that the run makes, under the same names, as the reference, or leave it out to measure against the data of the run.';

function noteOf(match: ReturnType<typeof matchClasses>, classes: ClassList): string | null {
  if (match.missing.length > 0)
    return `the reference has ${match.from.length} of the run's ${match.sourceCount} classes, ${unmatchedClasses(match)}: images of those alone are generated`;
  if (classes.names === null && match.from.length > 1)
    return `the run does not name its ${match.sourceCount} classes: they are taken to be the reference's, in order`;
  return null;
}

function evenly(classes: number): ReferenceMatch {
  const all = Int32Array.from({ length: classes }, (_, label) => label);
  return {
    note: `the reference has no classes: images of the run's ${classes} are generated, of each as many`,
    labelsFor: (_, count, seed) => ({
      ofGenerator: matchingLabels(all, classes, count, seed),
      ofReference: new Int32Array(count),
    }),
  };
}

const unconditional: ReferenceMatch['labelsFor'] = (_, count) => ({
  ofGenerator: new Int32Array(count),
  ofReference: new Int32Array(count),
});
