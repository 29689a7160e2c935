import { RandomStream, type FeatureExtractor, type ComponentChoice, type PluginHost } from '@ganymede/core';
import { bootstrap, meanPathLength, pathLengths, type PathLengthOptions } from '@ganymede/metrics';
import { openGenerator, type CheckpointChoice } from '@ganymede/runs';
import { tooFewForPath, type Interpolation } from '@ganymede/sampling';
import { notLpips, resamplesCautions, stillPairs } from './cautions.js';
import { unseenPaths } from './errors.js';
import { assembleEvaluation, imageText, subjectOfRun } from './assemble-evaluation.js';
import { keepEvaluation, type KeptEvaluation } from './keep-evaluation.js';
import { openExtractor } from './open-extractor.js';
import { drawPairs, featuresOfPairs } from './path-pairs.js';
import { samplingPart } from './sampling-part.js';
import type { MeasureOptions } from './types.js';

export interface PathLengthRunOptions
  extends Omit<MeasureOptions, 'metrics' | 'precision' | 'cache'>, Partial<PathLengthOptions> {
  /** Folder of the run. */
  readonly run: string;
  readonly checkpoint?: CheckpointChoice;
  /** Weights of the moving average, the default, or the trained ones. */
  readonly ema?: boolean;
  readonly truncation?: ComponentChoice;
  /** Pairs of images; the config's `evaluate.samples` by default. */
  readonly pairs?: number;
  /** Where on its path a pair lies: anywhere, the default, or at its start. */
  readonly sampling?: 'full' | 'end';
  /**
   * Along the arc, the default, or the line. Latents of a Gaussian prior have lengths near the root of their size; the
   * middle of a line between two is shorter than any that the generator was trained on, that of an arc is not.
   */
  readonly interpolation?: Interpolation;
}

/**
 * Perceptual path length in Z (arXiv:1812.04948, section 4.1) with features of any extractor in place of LPIPS: how far
 * images move while the latent moves a little, within a class. Its numbers compare with those of the same extractor
 * alone, never with the literature's. Computed in float32 throughout, without rounding of pixels. Writes
 * `evaluations/<step>-<hash>.json`.
 * @throws PATHS_UNSEEN where most pairs are equal, RUN_NOT_FOUND, NO_CHECKPOINT, WEIGHTS_NOT_FOUND
 */
export async function measurePathLength(
  host: PluginHost,
  options: PathLengthRunOptions,
): Promise<KeptEvaluation> {
  const { seed = 0, percentiles = null, epsilon = 1e-4, normalization = 'unit' } = options;
  const { sampling = 'full', interpolation = 'spherical' } = options;
  const start = host.clock.monotonic();
  const opened = await openGenerator(host, { ...options, ema: options.ema ?? true });
  let extractor: FeatureExtractor | null = null;
  try {
    const { container, config, description, classes, shape } = opened;
    const pairs = options.pairs ?? config.evaluate.samples;
    if (pairs < 2) throw tooFewForPath('pairs', 2, pairs);
    extractor = await openExtractor(container, options.extractor ?? config.featureExtractor);
    const ofTruncation = await opened.useStatisticsOf(options.truncation);
    const drawn = drawPairs(opened, {
      pairs,
      seed,
      sampling,
      interpolation,
      epsilon,
      truncation: options.truncation,
    });
    const [first, second] = await featuresOfPairs(opened, extractor, drawn, options);
    const lengths = pathLengths(first, second, { epsilon, normalization });
    const still = lengths.filter((length) => length === 0).length;
    if (2 * still > pairs) throw unseenPaths(still, pairs);
    const { mean, median, standardError } = meanPathLength(lengths, percentiles);
    const intervals = options.bootstrap
      ? {
          featurePathLength: await bootstrap(
            [pairs],
            ([rows]) =>
              meanPathLength(
                Float64Array.from(rows!, (row) => lengths[row]!),
                percentiles,
              ).mean,
            RandomStream.create(seed, 'bootstrap'),
            { resamples: options.bootstrap, level: 0.95 },
          ),
        }
      : undefined;
    const metric = {
      metric: 'path-length',
      space: 'z',
      sampling,
      interpolation,
      epsilon,
      distance: `squared, of ${normalization === 'unit' ? 'features of length 1' : 'features as they are'}`,
      percentiles: percentiles ? percentiles.join('..') : 'all',
    };
    const evaluation = assembleEvaluation({
      subject: subjectOfRun(options.run, opened.step),
      numbers: {
        featurePathLength: mean,
        featurePathLengthMedian: median,
        featurePathLengthError: standardError,
      },
      intervals,
      directions: {
        featurePathLength: 'lower',
        featurePathLengthMedian: 'lower',
        featurePathLengthError: 'neither',
      },
      manifest: {
        measurement: {
          ...extractor.manifest,
          quantization: 'none',
          image: imageText(shape),
          classes: classes.length,
          pairs,
        },
        metrics: {
          featurePathLength: metric,
          featurePathLengthMedian: metric,
          featurePathLengthError: metric,
        },
        sampling: samplingPart(opened, 'running', options.truncation, ofTruncation),
      },
      engine: description,
      precision: 'float32',
      seed,
      cautions: [
        notLpips(['featurePathLength']),
        ...(still > 0 ? [stillPairs(['featurePathLength'], still, pairs)] : []),
        ...resamplesCautions(Object.keys(intervals ?? {}), options.bootstrap ?? 0),
      ],
      seconds: { generated: (host.clock.monotonic() - start) / 1000 },
    });
    return await keepEvaluation(options.run, evaluation);
  } finally {
    extractor?.dispose();
    await opened.close();
  }
}
