import {
  RandomStream,
  recordOf,
  type Caution,
  type ComponentChoice,
  type Components,
  type FeatureSetShape,
  type FeatureSummary,
  type Metric,
} from '@ganymede/core';
import { mergedCautions, notKept } from './cautions.js';
import { duplicateNumber } from './errors.js';
import type { FeatureReader, ReadOptions } from './feature-reader.js';
import type { ImageSet } from './image-set.js';
import { flatOptions, type Evaluation, type ManifestPart } from './manifest.js';
import type { ReferenceCache } from './reference-cache.js';

/** A metric and the options it was made with. */
export interface ChosenMetric {
  readonly metric: Metric;
  readonly use: string;
  readonly options: ManifestPart;
}

/**
 * The metrics of a config.
 * @throws UNKNOWN_COMPONENT, BAD_OPTION, DUPLICATE_NUMBER where two give a number of one name
 */
export function chooseMetrics(
  container: Components,
  choices: readonly ComponentChoice[],
): readonly ChosenMetric[] {
  const owners = new Map<string, string>();
  return choices.map((choice, i) => {
    const metric = container.resolve('metric', choice, `metrics.${i}`);
    for (const name of Object.keys(metric.outputs)) {
      const owner = owners.get(name);
      if (owner !== undefined) throw duplicateNumber(name, owner, choice.use);
      owners.set(name, choice.use);
    }
    const { options } = container.check('metric', choice, `metrics.${i}`);
    // Where products run does not change the numbers.
    const { products: _, ...rest } = options ?? {};
    return { metric, use: choice.use, options: flatOptions({ metric: choice.use, ...rest }) };
  });
}

export type Summaries = ReadonlyMap<string, FeatureSummary>;

/** Of a reference, with what kept them from being kept. */
export interface ReferenceSummaries {
  readonly summaries: Summaries;
  readonly cautions: (numbers: readonly string[]) => readonly Caution[];
}

/**
 * The reference's summaries: from the cache where it has them all, else of one pass over the images. A cache that
 * cannot be written costs the next evaluation a pass and this one nothing but a caution.
 * @param conditions - extractor and images, as in the manifest
 */
export async function referenceSummaries(
  set: ImageSet,
  metrics: readonly ChosenMetric[],
  reader: FeatureReader,
  cache: ReferenceCache | null,
  conditions: ManifestPart,
  options: ReadOptions = {},
): Promise<ReferenceSummaries> {
  const kinds = [...new Map(metrics.map(({ metric }) => [metric.summary.key, metric])).values()];
  const { group } = reader;
  const found = new Map<string, FeatureSummary>();
  // Rank 0 alone has the cache; what it lacks, all of them read.
  await group.alone(async () => {
    for (const metric of kinds) {
      const kept = await cache?.read(conditions, metric, reader.shapeOf(set));
      if (kept) found.set(metric.summary.key, kept);
    }
  });
  const isFound = kinds.map(({ summary }) => found.has(summary.key));
  const missing = (await group.share(isFound)).flatMap((one, i): Metric[] => (one ? [] : [kinds[i]!]));
  if (missing.length === 0) return { summaries: found, cautions: () => [] };
  const made = await reader.summarize(set, missing, options);
  const reason = await group.alone(async () => {
    let failed: string | null = null;
    for (const metric of missing) {
      const summary = made.get(metric.summary.key)!;
      found.set(metric.summary.key, summary);
      failed ??= (await cache?.write(conditions, metric, summary)) ?? null;
    }
    return failed;
  });
  return {
    summaries: found,
    cautions: (numbers) => (reason === null ? [] : [notKept(numbers, 'the cache of the reference', reason)]),
  };
}

/**
 * Refuses sets that are too small for a metric, before the work of reading them.
 * @param real - the reference
 * @param samples - images to compare with it
 * @throws TOO_FEW_IMAGES
 */
export function expectEnough(metrics: readonly ChosenMetric[], real: FeatureSetShape, samples: number): void {
  for (const { metric } of metrics) metric.expectEnough?.(real, { ...real, count: samples });
}

export interface FoundNumbers extends Pick<Evaluation, 'numbers' | 'directions' | 'cautions'> {
  readonly metrics: Evaluation['manifest']['metrics'];
}

/** Every metric over two sets that are summed up. Each draws from a stream of its own. */
export async function measure(
  metrics: readonly ChosenMetric[],
  real: Summaries,
  fake: Summaries,
  seed: number,
  onMetric: (use: string) => void = () => undefined,
): Promise<FoundNumbers> {
  const numbers = recordOf<number>();
  const directions = recordOf<'lower' | 'higher' | 'neither'>();
  const cautions: Caution[] = [];
  const options = recordOf<ManifestPart>();
  for (const { metric, use, options: own } of metrics) {
    onMetric(use);
    const { key } = metric.summary;
    const random = RandomStream.create(seed, `metric/${use}`);
    const result = await metric.compute(real.get(key)!, fake.get(key)!, random);
    for (const [name, value] of Object.entries(result.numbers)) {
      numbers[name] = value;
      directions[name] = metric.outputs[name] ?? 'neither';
      options[name] = own;
    }
    cautions.push(...result.cautions);
  }
  return {
    numbers,
    directions,
    cautions: mergedCautions(cautions),
    metrics: options,
  };
}
