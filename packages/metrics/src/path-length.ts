import { badMetricOption, tooFewImages } from './errors.js';
import { checkMatrix, checkSameSize, type Matrix } from './feature-checks.js';

export interface PathLengthOptions {
  /** How far apart on the path the two images of a pair are, as a share of it. */
  readonly epsilon: number;
  /**
   * What becomes of a feature before it is compared: `unit` divides it by its norm, so that the scale of the extractor
   * drops out; `none` takes it as it is.
   */
  readonly normalization: 'unit' | 'none';
  /** Percentiles that lengths are kept between, both included, as StyleGAN's code keeps 1 to 99; null keeps all. */
  readonly percentiles: readonly [low: number, high: number] | null;
}

export const defaultPathLength: PathLengthOptions = {
  epsilon: 1e-4,
  normalization: 'unit',
  percentiles: null,
};

export interface PathLength {
  readonly mean: number;
  readonly median: number;
  /** Of the mean, from the spread of the lengths that were kept. */
  readonly standardError: number;
  /** Lengths that the mean is of. */
  readonly kept: number;
}

/**
 * Squared distances of the features of two images that lie `epsilon` apart on a path, over epsilon squared
 * (arXiv:1812.04948, section 4.1, with features of any extractor in place of LPIPS), one for each pair.
 * @param first - features of the pairs, row by row, of images that were not rounded to 8 bits
 * @param second - as `first`
 * @throws BAD_FEATURE_SHAPE, NON_FINITE_FEATURE, FEATURE_SIZES_DIFFER, BAD_OPTION
 */
export function pathLengths(
  first: Matrix,
  second: Matrix,
  { epsilon, normalization }: Pick<PathLengthOptions, 'epsilon' | 'normalization'> = defaultPathLength,
): Float64Array {
  if (!(epsilon > 0)) throw badMetricOption('epsilon', 'a positive number', epsilon);
  checkMatrix('features of the first images', first);
  checkMatrix('features of the second images', second);
  checkSameSize('path length', first, second);
  if (first.count !== second.count)
    throw badMetricOption('path length', `pairs, ${first.count} and as many images`, second.count);
  const { size } = first;
  return Float64Array.from({ length: first.count }, (_, i) => {
    const [a, b] = [first, second].map(({ values }) => {
      const row = Float64Array.from(values.subarray(i * size, (i + 1) * size));
      const norm = normalization === 'unit' ? Math.sqrt(row.reduce((sum, x) => sum + x * x, 0)) : 1;
      // A feature of zeros has no direction; it stays zero.
      return norm === 0 ? row : row.map((x) => x / norm);
    });
    return a!.reduce((sum, x, k) => sum + (x - b![k]!) ** 2, 0) / epsilon ** 2;
  });
}

/**
 * Mean of lengths, of those between two percentiles where they are given. Percentiles are order statistics, the low one
 * rounded down and the high one up, as `numpy.percentile(..., method='lower' / 'higher')`.
 * @throws TOO_FEW_IMAGES for fewer than two, BAD_OPTION
 */
export function meanPathLength(
  lengths: Float64Array,
  percentiles: PathLengthOptions['percentiles'] = null,
): PathLength {
  const { length } = lengths;
  if (length < 2) throw tooFewImages('path length', 2, length, 'Give more pairs.');
  const sorted = Float64Array.from(lengths).sort();
  let kept = sorted;
  if (percentiles) {
    const [low, high] = percentiles;
    if (!(low >= 0 && low < high && high <= 100))
      throw badMetricOption('percentiles', 'two of 0..100 in ascending order', percentiles.join());
    const least = sorted[Math.floor((low / 100) * (length - 1))]!;
    const most = sorted[Math.ceil((high / 100) * (length - 1))]!;
    kept = sorted.filter((value) => value >= least && value <= most);
  }
  const mean = kept.reduce((a, b) => a + b, 0) / kept.length;
  const variance = kept.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, kept.length - 1);
  const half = Math.floor(kept.length / 2);
  return {
    mean,
    median: kept.length % 2 === 1 ? kept[half]! : (kept[half - 1]! + kept[half]!) / 2,
    standardError: Math.sqrt(variance / kept.length),
    kept: kept.length,
  };
}
