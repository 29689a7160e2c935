import { createHash } from 'node:crypto';
import { evaluationCall, type ComponentChoice, type PluginHost } from '@ganymede/core';
import { openExtractor } from '@ganymede/evaluation';
import { badAnalysisCount } from '../errors.js';
import { resolveClass } from '@ganymede/classes';
import { ImageGenerator, latentSource } from '@ganymede/runs';
import { serializeLatents } from '@ganymede/sampling';
import type { AnalysisOptions } from '../options.js';
import { withGenerator } from '../with-generator.js';
import { analysisFolder, writeAnalysis, type WrittenAnalysis } from '../write-analysis.js';
import { expectDifferentiable } from './expect-differentiable.js';
import type { SearchSettings } from './latent-search.js';
import { searchTargets } from './search-targets.js';
import {
  chooseBest,
  projectionPictures,
  summarizeProjection,
  type ProjectionDetails,
} from './summarize-projection.js';
import { readTargets } from './read-targets.js';

export interface ProjectImagesOptions extends AnalysisOptions {
  /** Files of images. */
  readonly images: readonly string[];
  /** The class of all of them, name or number; without it the mixture of classes is looked for too. */
  readonly class?: string;
  /** Adds the distance of its features to the loss. */
  readonly extractor?: ComponentChoice;
  /** Steps of Adam; 400 by default. */
  readonly steps?: number;
  /** At its greatest; it falls to 0 by half a cosine. 0.05 by default. */
  readonly learningRate?: number;
  /** Draws of the prior that are gone on from for each image; 4 by default. */
  readonly restarts?: number;
  /** 1 by default. */
  readonly pixelWeight?: number;
  /** 1 by default where there is an extractor. */
  readonly featureWeight?: number;
  /** Of latents longer than the prior's; 0.1 by default. */
  readonly latentWeight?: number;
}

/**
 * Latents whose images are as like given ones as they become: what a generator can make and what it cannot. Writes target
 * beside reconstruction, the losses by step, and the latents as `<name>.safetensors`, which `sample` and `interpolate` take.
 * @throws RUN_NOT_FOUND, NO_CHECKPOINT, UNKNOWN_CLASS, BAD_COUNT, DATASET_BAD_IMAGE, WEIGHTS_NOT_FOUND, FEATURES_NOT_DIFFERENTIABLE
 */
export async function projectImages(
  host: PluginHost,
  options: ProjectImagesOptions,
): Promise<WrittenAnalysis<ProjectionDetails> & { readonly latents: string }> {
  const { run, images: paths, onProgress, signal } = options;
  const settings = settingsOf(options);
  if (paths.length === 0) throw badAnalysisCount('project', 'images', 0);
  return withGenerator(host, options, async ({ opened, about }) => {
    const { generator, backend, container, classes, shape } = opened;
    const targets = await readTargets(paths, shape);
    const label = options.class === undefined ? null : resolveClass(options.class, classes);
    const extractor = options.extractor ? await openExtractor(container, options.extractor) : null;
    try {
      if (extractor) await expectDifferentiable(extractor, shape);
      const source = latentSource(opened, options.truncation);
      const results = await searchTargets({
        opened,
        source,
        extractor,
        targets,
        label,
        settings,
        tell: (done, total) => onProgress?.({ text: 'images times steps', done, total }),
        ...(signal && { signal }),
      });
      const best = chooseBest(results, settings.restarts, generator);
      const maker = new ImageGenerator(backend, generator, 50, evaluationCall, 'reconstruct');
      let made: Uint8Array;
      try {
        made = await maker.generate(best.z, best.classWeights);
      } finally {
        maker.dispose();
      }
      const summary = summarizeProjection({ best, made, targets, paths, shape, settings, classes });
      const { sampling, ...rest } = about();
      const written = await writeAnalysis(
        analysisFolder(run, options.out),
        {
          kind: 'projection',
          ...rest,
          ...summary,
          conditions: {
            ...sampling,
            ...settings,
            ...(extractor && { ...extractor.manifest, quantization: 'none' }),
            class: label === null ? 'looked for' : classes[label]!,
            targets: paths.join(),
            targetsSha256: createHash('sha256').update(targets).digest('hex'),
          },
        },
        await projectionPictures({ best, made, targets, paths, shape, settings }),
        {
          '.safetensors': serializeLatents(
            { ...firstOfEach(best, settings.restarts, generator), names: paths },
            opened.classList,
            { run: rest.subject.name, step: String(rest.subject.step) },
          ),
        },
      );
      return { ...written, latents: written.files.find((file) => file.endsWith('.safetensors'))! };
    } finally {
      extractor?.dispose();
    }
  });
}

function settingsOf(options: ProjectImagesOptions): SearchSettings {
  const {
    steps = 400,
    restarts = 4,
    learningRate = 0.05,
    pixelWeight = 1,
    latentWeight = 0.1,
    seed = 0,
  } = options;
  for (const [what, value] of Object.entries({ steps, restarts }))
    if (!Number.isInteger(value) || value < 1)
      throw badAnalysisCount(what, 'a whole number of 1 or more', value);
  if (!(learningRate > 0)) throw badAnalysisCount('learningRate', 'a number above 0', learningRate);
  const featureWeight = options.extractor ? (options.featureWeight ?? 1) : 0;
  for (const [what, value] of Object.entries({ pixelWeight, featureWeight, latentWeight }))
    if (!(value >= 0)) throw badAnalysisCount(what, '0 or more', value);
  return { steps, restarts, learningRate, pixelWeight, featureWeight, latentWeight, seed };
}

/** The best row of every target. */
function firstOfEach(
  { z, classWeights }: { readonly z: Float32Array; readonly classWeights: Float32Array },
  restarts: number,
  { latentSize, classes }: { readonly latentSize: number; readonly classes: number },
): { readonly z: Float32Array; readonly classWeights: Float32Array } {
  const pick = (all: Float32Array, size: number): Float32Array => {
    const rows = all.length / size / restarts;
    const picked = new Float32Array(rows * size);
    for (let i = 0; i < rows; i++)
      picked.set(all.subarray(i * restarts * size, (i * restarts + 1) * size), i * size);
    return picked;
  };
  return { z: pick(z, latentSize), classWeights: pick(classWeights, classes) };
}
