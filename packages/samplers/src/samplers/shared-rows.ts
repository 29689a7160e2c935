import type { SharePieces } from '@ganymede/core';

/** All pieces in this process, one after the other. */
export const ownPieces: SharePieces = async (pieces, _length, make) => {
  const made: Float32Array[] = [];
  for (let piece = 0; piece < pieces; piece++) made.push(await make(piece));
  return made;
};

/**
 * Rows of numbers that are made batch by batch, each by itself. The last batch is filled up, and what that adds is left behind.
 * @param share - makes the batches; all of them in this process by default
 * @param make - gives `count` rows from `first` on as the first ones of [batchSize x width]
 * @returns [rows x width]
 */
export async function batchedRows(
  share: SharePieces = ownPieces,
  { rows, batchSize, width }: { readonly rows: number; readonly batchSize: number; readonly width: number },
  make: (first: number, count: number) => Promise<Float32Array>,
): Promise<Float32Array> {
  const batches = await share(Math.ceil(rows / batchSize), batchSize * width, (batch) => {
    const first = batch * batchSize;
    return make(first, Math.min(batchSize, rows - first));
  });
  const all = new Float32Array(rows * width);
  for (const [batch, made] of batches.entries()) {
    const start = batch * batchSize * width;
    all.set(made.subarray(0, all.length - start), start);
  }
  return all;
}
