import { RandomStream, type Dataset } from '@ganymede/core';
import { holdOut, SubsetDataset } from '@ganymede/datasets';
import type { ResolvedConfig } from '@ganymede/config';

/** The part of a data set that is trained on, and the part that is not. */
export interface DataPartition {
  readonly training: Dataset;
  readonly heldOut: Dataset | null;
  /** Indices of `training` in the whole; null where it is the whole. */
  readonly indices: Uint32Array | null;
}

/** Parts a run's data as its config says, by the config's seed. Closing the parts leaves the whole open. @throws BAD_HOLD_OUT */
export function partitionOf(whole: Dataset, config: Pick<ResolvedConfig, 'heldOut' | 'seed'>): DataPartition {
  const split = holdOut(whole.length, config.heldOut, RandomStream.create(config.seed, 'held-out'));
  if (split.heldOut.length === 0) return { training: whole, heldOut: null, indices: null };
  return {
    training: new SubsetDataset(whole, split.training, 'training'),
    heldOut: new SubsetDataset(whole, split.heldOut, 'held out'),
    indices: split.training,
  };
}
