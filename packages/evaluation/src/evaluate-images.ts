import type { Dataset, ComponentChoice, PluginHost } from '@ganymede/core';
import { relabelled } from '@ganymede/classes';
import { joinWorkers, openDataset, openBackend } from '@ganymede/runs';
import { closedAfter, type WorkerGroup } from '@ganymede/workers';
import { commonResolution } from './common-resolution.js';
import { datasetImages } from './image-set.js';
import { textsOf, type Evaluation } from './manifest.js';
import { MeasuringRecipe, type MeasuringProgress } from './measuring-recipe.js';
import type { EvaluateImagesOptions, EvaluateProgress } from './types.js';

const defaultMetrics: readonly ComponentChoice[] = [{ use: 'fid' }];

/**
 * Measures one set of images against another: two folders, archives, or whatever a dataset component opens.
 * @throws IMAGE_SIZES_DIFFER, RESOLUTION_UNKNOWN, WEIGHTS_NOT_FOUND, and what data, extractor and metrics throw
 */
export async function evaluateImages(host: PluginHost, options: EvaluateImagesOptions): Promise<Evaluation> {
  const { seed = 0, channels = 3, samples: count, bootstrap, cache, onProgress, signal } = options;
  const container = await host.open({ plugins: options.plugins ?? [] });
  const resolution = options.resolution ?? (await commonResolution(container, [options.real, options.fake]));
  const engine = await openBackend(container, options.backend ?? { use: 'auto' }, options.workers);
  const opened: Dataset[] = [];
  const close = async (): Promise<void> => {
    for (const dataset of opened) await dataset.close();
    engine.backend.dispose();
  };
  let group: WorkerGroup;
  try {
    group = await joinWorkers(engine, options.workers, container.clock);
  } catch (error) {
    await close();
    throw error;
  }
  const measured = async (): Promise<Evaluation> => {
    const recipe = await MeasuringRecipe.open(
      container,
      { ...engine, group },
      {
        metrics: options.metrics ?? defaultMetrics,
        extractor: options.extractor ?? { use: 'inception-v3' },
        precision: options.precision ?? 'float32',
      },
    );
    try {
      const settings = { resolution, channels, strictData: true };
      for (const choice of [options.real, options.fake]) {
        const dataset = await openDataset(container, choice, settings, {
          onProgress: (done, total) => onProgress?.({ part: 'data', done, total }),
        });
        opened.push(dataset);
      }
      const [real, fake] = opened as [Dataset, Dataset];
      const needsLabels = recipe.metrics.some(({ metric }) => metric.needs.includes('labels'));
      const images = datasetImages(needsLabels ? withClassesOf(real, fake) : fake, 0, count);
      const reference = recipe.against(real, options.real, images.count, { count, cache });
      const sampling = { images: fake.name, imagesFingerprint: fake.fingerprint };
      const metrics = JSON.stringify(recipe.metrics.map(({ options: chosen }) => chosen));
      await group.expectSame({
        ...textsOf({ ...reference.conditions, ...sampling, seed, count: images.count }),
        metrics,
      });
      return await recipe.measure(reference, {
        subject: { name: fake.name },
        images: async () => images,
        sampling,
        seed,
        bootstrap,
        datasets: opened,
        onProgress: (progress) => onProgress?.(ofTwoSets(progress)),
        signal,
      });
    } finally {
      recipe.dispose();
    }
  };
  return closedAfter(group, measured, async () => {
    group.dispose();
    await close();
  });
}

/** Progress with the sets called by their place: neither of them is generated here. */
function ofTwoSets(progress: MeasuringProgress): EvaluateProgress {
  if (progress.part === 'metric') return progress;
  return { ...progress, part: progress.part === 'reference' ? 'first' : 'second' };
}

/** The second set with labels of the first; a metric of classes over other classes would be another number. */
function withClassesOf(real: Dataset, fake: Dataset): Dataset {
  const hint =
    'Give both the same classes, under the same names, or leave out metrics that compare class by class.';
  const classes = { count: real.classes.length, names: real.classes };
  return relabelled(fake, classes, { whose: real.name, hint });
}
