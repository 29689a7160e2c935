import { smallerPart } from './smaller-part.js';
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
  const whole = batchSize * accumulation;
  const limit = memoryShare * memoryBytes;
  let part = measured?.batchSize ?? batchSize;
  if (measured && !isAccelerated)
    while (part >= 2 * smallest && (measured.peakMemoryBytes * part) / measured.batchSize > limit) {
      const next = smallerPart(part, whole);
      if (next < smallest) break;
      part = next;
    }
  const isSplit = part < batchSize;
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
      value: part,
      basis: measured ? 'measured' : 'published',
      reason: `${isSplit ? "a part of the recipe's batch" : "the recipe's"}${where}${again}`,
    },
    {
      path: 'accumulation',
      value: whole / part,
      basis: isSplit ? 'measured' : 'published',
      reason: `${whole} images a step, the recipe's`,
    },
  ];
};
