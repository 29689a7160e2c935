import { evaluationCall, type ImageShape, type ComponentChoice, type PluginHost } from '@ganymede/core';
import { chosenClasses } from '@ganymede/classes';
import {
  drawLatents,
  ImageGenerator,
  latentSource,
  openGenerator,
  type OpenedGenerator,
  type OpenGeneratorOptions,
} from '@ganymede/runs';
import { tooFewForPath } from '../errors.js';
import { readLatents, type Latents } from '../latents-file.js';
import { pathPoints, type Interpolation, type PathEnd, type Varying } from './paths.js';

export interface InterpolateOptions extends Omit<OpenGeneratorOptions, 'ema'> {
  readonly ema?: boolean;
  /** File of latents, as `projectImages` writes it: the paths go from each to the next, instead of draws. */
  readonly latents?: string;
  /** Paths, each between two latents and two classes; 8, or all that `latents` has, by default. */
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
 * @throws RUN_NOT_FOUND, NO_CHECKPOINT, UNKNOWN_CLASS, BAD_COUNT, LATENTS_DO_NOT_FIT
 */
export async function interpolate(host: PluginHost, options: InterpolateOptions): Promise<InterpolateResult> {
  const { steps = 9, varying = 'both', interpolation = 'spherical' } = options;
  if (!Number.isInteger(steps) || steps < 2) throw tooFewForPath('steps', 2, steps);
  const opened = await openGenerator(host, { ...options, ema: options.ema ?? true });
  try {
    const { generator, backend, classList, shape } = opened;
    const { latentSize } = generator;
    const ends =
      options.latents === undefined
        ? drawnEnds(opened, options)
        : endsOf(await readLatents(options.latents, { latentSize, classes: classList }), latentSize);
    const paths = ends.length - 1;
    if (paths < 1) throw tooFewForPath('latents', 2, ends.length);
    const points = ends
      .slice(1)
      .flatMap((end, i) => pathPoints(ends[i]!, end, steps, { varying, interpolation }));
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
    await opened.close();
  }
}

/** A latent for each end, in the classes that are named, one after the other. */
function drawnEnds(opened: OpenedGenerator, options: InterpolateOptions): PathEnd[] {
  const { paths = 8, seed = 0 } = options;
  if (!Number.isInteger(paths) || paths < 1) throw tooFewForPath('paths', 1, paths);
  const { classes } = opened;
  const { latentSize } = opened.generator;
  const named = chosenClasses(options.classes, classes);
  const labels = Int32Array.from({ length: paths + 1 }, (_, i) => named[i % named.length]!);
  const { z } = drawLatents(latentSource(opened, options.truncation), labels, latentSize, seed);
  const rows = Array.from(labels, (label) => classes.map((_, index) => Number(index === label)));
  return endsOf({ z, classWeights: Float32Array.from(rows.flat()), names: rows.map(String) }, latentSize);
}

function endsOf({ z, classWeights, names }: Latents, latentSize: number): PathEnd[] {
  const classes = classWeights.length / names.length;
  return names.map((_, i) => ({
    z: z.slice(i * latentSize, (i + 1) * latentSize),
    classWeights: classWeights.slice(i * classes, (i + 1) * classes),
  }));
}

function joined(rows: readonly Float32Array[]): Float32Array {
  const size = rows[0]!.length;
  const result = new Float32Array(rows.length * size);
  rows.forEach((row, i) => result.set(row, i * size));
  return result;
}
