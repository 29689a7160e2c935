import type { Dataset } from '@ganymede/core';

/** The part of a data set that is trained on, and the part that is not. */
export interface DataPartition {
  readonly training: Dataset;
  readonly heldOut: Dataset | null;
  /** Indices of `training` in the whole; null where it is the whole. */
  readonly indices: Uint32Array | null;
}
