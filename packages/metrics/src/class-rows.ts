import type { CountedSet } from './cautions.js';
import { badFeatureShape, classMissing, missingFeaturePart, oneClass } from './errors.js';
import { checkMatrix, checkSameSize, type Matrix } from './feature-checks.js';

/** Features with the class of each row; null where some images came without. */
export interface LabelledRows {
  readonly matrix: Matrix;
  readonly labels: Int32Array | null;
}

/** The features of one class in both sets. */
export interface ClassPair {
  readonly label: number;
  readonly real: Matrix;
  readonly fake: Matrix;
}

/**
 * The sets class by class, for every class that either has.
 * @throws FEATURE_PART_MISSING, FEATURE_SIZES_DIFFER, BAD_FEATURE_SHAPE, NON_FINITE_FEATURE, ONE_CLASS, CLASS_TOO_SMALL
 */
export function* classPairs(what: string, real: LabelledRows, fake: LabelledRows): Generator<ClassPair> {
  const { labels: realLabels } = real;
  const { labels: fakeLabels } = fake;
  if (!realLabels || !fakeLabels) throw missingFeaturePart(what, 'labels');
  for (const { matrix, labels } of [real, fake]) {
    checkMatrix(what, matrix);
    if (labels?.length !== matrix.count)
      throw badFeatureShape(what, `${matrix.count} labels`, `${labels?.length}`);
  }
  checkSameSize(what, real.matrix, fake.matrix);
  const labels = [...new Set([...realLabels, ...fakeLabels])].sort((a, b) => a - b);
  if (labels.length < 2) throw oneClass(what, labels.length);
  for (const label of labels) {
    const pair = {
      label,
      real: rowsOfClass(real.matrix, realLabels, label),
      fake: rowsOfClass(fake.matrix, fakeLabels, label),
    };
    for (const set of ['real', 'fake'] as const)
      if (pair[set].count < 2) throw classMissing(what, label, set, pair[set].count);
    yield pair;
  }
}

/** A class of one of the sets. */
export interface ClassSize extends CountedSet {
  readonly label: number;
}

/** The class with the fewest images, the first of equals. */
export const leastOf = (sizes: readonly ClassSize[]): ClassSize =>
  sizes.reduce((least, one) => (one.count < least.count ? one : least));

function rowsOfClass({ values, size }: Matrix, labels: Int32Array, label: number): Matrix {
  const count = labels.reduce((sum, one) => sum + Number(one === label), 0);
  const rows = new Float32Array(count * size);
  let at = 0;
  labels.forEach((one, i) => {
    if (one === label) rows.set(values.subarray(i * size, (i + 1) * size), size * at++);
  });
  return { values: rows, count, size };
}
