import * as tf from '@tensorflow/tfjs';
import type { FeatureExtractor, Prior, Truncation } from '@ganymede/core';
import type { OpenedGenerator } from '@ganymede/runs';
import { LatentSearch, type SearchResult, type SearchSettings } from './latent-search.js';

export interface TargetSearch {
  readonly opened: Pick<OpenedGenerator, 'generator' | 'backend' | 'shape'>;
  readonly source: Prior | Truncation;
  /** Loaded. */
  readonly extractor: FeatureExtractor | null;
  /** uint8 [N, H, W, C]. */
  readonly targets: Uint8Array;
  /** Class of all targets; null: it is looked for. */
  readonly label: number | null;
  readonly settings: SearchSettings;
  /** Told targets times steps. */
  readonly tell: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** Rows that are optimized at a time. */
const mostRows = 64;

/** Searches for all targets, some at a time, in their order. */
export async function searchTargets({
  opened: { generator, backend, shape },
  source,
  extractor,
  targets,
  label,
  settings,
  tell,
  signal,
}: TargetSearch): Promise<SearchResult[]> {
  const { height, width, channels } = shape;
  const size = height * width * channels;
  const total = targets.length / size;
  const group = Math.max(1, Math.floor(mostRows / settings.restarts));
  const results: SearchResult[] = [];
  for (let start = 0; start < total; start += group) {
    const count = Math.min(group, total - start);
    const pixels = Int32Array.from(targets.subarray(start * size, (start + count) * size));
    const images = tf.tidy<tf.Tensor4D>(() =>
      tf.tensor4d(pixels, [count, height, width, channels], 'int32').toFloat().div(127.5).sub(1),
    );
    const labels = label === null ? null : new Int32Array(count).fill(label);
    const found = { images, count, labels };
    const search = new LatentSearch(backend, generator, source, extractor, found, settings);
    try {
      const done = (step: number): void =>
        tell(start * settings.steps + step * count, total * settings.steps);
      results.push(await search.run(done, signal));
    } finally {
      search.dispose();
      images.dispose();
    }
  }
  return results;
}
