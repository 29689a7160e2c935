import { evaluationCall, RandomStream, type Prior, type Truncation, type PluginHost } from '@ganymede/core';
import { badAnalysisCount } from '../errors.js';
import { formatClassList, chosenClasses } from '@ganymede/classes';
import { drawLatents, ImageGenerator, latentSource } from '@ganymede/runs';

import type { Picture } from '../analysis.js';
import type { AnalysisOptions } from '../options.js';
import { labelledSheetPng, type SheetRow } from '@ganymede/figures';
import { withGenerator, type AnalyzedGenerator } from '../with-generator.js';
import { analysisFolder, writeAnalysis, type WrittenAnalysis } from '../write-analysis.js';
import { factorize } from './factorize.js';
import { latentChunks, type LatentChunk } from './latent-chunks.js';

export interface AnalyzeDirectionsOptions extends AnalysisOptions {
  /** Of each chunk of z; by default 3 where there are several chunks, else 8. */
  readonly directions?: number;
  /** Images along each, an odd number so that one of them is where they start; 7 by default. */
  readonly steps?: number;
  /** How far to both sides, in standard deviations of a component of z; 3 by default. */
  readonly extent?: number;
  /** Latents that directions are followed from, a sheet each; 3 by default. */
  readonly images?: number;
  /** Classes that these images have, one after the other; all of the run by default. */
  readonly classes?: readonly (string | number)[];
  /** Parts of the network whose weights are factorized, e.g. `linear`, `blocks.0`; all that z enters by default. */
  readonly places?: readonly string[];
}

/** A direction in the whole of z. */
export interface FoundDirection {
  /** Its number within its chunk, from 1 on. */
  readonly number: number;
  /** Parts of the network that the chunk enters. */
  readonly places: readonly string[];
  /** Weights that were factorized together. */
  readonly weights: readonly string[];
  readonly start: number;
  readonly size: number;
  readonly eigenvalue: number;
  /** Of all eigenvalues of the chunk. */
  readonly share: number;
  /** Unit vector, [latentSize]; 0 outside of the chunk. */
  readonly vector: readonly number[];
}

export interface DirectionsDetails {
  readonly directions: readonly FoundDirection[];
  /** Distance along each direction of every column of the sheets. */
  readonly offsets: readonly number[];
}

/**
 * The directions of z that change most what the layers give that z enters (SeFa, arXiv:2007.06600), and images along
 * them. Where the latent is hierarchical each chunk has directions of its own: of the first linear layer, and of the
 * gains and biases of each block's conditional normalizations.
 *
 * Differs on purpose from PyTorch-StudioGAN's (`run_semantic_factorization`), which factorizes the first layer alone and
 * goes one way only.
 * @throws RUN_NOT_FOUND, NO_CHECKPOINT, LATENT_INPUTS_UNKNOWN, UNKNOWN_CLASS, BAD_COUNT
 */
export async function analyzeDirections(
  host: PluginHost,
  options: AnalyzeDirectionsOptions,
): Promise<WrittenAnalysis<DirectionsDetails>> {
  const { run, steps = 7, extent = 3, images = 3 } = options;
  if (!Number.isInteger(steps) || steps < 3 || steps % 2 === 0)
    throw badAnalysisCount('steps', 'an odd number of 3 or more', steps);
  if (!(extent > 0)) throw badAnalysisCount('extent', 'a number above 0', extent);
  if (!Number.isInteger(images) || images < 1) throw badAnalysisCount('images', '1 or more', images);
  return withGenerator(host, options, async (analyzed) => {
    const { opened, about } = analyzed;
    const { generator, config } = opened;
    const chunks = await latentChunks(generator, config.generator.use, options.places);
    const wanted = options.directions ?? (chunks.length > 1 ? 3 : 8);
    if (!Number.isInteger(wanted) || wanted < 1) throw badAnalysisCount('directions', '1 or more', wanted);
    const directions = chunks.flatMap((chunk) => directionsOf(chunk, wanted, generator.latentSize));
    const deviation = deviationOf(latentSource(opened, options.truncation), generator.latentSize);
    const offsets = Array.from({ length: steps }, (_, i) => deviation * extent * ((2 * i) / (steps - 1) - 1));
    const pictures = await sheets(analyzed, options, { directions, offsets, deviation, images });
    const { sampling, ...rest } = about();
    return writeAnalysis(
      analysisFolder(run, options.out),
      {
        kind: 'directions',
        ...rest,
        findings: chunks.map(({ start, size, places }) => {
          const own = directions.filter((one) => one.start === start && one.size === size);
          const share = own.reduce((sum, one) => sum + one.share, 0);
          return `z[${start}..${start + size - 1}] into ${places.join(', ')}: the first ${own.length} of ${size} directions make ${(100 * share).toFixed(0)} % of the change.`;
        }),
        numbers: {},
        cautions: [],
        conditions: {
          ...sampling,
          directions: wanted,
          steps,
          extent,
          images,
          ...(options.places?.length && { places: options.places.join() }),
          ...(options.classes && { classes: formatClassList(options.classes.map(String)) }),
        },
        details: { directions, offsets },
      },
      pictures,
    );
  });
}

