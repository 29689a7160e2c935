import { Struct } from './struct.js';

/** PJRT_Buffer_MemoryLayout with its tiled variant in place: a struct of seven words, then the kind, which is 0. */
const layout = [
  'tiled_size',
  'tiled_extension',
  'minor_to_major',
  'minor_to_major_size',
  'tile_dims',
  'tile_dim_sizes',
  'num_tiles',
  'kind',
] as const;

/**
 * The layout in which values come to the host: the last dimension together, whatever the device's own layout is (which
 * it would be if none were asked for).
 */
export function rowMajor(rank: number): Struct<string> {
  const order = new BigInt64Array(Math.max(rank, 16));
  for (let i = 0; i < rank; i++) order[i] = BigInt(rank - 1 - i);
  return new Struct(layout, { tiled_size: 56, minor_to_major: order, minor_to_major_size: rank, kind: 0 });
}
