import type { SharePieces } from '@ganymede/core';

/** All pieces in this process, one after the other. */
export const ownPieces: SharePieces = async (pieces, _length, make) => {
  const made: Float32Array[] = [];
  for (let piece = 0; piece < pieces; piece++) made.push(await make(piece));
  return made;
};
