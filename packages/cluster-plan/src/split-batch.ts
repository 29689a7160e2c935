/** How the batch of an optimizer step lies on several processes. */
export interface BatchSplit {
  /** Images of one micro-batch, of all processes: the `batchSize` of such a run's config. */
  readonly batchSize: number;
  /** Micro-batches of one optimizer step. */
  readonly accumulation: number;
  /** Images of a micro-batch in one process. */
  readonly imagesEach: number;
}

/**
 * The same batch on so many processes: each takes its part, in micro-batches as large as one process has them in the config, and so
 * in as few as its memory allows. Batch statistics are those of a micro-batch of all processes.
 * @returns words where there is no such part
 */
export function splitBatch(
  { batchSize, accumulation }: Pick<BatchSplit, 'batchSize' | 'accumulation'>,
  workers: number,
): BatchSplit | string {
  const whole = batchSize * accumulation;
  if (workers > whole) return `a batch of ${whole} has less than one image for each`;
  if (whole % workers !== 0) {
    const below = whole - (whole % workers);
    return `a batch of ${whole} has no ${workers} equal parts, ${below} and ${below + workers} have`;
  }
  const each = whole / workers;
  let imagesEach = Math.min(each, batchSize);
  while (each % imagesEach !== 0) imagesEach--;
  return { batchSize: imagesEach * workers, accumulation: each / imagesEach, imagesEach };
}
