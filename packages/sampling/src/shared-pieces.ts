import type { SharePieces } from '@ganymede/core';
import { deal, type WorkerGroup } from '@ganymede/workers';

/** How a group shares pieces whose results all of its processes want; undefined where it has one process. */
export function sharedPieces(group: WorkerGroup): SharePieces | undefined {
  if (group.size === 1) return undefined;
  return async (pieces, length, make) => {
    const all: Float32Array[] = [];
    await deal(group, {
      pieces,
      bytes: length * Float32Array.BYTES_PER_ELEMENT,
      takers: 'all',
      make: async (piece) => {
        const { buffer, byteOffset, byteLength } = await make(piece);
        return new Uint8Array(buffer, byteOffset, byteLength);
      },
      take: (piece, made) => {
        all[piece] = new Float32Array(made.buffer, made.byteOffset, length).slice();
      },
    });
    return all;
  };
}
