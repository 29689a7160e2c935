import { RandomStream, type Dataset } from '@ganymede/core';
import { holdOut, SubsetDataset } from '@ganymede/datasets';
import type { ResolvedConfig } from '@ganymede/config';
import { readSelection } from '../data/selected-images.js';
import { selectionWithoutClass } from '../errors.js';

/** The part of a data set that is trained on, and the part that is not. */
export interface DataPartition {
  readonly training: Dataset;
  readonly heldOut: Dataset | null;
  /** Indices of `training` in the whole; null where it is the whole. */
  readonly indices: Uint32Array | null;
  /** A hash of the list of images that the config's `selection` names; null without one. */
  readonly selection: string | null;
}

/**
 * Parts a run's data as its config says, by the config's seed. Images are held out of the whole first, the same ones whatever is
 * selected: what is trained on is what the list has of the rest. Closing the parts leaves the whole open.
 * @throws BAD_HOLD_OUT, SELECTION_OF_OTHER_DATA, SELECTION_DAMAGED, SELECTION_WITHOUT_CLASS
 */
export async function partitionOf(
  whole: Dataset,
  config: Pick<ResolvedConfig, 'heldOut' | 'seed' | 'selection'>,
): Promise<DataPartition> {
  const split = holdOut(whole.length, config.heldOut, RandomStream.create(config.seed, 'held-out'));
  const heldOut = split.heldOut.length === 0 ? null : new SubsetDataset(whole, split.heldOut, 'held out');
  if (config.selection === null) {
    if (heldOut === null) return { training: whole, heldOut, indices: null, selection: null };
    const training = new SubsetDataset(whole, split.training, 'training');
    return { training, heldOut, indices: split.training, selection: null };
  }
  const { indices: selected, hash } = await readSelection(config.selection, whole);
  const isSelected = new Set(selected);
  const indices = split.training.filter((index) => isSelected.has(index));
  expectEveryClass(config.selection, whole, indices);
  const training = new SubsetDataset(whole, indices, 'selected');
  return { training, heldOut, indices, selection: hash };
}

/** A class that the data has and the list has not would be made by G and never shown to D. */
function expectEveryClass(path: string, whole: Dataset, indices: Uint32Array): void {
  const labels = whole.labels();
  const left = new Set(Array.from(indices, (index) => labels[index]!));
  const gone = [...new Set(labels)].filter((label) => !left.has(label)).sort((a, b) => a - b);
  if (gone.length > 0)
    throw selectionWithoutClass(
      path,
      gone.map((label) => whole.classes[label]!),
    );
}
