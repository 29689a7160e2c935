import type { ComponentChoice, Components, Dataset } from '@ganymede/core';
import { dataCache, openDataset, type OpenDatasetOptions } from '@ganymede/runs';
import type { DataFacts, DuplicateFacts } from './data-facts.js';
import { findDuplicates, type DuplicateGroup } from './near-duplicates.js';
import { hashedSide } from './perceptual-hash.js';
import { pixelKinds } from './pixel-kinds.js';
import { summarizeSizes } from './summarize-sizes.js';

/** Above it images are not compared with each other: their small copies are held in memory, 4 KiB each. */
const mostCompared = 200_000;

const readAtOnce = 4096;
const mostExamples = 5;

/**
 * Looks at images as training will see them: decoded by the data's own component, here to 32 pixels a side with their alpha.
 * @throws UNKNOWN_COMPONENT, BAD_OPTION, and what the data throws
 */
export async function surveyData(
  components: Pick<Components, 'resolve' | 'clock'>,
  choice: ComponentChoice,
  options: Pick<OpenDatasetOptions, 'cacheFolder' | 'onProgress'> = {},
): Promise<DataFacts> {
  const settings = { resolution: hashedSide, channels: 4, strictData: false } as const;
  const dataset = await openDataset(components, choice, settings, options);
  try {
    const source = components.resolve('dataset', choice);
    const sizes =
      (await source.sizes?.({
        skipUnusable: true,
        cacheFolder: options.cacheFolder ?? dataCache(),
        now: () => components.clock.now(),
      })) ?? [];
    const { kinds, duplicates } = await lookAtPixels(dataset);
    const counts = new Int32Array(dataset.classes.length);
    for (const label of dataset.labels()) counts[label]!++;
    return {
      name: dataset.name,
      choice,
      images: dataset.length,
      classes: dataset.classes.map((name, label) => ({ name, images: counts[label]! })),
      sizes: summarizeSizes(sizes, dataset.length),
      ...kinds,
      duplicates,
      skipped: dataset.report.skipped,
      // What was cropped or enlarged for this look is no matter of the training.
      notes: (dataset.report.notes ?? []).filter((note) => !/images (were|are) (cropped|smaller)/.test(note)),
    };
  } finally {
    await dataset.close();
  }
}

async function lookAtPixels(dataset: Dataset): Promise<{
  readonly kinds: { readonly grey: number; readonly transparent: number };
  readonly duplicates: DuplicateFacts | null;
}> {
  const { length } = dataset;
  const area = hashedSide * hashedSide;
  const kept = length <= mostCompared ? new Uint8Array(length * area * 4) : null;
  let [grey, transparent] = [0, 0];
  for (let start = 0; start < length; start += readAtOnce) {
    const count = Math.min(readAtOnce, length - start);
    const pixels = await dataset.read(Array.from({ length: count }, (_, i) => start + i));
    const kinds = pixelKinds(pixels, area);
    grey += kinds.grey;
    transparent += kinds.transparent;
    kept?.set(pixels, start * area * 4);
  }
  const groups = kept && findDuplicates({ pixels: kept, channels: 4 });
  return { kinds: { grey, transparent }, duplicates: groups && (await factsOf(groups, dataset)) };
}

async function factsOf(groups: readonly DuplicateGroup[], dataset: Dataset): Promise<DuplicateFacts> {
  const labels = dataset.labels();
  const isBetween = (group: DuplicateGroup): boolean => new Set(group.map((i) => labels[i])).size > 1;
  const between = groups.filter(isBetween);
  const names = groups.length > 0 ? await dataset.names?.() : undefined;
  const named = (group: DuplicateGroup): readonly string[] =>
    group.slice(0, mostExamples).map((i) => names?.[i] ?? `image ${i}`);
  return {
    images: groups.reduce((sum, group) => sum + group.length - 1, 0),
    groups: groups.length,
    betweenClasses: between.length,
    examples: [...between, ...groups.filter((group) => !isBetween(group))].slice(0, mostExamples).map(named),
  };
}
