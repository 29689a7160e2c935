import { thousands, type Rule } from './choice.js';

/** The part of memory that a run may fill; the rest is the system's, the page cache's and an evaluation's. */
const memoryShare = 0.8;
/** Below it batch statistics say little. */
const smallest = 8;

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;

/** The recipe's batch, in as many micro-batches as memory asks for. */
export const batch: Rule = ({
  base,
  data: { images },
  machine: { memoryBytes, isAccelerated },
  measured,
}) => {
  const { batchSize, accumulation } = base;
  const own = { batchSize: measured?.batchSize ?? batchSize, accumulation: 0 };
  const limit = memoryShare * memoryBytes;
  if (measured && !isAccelerated)
    while (
      own.batchSize >= 2 * smallest &&
      (measured.peakMemoryBytes * own.batchSize) / measured.batchSize > limit
    )
      own.batchSize = Math.ceil(own.batchSize / 2);
  own.accumulation = Math.round((batchSize * accumulation) / own.batchSize);
  const isSplit = own.batchSize < batchSize;
  const again =
    images < batchSize ? `; there are ${thousands(images)} images, so one batch has some of them twice` : '';
  const where = measured
    ? isSplit
      ? `: ${batchSize} at once did not fit`
      : isAccelerated
        ? ': it fits here'
        : `: ${gigabytes(measured.peakMemoryBytes)} of ${gigabytes(memoryBytes)} were used`
    : '; not tried here';
  return [
    {
      path: 'batchSize',
      value: own.batchSize,
      basis: measured ? 'measured' : 'published',
      reason: `${isSplit ? "a part of the recipe's batch" : "the recipe's"}${where}${again}`,
    },
    {
      path: 'accumulation',
      value: own.accumulation,
      basis: isSplit ? 'measured' : 'published',
      reason: `${own.accumulation * own.batchSize} images a step, the recipe's`,
    },
  ];
};
