import { evaluationCall, type ImageShape } from '@ganymede/core';
import type { ComponentChoice } from '../config/schema.js';
import { tooFewForPath } from '../errors.js';
import { ImageGenerator } from '../run/generate.js';
import { drawLatents, resolveClasses } from '../run/latents.js';
import { latentSource, openGenerator, type OpenGeneratorOptions } from '../run/open-generator.js';
import { pathPoints, type Interpolation, type PathEnd, type Varying } from './paths.js';

export interface InterpolateOptions extends Omit<OpenGeneratorOptions, 'ema'> {
  readonly ema?: boolean;
  /** Paths, each between two latents and two classes; 8 by default. */
  readonly paths?: number;
  /** Images a path, both ends included; 9 by default. */
  readonly steps?: number;
  readonly varying?: Varying;
  /** `spherical` by default. */
  readonly interpolation?: Interpolation;
  /** Classes that the paths go through, one after the other; all of the run by default. */
  readonly classes?: readonly (string | number)[];
  readonly truncation?: ComponentChoice;
  readonly seed?: number;
  readonly onProgress?: (done: number, total: number) => void;
}

export interface InterpolateResult {
  /** uint8 [paths, steps, H, W, C]. */
  readonly images: Uint8Array;
  readonly shape: ImageShape;
  readonly paths: number;
  readonly steps: number;
}

/**
 * Images along paths between latents, classes or both. Path i starts in class i of those that are named and ends in the
 * next. Where only the latent varies it stays in its class, where only the class varies it keeps its latent.
 * @throws RUN_NOT_FOUND, NO_CHECKPOINT, UNKNOWN_CLASS, BAD_COUNT
 */
export async function interpolate(options: InterpolateOptions): Promise<InterpolateResult> {
  const { paths = 8, steps = 9, varying = 'both', interpolation = 'spherical', seed = 0 } = options;
  if (!Number.isInteger(paths) || paths < 1) throw tooFewForPath('paths', 1, paths);
  if (!Number.isInteger(steps) || steps < 2) throw tooFewForPath('steps', 2, steps);
  const opened = await openGenerator({ ...options, ema: options.ema ?? true });
  try {
    const { generator, backend, classes, shape } = opened;
    const named = options.classes?.length
      ? resolveClasses(options.classes, classes)
      : classes.map((_, index) => index);
    const ends = Int32Array.from({ length: paths + 1 }, (_, i) => named[i % named.length]!);
    const { z } = drawLatents(latentSource(opened, options.truncation), ends, generator.latentSize, seed);
    const endOf = (i: number): PathEnd => ({
      z: z.slice(i * generator.latentSize, (i + 1) * generator.latentSize),
      classWeights: Float32Array.from(classes, (_, index) => Number(index === ends[i])),
    });
    const points = Array.from({ length: paths }, (_, i) =>
      pathPoints(endOf(i), endOf(i + 1), steps, { varying, interpolation }),
    ).flat();
    const images = new ImageGenerator(backend, generator, Math.min(50, points.length), evaluationCall);
    try {
      return {
        images: await images.generate(
          joined(points.map((point) => point.z)),
          joined(points.map((point) => point.classWeights)),
          options.onProgress,
        ),
        shape,
        paths,
        steps,
      };
    } finally {
      images.dispose();
    }
  } finally {
    opened.close();
  }
}

function joined(rows: readonly Float32Array[]): Float32Array {
  const size = rows[0]!.length;
  const result = new Float32Array(rows.length * size);
  rows.forEach((row, i) => result.set(row, i * size));
  return result;
}
