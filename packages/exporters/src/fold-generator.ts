import * as tf from '@tensorflow/tfjs';
import { stateOf } from '@ganymede/core';
import { foldedTensors, resetStandingStatistics } from '@ganymede/layers';
import { accumulateStandingStatistics, latentSource, type OpenedGenerator } from '@ganymede/runs';
import type { HostTensor } from '@ganymede/safetensors';

/** Thresholds that statistics are sampled at, and how. */
export interface SampledStatistics {
  readonly convention: string;
  /** Ascending. */
  readonly thresholds: readonly number[];
  /** Batches that each is averaged over; the batches are those of the run's training. */
  readonly batches: number;
  readonly seed: number;
}

async function toHost(tensor: tf.Tensor): Promise<HostTensor> {
  return { dtype: 'F32', shape: [...tensor.shape], data: Float32Array.from(await tensor.data()) };
}

/**
 * The tensors of an opened generator as a network without spectral norm takes them.
 * @returns by dotted name
 */
export async function foldGenerator({ generator }: OpenedGenerator): Promise<Record<string, HostTensor>> {
  // Copies, since variables are their network's.
  const folded = tf.tidy(() => {
    const all = Object.entries(foldedTensors(generator));
    return Object.fromEntries(all.map(([name, tensor]) => [name, tf.clone(tensor)]));
  });
  try {
    const host: Record<string, HostTensor> = {};
    for (const [name, tensor] of Object.entries(folded)) host[name] = await toHost(tensor);
    return host;
  } finally {
    tf.dispose(folded);
  }
}

/**
 * Standing statistics (arXiv:1809.11096, appendix C.1) of a generator at several thresholds, as tables [thresholds, C] of
 * every mean and variance. Null where the network has no batch normalization.
 * @param onProgress - told of thresholds done
 */
export async function statisticsByTruncation(
  opened: OpenedGenerator,
  { convention, thresholds, batches, seed }: SampledStatistics,
  onProgress: (done: number, total: number) => void = () => undefined,
): Promise<Record<string, HostTensor> | null> {
  const { generator, backend, config } = opened;
  const norms = Object.keys(stateOf(generator)).flatMap((name) =>
    name.endsWith('standingCount') ? [name.slice(0, -'standingCount'.length)] : [],
  );
  if (norms.length === 0) return null;
  const rows: Record<string, number[]> = {};
  for (const [i, threshold] of thresholds.entries()) {
    const source = latentSource(opened, { use: convention, threshold });
    await accumulateStandingStatistics(backend, generator, source, {
      batches,
      batchSize: config.batchSize,
      seed,
    });
    const state = stateOf(generator);
    for (const norm of norms)
      for (const [name, sums] of [
        ['mean', 'standingMean'],
        ['variance', 'standingVariance'],
      ] as const)
        for (const sum of await state[norm + sums]!.data()) (rows[norm + name] ??= []).push(sum / batches);
    onProgress(i + 1, thresholds.length);
  }
  resetStandingStatistics(generator);
  return Object.fromEntries(
    Object.entries(rows).map(([name, values]) => [
      name,
      {
        dtype: 'F32' as const,
        shape: [thresholds.length, values.length / thresholds.length],
        data: Float32Array.from(values),
      },
    ]),
  );
}
