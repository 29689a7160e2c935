import { evaluationCall, type ComponentChoice, type ImageShape, type PluginHost } from '@ganymede/core';
import { chosenClasses, mixtureRow, type ClassMixture } from '@ganymede/classes';
import {
  drawLatents,
  latentSource,
  openGenerator,
  type OpenedGenerator,
  type OpenGeneratorOptions,
} from '@ganymede/runs';
import { classesAndMixture, latentsDoNotFit, oneWalkAtATime, tooFewForPath } from '../errors.js';
import { ImageMaker } from '../image-maker.js';
import { readLatents, type Latents } from '../latents-file.js';
import {
  pathPoints,
  pointsAlong,
  type Along,
  type Interpolation,
  type PathEnd,
  type Varying,
} from './paths.js';

/** Which paths are walked with a generator. */
export interface PathOptions {
  /** File of latents, as `projectImages` writes it: the paths go from each to the next, instead of draws. */
  readonly latents?: string;
  /** Paths, each between two latents and two classes; 8, or all that `latents` has, by default. */
  readonly paths?: number;
  /** One path, from the first draw of `seed` to the first of this. */
  readonly toSeed?: number;
  /** Each path starts at a latent and goes to both sides along a direction, in its class. */
  readonly along?: Along;
  /** Images a path, both ends included; 9 by default. */
  readonly steps?: number;
  readonly varying?: Varying;
  /** `spherical` by default. */
  readonly interpolation?: Interpolation;
  /** Classes that the paths go through, one after the other; all of the run by default. */
  readonly classes?: readonly (string | number)[];
  /** What every image has of each class, instead of `classes`. */
  readonly mixture?: ClassMixture;
  readonly truncation?: ComponentChoice;
  readonly seed?: number;
  readonly onProgress?: (done: number, total: number) => void;
}

export interface InterpolateOptions extends Omit<OpenGeneratorOptions, 'ema'>, PathOptions {
  readonly ema?: boolean;
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
 * @throws RUN_NOT_FOUND, NO_CHECKPOINT, UNKNOWN_CLASS, BAD_COUNT, BAD_MIXTURE, BAD_ARGUMENTS, LATENTS_DO_NOT_FIT
 */
export async function interpolate(host: PluginHost, options: InterpolateOptions): Promise<InterpolateResult> {
  expectPaths(options);
  const opened = await openGenerator(host, { ...options, ema: options.ema ?? true });
  const maker = new ImageMaker(opened);
  try {
    return await drawPaths(opened, maker, options);
  } finally {
    maker.dispose();
    await opened.close();
  }
}

/**
 * The images that `interpolate` makes, of a generator that is open and may have made others.
 * @throws as `interpolate`, but for what opening throws
 */
export async function drawPaths(
  opened: OpenedGenerator,
  maker: ImageMaker,
  options: PathOptions,
): Promise<InterpolateResult> {
  expectPaths(options);
  const { steps = 9, varying = 'both', interpolation = 'spherical', along } = options;
  const { generator, classList, shape } = opened;
  const { latentSize } = generator;
  if (along && along.vector.length !== latentSize)
    throw latentsDoNotFit('direction', `${latentSize} numbers`, String(along.vector.length));
  await opened.useStatisticsOf(options.truncation);
  const ends =
    options.latents === undefined
      ? drawnEnds(opened, options)
      : endsOf(await readLatents(options.latents, { latentSize, classes: classList }), latentSize);
  const paths = along
    ? ends.map((end) => pointsAlong(end, along, steps))
    : ends.slice(1).map((end, i) => pathPoints(ends[i]!, end, steps, { varying, interpolation }));
  if (paths.length < 1) throw tooFewForPath('latents', 2, ends.length);
  const points = paths.flat();
  const images = await maker
    .at(Math.min(50, points.length), evaluationCall)
    .generate(
      joined(points.map(({ z }) => z)),
      joined(points.map((point) => point.classWeights)),
      options.onProgress,
    );
  return { images, shape, paths: paths.length, steps };
}

/** @throws BAD_COUNT, BAD_ARGUMENTS */
function expectPaths({ steps = 9, paths, toSeed, along, latents, classes, mixture }: PathOptions): void {
  if (!Number.isInteger(steps) || steps < 2) throw tooFewForPath('steps', 2, steps);
  if (classes && mixture) throw classesAndMixture('interpolate');
  if (toSeed === undefined) return;
  const other = along ? 'a direction' : latents !== undefined ? 'latents' : null;
  if (other !== null) throw oneWalkAtATime(`another seed and ${other}`);
  if ((paths ?? 1) !== 1) throw oneWalkAtATime(`another seed and ${paths} paths`);
}

/** A latent for each end, in the classes that are named, one after the other. */
function drawnEnds(opened: OpenedGenerator, options: PathOptions): PathEnd[] {
  const { paths = 8, seed = 0, toSeed, along } = options;
  if (!Number.isInteger(paths) || paths < 1) throw tooFewForPath('paths', 1, paths);
  const { latentSize } = opened.generator;
  const source = latentSource(opened, options.truncation);
  const draw = (count: number, of: number): Float32Array =>
    drawLatents(source, new Int32Array(count), latentSize, of).z;
  const count = toSeed !== undefined ? 2 : along ? paths : paths + 1;
  const z = toSeed === undefined ? draw(count, seed) : joined([draw(1, seed), draw(1, toSeed)]);
  const rows = classRows(opened, options, count);
  return endsOf({ z, classWeights: joined(rows), names: rows.map(String) }, latentSize);
}

/** What each end has of each class. */
function classRows(
  { classes }: Pick<OpenedGenerator, 'classes'>,
  { classes: wanted, mixture }: PathOptions,
  count: number,
): Float32Array[] {
  if (mixture) return new Array<Float32Array>(count).fill(mixtureRow(mixture, classes));
  const named = chosenClasses(wanted, classes);
  return Array.from({ length: count }, (_, i) => {
    const row = new Float32Array(classes.length);
    row[named[i % named.length]!] = 1;
    return row;
  });
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