function directionsOf(chunk: LatentChunk, count: number, latentSize: number): FoundDirection[] {
  const { start, size, places, weights } = chunk;
  return factorize(weights, size)
    .slice(0, count)
    .map(({ vector, eigenvalue, share }, i) => {
      const whole = new Array<number>(latentSize).fill(0);
      vector.forEach((value, at) => (whole[start + at] = value));
      const names = weights.map(({ name }) => name);
      return { number: i + 1, places, weights: names, start, size, eigenvalue, share, vector: whole };
    });
}

/** Root mean square distance of a component of z from its mean. */
function deviationOf(source: Prior | Truncation, size: number): number {
  const draws = source.sample(Math.ceil(20_000 / size), size, RandomStream.create(0, 'deviation'));
  const mean = draws.reduce((a, b) => a + b, 0) / draws.length;
  return Math.sqrt(draws.reduce((sum, value) => sum + (value - mean) ** 2, 0) / draws.length);
}

/** A sheet for each image: a direction a row, the image itself in the middle. */
async function sheets(
  { opened, seed }: AnalyzedGenerator,
  { classes: names, truncation, onProgress }: AnalyzeDirectionsOptions,
  {
    directions,
    offsets,
    deviation,
    images,
  }: DirectionsDetails & { readonly deviation: number; readonly images: number },
): Promise<Picture[]> {
  const { generator, backend, classes, shape } = opened;
  const { latentSize } = generator;
  const named = chosenClasses(names, classes);
  const labels = Int32Array.from({ length: images }, (_, i) => named[i % named.length]!);
  const { z } = drawLatents(latentSource(opened, truncation), labels, latentSize, seed);
  const places = directions.length * offsets.length;
  const made = new ImageGenerator(backend, generator, Math.min(50, places), evaluationCall, 'directions');
  const pictures: Picture[] = [];
  try {
    for (let image = 0; image < images; image++) {
      const from = z.subarray(image * latentSize, (image + 1) * latentSize);
      const points = new Float32Array(places * latentSize);
      directions.forEach(({ vector }, d) =>
        offsets.forEach((offset, s) =>
          points.set(
            from.map((value, i) => value + offset * vector[i]!),
            (d * offsets.length + s) * latentSize,
          ),
        ),
      );
      const pixels = await made.generate(points, new Int32Array(places).fill(labels[image]!), (done) =>
        onProgress?.({ text: 'images', done: image * places + done, total: images * places }),
      );
      const name = classes[labels[image]!] ?? String(labels[image]);
      pictures.push({
        id: `${image + 1}`,
        title: `Directions from an image of ${name}`,
        content: await labelledSheetPng(pixels, shape, {
          title: `Directions of z from an image of ${name}`,
          columns: offsets.map(
            (offset) => `${offset > 0 ? '+' : ''}${Number((offset / deviation).toFixed(2))} sd`,
          ),
          rows: rowsOf(directions, offsets.length),
        }),
      });
    }
  } finally {
    made.dispose();
  }
  return pictures;
}

function rowsOf(directions: readonly FoundDirection[], steps: number): SheetRow[] {
  return directions.map(({ number, places, start, size, share }, d) => ({
    label: `${number}\n${(100 * share).toFixed(0)} %`,
    cells: Array.from({ length: steps }, (_, s) => ({ image: d * steps + s })),
    ...(number === 1 && {
      heading: `z[${start}..${start + size - 1}], which enters ${places.length > 4 ? `${places[0]} to ${places.at(-1)}` : places.join(', ')}`,
    }),
  }));
}
