import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SafetensorsFile, writeSafetensors, type HostTensor, type HostTensors } from '@ganymede/checkpoints';
import {
  isGanymedeError,
  type FeatureSetShape,
  type FeatureSummary,
  type Metric,
  type SummaryArrays,
} from '@ganymede/core';
import { isWritingProblem } from '@ganymede/files';
import { withoutPlaces, type ManifestPart } from './manifest.js';

/** Larger summaries are not kept: all features of 50 000 images are 400 MB, and read again faster than found. */
const largestBytes = 600e6;

/**
 * What metrics keep of reference sets, on disk under the hash of how it was made: extractor, weights, resizer, images.
 * A cache made with another extractor has another name, so that it is never taken by mistake; the file repeats in words
 * what it holds.
 */
export class ReferenceCache {
  constructor(private readonly folder: string) {}

  /** Null where nothing of that name is kept, or what is kept is damaged or says that it is of something else. */
  async read(
    conditions: ManifestPart,
    metric: Pick<Metric, 'summary'>,
    shape: FeatureSetShape,
  ): Promise<FeatureSummary | null> {
    const path = this.pathOf(conditions, metric);
    const isThere = await stat(path).then(
      () => true,
      () => false,
    );
    if (!isThere) return null;
    try {
      const file = await SafetensorsFile.open(path);
      try {
        // A file that was copied under this name, of another extractor say, would be taken for this one's.
        if (file.metadata['conditions'] !== wordsOf(conditions)) return null;
        return metric.summary.restore(shape, toArrays(await file.readAll()));
      } finally {
        await file.close();
      }
    } catch (error) {
      // A damaged file is made anew, like one that is missing.
      if (!isGanymedeError(error)) throw error;
      return null;
    }
  }

  /** @returns why nothing is kept where the folder cannot be written to, or the disk is full; else null */
  async write(
    conditions: ManifestPart,
    metric: Pick<Metric, 'summary'>,
    summary: FeatureSummary,
  ): Promise<string | null> {
    const arrays = await summary.arrays();
    if (Object.values(arrays).reduce((sum, { byteLength }) => sum + byteLength, 0) > largestBytes)
      return null;
    const metadata = { summary: metric.summary.key, conditions: wordsOf(conditions) };
    try {
      await writeSafetensors(this.pathOf(conditions, metric), toTensors(arrays), metadata);
      return null;
    } catch (error) {
      if (!isWritingProblem(error)) throw error;
      return error.message;
    }
  }

  private pathOf(conditions: ManifestPart, { summary }: Pick<Metric, 'summary'>): string {
    const text = JSON.stringify([summary.key, sorted(conditions)]);
    const hash = createHash('sha256').update(text).digest('hex').slice(0, 32);
    return join(this.folder, `${hash}.safetensors`);
  }
}

const sorted = (conditions: ManifestPart): readonly (readonly [string, ManifestPart[string]])[] =>
  Object.entries(withoutPlaces(conditions)).sort(([a], [b]) => (a < b ? -1 : 1));

const wordsOf = (conditions: ManifestPart): string => JSON.stringify(Object.fromEntries(sorted(conditions)));

function toTensors(arrays: SummaryArrays): HostTensors {
  return Object.fromEntries(
    Object.entries(arrays).map(([name, data]): [string, HostTensor] => {
      const shape = [data.length];
      if (data instanceof Float64Array) return [name, { dtype: 'F64', shape, data }];
      if (data instanceof Int32Array) return [name, { dtype: 'I32', shape, data }];
      return [name, { dtype: 'F32', shape, data }];
    }),
  );
}

function toArrays(tensors: HostTensors): SummaryArrays {
  return Object.fromEntries(
    Object.entries(tensors).flatMap(([name, { data }]) =>
      data instanceof Float64Array || data instanceof Float32Array || data instanceof Int32Array
        ? [[name, data]]
        : [],
    ),
  );
}
