import { disposeNetwork, type ComponentChoice, type PluginHost } from '@ganymede/core';
import { datasetImages, matchingLabels, type ImageSet, type ManifestPart } from '@ganymede/evaluation';
import { openDiscriminator } from '@ganymede/runs';
import { openRealImages } from '@ganymede/sampling';
import { ImageLogits } from '@ganymede/samplers';
import type { AnalysisOptions } from '../options.js';
import { withGenerator } from '../with-generator.js';
import { analysisFolder, writeAnalysis, type WrittenAnalysis } from '../write-analysis.js';
import { logitsPicture, summarizeLogits, type LogitsDetails } from './summarize-logits.js';

export interface AnalyzeLogitsOptions extends AnalysisOptions {
  /** Images of each kind; 2000, or as many as there are, by default. */
  readonly samples?: number;
  /** Images that D was not trained on, instead of those that the run's config holds out. */
  readonly heldOut?: ComponentChoice;
}

const defaultSamples = 2000;

/** Images a call. */
const batchSize = 50;

/**
 * D's outputs on images that it was trained on, images like them that it was not, and generated ones. A D that has
 * learnt its training images by heart (arXiv:1809.11096, section 4.2) tells them from held-out ones. Images go in as they
 * are, without the augmentation of a run that has one.
 * @throws RUN_NOT_FOUND, NO_CHECKPOINT, NO_DISCRIMINATOR, CLASSES_DIFFER, and what data throws
 */
export async function analyzeLogits(
  host: PluginHost,
  options: AnalyzeLogitsOptions,
): Promise<WrittenAnalysis<LogitsDetails>> {
  const { run, onProgress, signal } = options;
  return withGenerator(host, options, async ({ opened, seed, generated, about }) => {
    const discriminator = await openDiscriminator(run, opened);
    const reader = new ImageLogits(opened.backend, discriminator, opened.shape, 'logits');
    try {
      const real = await openRealImages(opened, {
        ...(options.heldOut && { heldOut: options.heldOut }),
        onProgress: (done, total) => onProgress?.({ text: 'decoding images', done, total }),
      });
      try {
        const count = options.samples ?? Math.min(defaultSamples, real.training.length);
        const training = datasetImages(real.training, seed, count);
        const heldOut =
          real.heldOut && datasetImages(real.heldOut, seed, Math.min(count, real.heldOut.length));
        const fake = generated(matchingLabels(training.labels, opened.classes.length, count, seed));
        const read = async (text: string, set: ImageSet): Promise<Float32Array> =>
          reader.read(set, {
            batchSize,
            signal,
            onBatch: (_, done) => onProgress?.({ text, done, total: set.count }),
          });
        const sets = {
          training: { labels: training.labels, logits: await read('D on training images', training) },
          ...(heldOut && {
            heldOut: { labels: heldOut.labels, logits: await read('D on held-out images', heldOut) },
          }),
          generated: { labels: fake.labels, logits: await read('D on generated images', fake) },
        };
        const { findings, cautions, numbers, details } = summarizeLogits(sets, opened.classes);
        const { sampling, ...rest } = about();
        const conditions: ManifestPart = {
          ...sampling,
          images: count,
          real: real.training.name,
          realFingerprint: real.training.fingerprint,
          ...(real.heldOut && {
            heldOut: real.heldOut.name,
            heldOutFingerprint: real.heldOut.fingerprint,
            heldOutImages: heldOut!.count,
          }),
        };
        return await writeAnalysis(
          analysisFolder(run, options.out),
          {
            kind: 'logits',
            ...rest,
            findings,
            numbers,
            conditions,
            cautions: [
              ...cautions,
              ...(opened.config.augmentation === null
                ? []
                : ['In training D saw augmented images only; here it sees them as they are.']),
            ],
            details,
          },
          [logitsPicture(details)],
        );
      } finally {
        await real.close();
      }
    } finally {
      reader.dispose();
      disposeNetwork(discriminator);
    }
  });
}
