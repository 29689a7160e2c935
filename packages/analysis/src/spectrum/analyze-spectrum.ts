import type { PluginHost } from '@ganymede/core';
import { PowerSpectrum } from '@ganymede/metrics';
import { datasetImages, matchingLabels, type ImageSet } from '@ganymede/evaluation';
import { openRealImages } from '@ganymede/sampling';
import type { AnalysisOptions } from '../options.js';
import { withGenerator } from '../with-generator.js';
import { analysisFolder, writeAnalysis, type WrittenAnalysis } from '../write-analysis.js';
import { compareSpectra, type SpectrumComparison } from './compare-spectra.js';
import { spectrumPictures } from './spectrum-pictures.js';

export interface AnalyzeSpectrumOptions extends AnalysisOptions {
  /** Images of each kind; 2000, or as many as were trained on, by default. */
  readonly samples?: number;
}

const defaultSamples = 2000;
/** Images that are read at a time, at most: every other block is of the second half. */
const mostInBlock = 100;

/**
 * Compares the mean power spectrum of generated images with that of as many training images, in the shares of their
 * classes. Two halves of the real ones say how much two sets of the same kind differ.
 *
 * Differs on purpose from PyTorch-StudioGAN's frequency analysis (`run_frequency_analysis`): the power is averaged before
 * the logarithm, not after it, where images without power at a frequency would decide, and one of none would give
 * minus infinity; decibels are 10 log10 of power, where it takes 20 times the natural logarithm; no median filter, which
 * is not linear, takes part of the spectrum away before it is looked at; a window keeps the cross of the images' borders
 * out; channels are transformed one by one, not as their grey; memory does not grow with the number of images.
 * @throws RUN_NOT_FOUND, NO_CHECKPOINT, TOO_FEW_IMAGES, and what data throws
 */
export async function analyzeSpectrum(
  host: PluginHost,
  options: AnalyzeSpectrumOptions,
): Promise<WrittenAnalysis<SpectrumComparison>> {
  const { run, onProgress, signal } = options;
  return withGenerator(host, options, async ({ opened, seed, generated, about }) => {
    const real = await openRealImages(opened, {
      onProgress: (done, total) => onProgress?.({ text: 'decoding images', done, total }),
    });
    try {
      const count = options.samples ?? Math.min(defaultSamples, real.training.length);
      const training = datasetImages(real.training, seed, count);
      const fake = generated(matchingLabels(training.labels, opened.classes.length, count, seed));
      const halves = [0, 1].map(() => new PowerSpectrum(opened.backend, opened.shape));
      const ofFake = new PowerSpectrum(opened.backend, opened.shape);
      try {
        const tell = (text: string) => (done: number) => onProgress?.({ text, done, total: count });
        await each(training, signal, tell('spectrum of real images'), (pixels, i) =>
          halves[i % 2]!.add(pixels),
        );
        await each(fake, signal, tell('spectrum of generated images'), (pixels) => ofFake.add(pixels));
        const comparison = compareSpectra(opened.shape, halves, ofFake);
        const { sampling, ...rest } = about();
        return await writeAnalysis(
          analysisFolder(run, options.out),
          {
            kind: 'spectrum',
            ...rest,
            ...told(comparison, count),
            conditions: {
              ...sampling,
              images: count,
              real: real.training.name,
              realFingerprint: real.training.fingerprint,
            },
            details: comparison,
          },
          await spectrumPictures(opened.shape, comparison),
        );
      } finally {
        for (const one of [...halves, ofFake]) one.dispose();
      }
    } finally {
      await real.close();
    }
  });
}

async function each(
  set: ImageSet,
  signal: AbortSignal | undefined,
  tell: (done: number) => void,
  visit: (pixels: Uint8Array, block: number) => Promise<void>,
): Promise<void> {
  const block = Math.min(mostInBlock, Math.ceil(set.count / 2));
  for (let start = 0, i = 0; start < set.count; start += block, i++) {
    signal?.throwIfAborted();
    const count = Math.min(block, set.count - start);
    await visit(await set.read(start, count), i);
    tell(start + count);
  }
}

/** Images of each kind below which the mean spectrum is told to be rough. */
const fewest = 50;
/** Decibels at or below which no image has power but rounding. */
const none = -90;

function spectrumCautions({ real, fake }: SpectrumComparison, images: number): readonly string[] {
  const still = [
    ...(real.every((power) => power <= none) ? ['real'] : []),
    ...(fake.every((power) => power <= none) ? ['generated'] : []),
  ];
  return [
    ...(still.length > 0
      ? [`All ${still.join(' and ')} images are of one colour: they have no power at any frequency.`]
      : []),
    ...(images < fewest
      ? [`Mean spectra of ${images} images of each kind: take more for differences that last.`]
      : []),
  ];
}

function told(
  comparison: SpectrumComparison,
  images: number,
): {
  readonly findings: readonly string[];
  readonly cautions: readonly string[];
  readonly numbers: Readonly<Record<string, number>>;
} {
  const { numbers } = comparison;
  const { difference, halves, highFrequencies } = numbers;
  const sign = highFrequencies < 0 ? 'less' : 'more';
  return {
    findings: [
      `The spectra differ by ${difference.toFixed(2)} dB (root mean square over rings up to 0.5 cycles a pixel); two halves of the real images by ${halves.toFixed(2)} dB.`,
      `Above a quarter of a cycle a pixel generated images have ${Math.abs(highFrequencies).toFixed(2)} dB ${sign} power than real ones.`,
    ],
    cautions: spectrumCautions(comparison, images),
    numbers,
  };
}
