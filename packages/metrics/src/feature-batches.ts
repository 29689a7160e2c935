import type { FeatureBatch } from '@ganymede/core';

const parts = ['features', 'logits', 'spatial'] as const;

/** Batches one after the other as one; of what all of them have. */
export function joinedBatches(batches: readonly FeatureBatch[]): FeatureBatch {
  const count = batches.reduce((sum, batch) => sum + batch.count, 0);
  const together = (part: (typeof parts)[number]): Float32Array | null => {
    if (!batches.every((batch) => batch[part])) return null;
    const values = new Float32Array(batches.reduce((sum, batch) => sum + batch[part]!.length, 0));
    let at = 0;
    for (const batch of batches) {
      values.set(batch[part]!, at);
      at += batch[part]!.length;
    }
    return values;
  };
  const [features, logits, spatial] = parts.map(together);
  const labels = Int32Array.from(batches.flatMap((batch) => Array.from(batch.labels ?? [])));
  return {
    count,
    features: features!,
    ...(logits && { logits }),
    ...(spatial && { spatial }),
    ...(labels.length === count && { labels }),
  };
}

/** The images of a batch with these numbers, in their order; one may come twice. */
export function rowsOfBatch(batch: FeatureBatch, indices: Uint32Array): FeatureBatch {
  const chosen = (values: Float32Array): Float32Array => {
    const size = values.length / batch.count;
    const rows = new Float32Array(indices.length * size);
    indices.forEach((from, to) => rows.set(values.subarray(from * size, (from + 1) * size), to * size));
    return rows;
  };
  const { logits, spatial, labels } = batch;
  return {
    count: indices.length,
    features: chosen(batch.features),
    ...(logits && { logits: chosen(logits) }),
    ...(spatial && { spatial: chosen(spatial) }),
    ...(labels && { labels: Int32Array.from(indices, (index) => labels[index]!) }),
  };
}
