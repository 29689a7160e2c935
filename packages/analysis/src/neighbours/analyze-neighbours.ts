import { RandomStream, type ComponentChoice, type PluginHost } from '@ganymede/core';
import { badAnalysisCount } from '../errors.js';
import { FeatureReader, imagesOf, matchingLabels, type ManifestPart } from '@ganymede/evaluation';
import { formatClassList, chosenClasses } from '@ganymede/classes';
import { openRealImages, type RealImages } from '@ganymede/sampling';
import type { AnalysisOptions } from '../options.js';
import { withGenerator, type AnalyzedGenerator } from '../with-generator.js';
import { analysisFolder, writeAnalysis, type WrittenAnalysis } from '../write-analysis.js';
import { featureSpace, pixelSpace, type Space } from './spaces.js';
import { neighbourPictures } from './neighbour-pictures.js';
import { searchSpace, type FoundNeighbours, type Queries } from './search-space.js';
import { summarizeNeighbours, type NeighboursDetails } from './summarize-neighbours.js';

export interface AnalyzeNeighboursOptions extends AnalysisOptions {
  /** Where distances are measured; both by default. */
  readonly spaces?: readonly ('features' | 'pixels')[];
  /** Of the space `features`; the run's by default. */
  readonly extractor?: ComponentChoice;
  readonly precision?: 'auto' | 'float32' | 'bfloat16';
  /** Generated images whose neighbours are looked for; 1000, or as many as were trained on, by default. */
  readonly samples?: number;
  /** Training images shown beside each; 7 by default. */
  readonly neighbours?: number;
  /** Generated images that are shown; 12 by default. */
  readonly shown?: number;
  /** Look among the training images of the same class only. */
  readonly withinClass?: boolean;
  /** Classes of the generated images, names or numbers; all by default. */
  readonly classes?: readonly (string | number)[];
  /** Images that were not trained on, instead of those that the run's config holds out. */
  readonly heldOut?: ComponentChoice;
}

const defaultSamples = 1000;

/**
 * The nearest training images of generated ones, in the space of an extractor's features and in that of pixels: does the
 * generator repeat what it was trained on? The distance to the nearest training image says so only beside that of images
 * which are real and were not trained on: held-out ones, or, where there are none, training images themselves, each among
 * the others. One pass over the training images in constant memory.
 *
 * Differs on purpose from PyTorch-StudioGAN's (`run_k_nearest_neighbor`), which leaves the last images of a class out,
 * those that do not fill a batch, looks at one image of each class, and has nothing to compare its distances with.
 * @throws RUN_NOT_FOUND, NO_CHECKPOINT, WEIGHTS_NOT_FOUND, UNKNOWN_CLASS, BAD_COUNT, CLASSES_DIFFER, and what data throws
 */
export async function analyzeNeighbours(
  host: PluginHost,
  options: AnalyzeNeighboursOptions,
): Promise<WrittenAnalysis<NeighboursDetails>> {
  const { run, onProgress, spaces: wanted = ['features', 'pixels'], neighbours = 7, shown = 12 } = options;
  for (const [what, value] of Object.entries({ neighbours, shown }))
    if (!Number.isInteger(value) || value < 1)
      throw badAnalysisCount(what, 'a whole number of 1 or more', value);
  return withGenerator(host, options, async (analyzed) => {
    const { opened } = analyzed;
    const { container, config } = opened;
    let reader: FeatureReader | null = null;
    let real: RealImages | null = null;
    try {
      const spaces: Space[] = [];
      if (wanted.includes('features')) {
        reader = await FeatureReader.open(container, opened, {
          extractor: options.extractor ?? config.featureExtractor,
          precision: options.precision ?? config.evaluate.precision,
        });
        spaces.push(featureSpace(reader));
      }
      if (wanted.includes('pixels')) spaces.push(pixelSpace(opened.shape));
      real = await openRealImages(opened, {
        ...(options.heldOut && { heldOut: options.heldOut }),
        onProgress: (done, total) => onProgress?.({ text: 'decoding images', done, total }),
      });
      const queries = queriesOf(analyzed, real, options);
      const found: FoundNeighbours[] = [];
      for (const space of spaces)
        found.push(
          await searchSpace(space, queries, real.training, {
            neighbours,
            withinClass: options.withinClass ?? false,
            tell: (text, done, total) => onProgress?.({ text, done, total }),
            ...(options.signal && { signal: options.signal }),
          }),
        );
      const summary = summarizeNeighbours(found, queries, opened.classes, neighbours);
      const { sampling, ...rest } = analyzed.about();
      return await writeAnalysis(
        analysisFolder(run, options.out),
        {
          kind: 'neighbours',
          ...rest,
          ...summary,
          conditions: { ...sampling, ...conditionsOf(spaces, queries, real, options, neighbours) },
        },
        await neighbourPictures(found, queries, real.training, opened, { neighbours, shown }),
      );
    } finally {
      reader?.dispose();
      await real?.close();
    }
  });
}

/** The generated images, and the real ones that theirs are compared with. */
function queriesOf(
  { opened, seed, generated }: AnalyzedGenerator,
  { training, heldOut }: RealImages,
  options: AnalyzeNeighboursOptions,
): Queries {
  const count = options.samples ?? Math.min(defaultSamples, training.length);
  const names = opened.classes;
  const only = options.classes ? new Set(chosenClasses(options.classes, names)) : null;
  const isWanted = (label: number): boolean => only?.has(label) ?? true;
  const labels = training.labels().filter(isWanted);
  const reference = heldOut ?? training;
  const all = reference.labels();
  const chosen = RandomStream.create(seed, 'reference-order')
    .permutation(reference.length)
    .filter((index) => isWanted(all[index]!))
    .subarray(0, count);
  return {
    generated: generated(matchingLabels(labels, names.length, count, seed)),
    reference: imagesOf(reference, chosen),
    own: heldOut ? null : Int32Array.from(chosen),
  };
}

function conditionsOf(
  spaces: readonly Space[],
  queries: Queries,
  { training, heldOut }: RealImages,
  { withinClass = false, classes }: AnalyzeNeighboursOptions,
  neighbours: number,
): ManifestPart {
  return {
    ...spaces.reduce<ManifestPart>((all, { manifest }) => ({ ...all, ...manifest }), {}),
    spaces: spaces.map(({ id }) => id).join(),
    images: queries.generated.count,
    neighbours,
    withinClass,
    ...(classes && { classes: formatClassList(classes.map(String)) }),
    training: training.name,
    trainingFingerprint: training.fingerprint,
    reference: heldOut?.name ?? 'training images, each among the others',
    ...(heldOut && { referenceFingerprint: heldOut.fingerprint }),
    referenceImages: queries.reference.count,
  };
}
