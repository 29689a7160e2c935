import type { TrainingSession } from './training-session.js';

/**
 * What of a run is not that of one process, where `workers` of them train it, in words; null where all is. Batch statistics and
 * gradients are of the whole batch; what a loss, a penalty or an objective makes of several images at once is not.
 */
export function acrossImagesNote(
  { config, recipe }: Pick<TrainingSession, 'config' | 'recipe'>,
  workers: number,
): string | null {
  if (workers === 1) return null;
  const { loss, regularizers, objectives = [], batchSize } = recipe;
  const names = [
    ...(loss.acrossImages ? [config.loss.use] : []),
    ...config.regularizers.filter((_, i) => regularizers[i]!.acrossImages).map(({ use }) => use),
    ...objectives.filter(({ objective }) => objective.acrossImages).map(({ name }) => name),
  ];
  if (names.length === 0) return null;
  const [look, own] = names.length === 1 ? ['looks', 'its'] : ['look', 'their'];
  return (
    `${names.join(', ')} ${look} across the images of a batch: in each of the ${workers} processes across ${own} own ` +
    `${batchSize / workers} of ${batchSize}, which trains otherwise than one process does`
  );
}
