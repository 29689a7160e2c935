import { fingerprintOf } from '@ganymede/files';
import type { Dataset, DatasetReport, ImageShape, RandomStream } from '@ganymede/core';
import { badHoldOut, badIndex } from './messages.js';

/** Numbers of the images that are trained on and of those that are not, both ascending. */
export interface Split {
  readonly training: Uint32Array;
  readonly heldOut: Uint32Array;
}

/**
 * Sets images aside at random, whatever order the classes lie in.
 * @throws BAD_HOLD_OUT where nothing would be left to train on
 */
export function holdOut(length: number, count: number, random: RandomStream): Split {
  if (!Number.isSafeInteger(count) || count < 0 || count >= length) throw badHoldOut(length, count);
  if (count === 0)
    return { training: Uint32Array.from({ length }, (_, i) => i), heldOut: new Uint32Array(0) };
  const order = random.permutation(length);
  return { training: order.slice(count).sort(), heldOut: order.slice(0, count).sort() };
}

/** Some images of a dataset, under numbers of their own. Closing it leaves the dataset open. */
export class SubsetDataset implements Dataset {
  readonly name: string;
  readonly imageShape: ImageShape;
  readonly classes: readonly string[];
  readonly length: number;
  readonly fingerprint: string;
  readonly report: DatasetReport = { skipped: [] };

  /** @param what - which part it is, e.g. `held out` */
  constructor(
    private readonly whole: Dataset,
    private readonly indices: Uint32Array,
    what: string,
  ) {
    this.name = `${whole.name}, ${what}`;
    this.imageShape = whole.imageShape;
    this.classes = whole.classes;
    this.length = indices.length;
    this.fingerprint = fingerprintOf([whole.fingerprint, what, [...indices]]);
  }

  labels(): Int32Array {
    const labels = this.whole.labels();
    return Int32Array.from(this.indices, (index) => labels[index]!);
  }

  async read(indices: ArrayLike<number>): Promise<Uint8Array> {
    const chosen = Array.from(indices, (index) => {
      const found = this.indices[index];
      if (found === undefined) throw badIndex(this.name, this.length, index);
      return found;
    });
    return this.whole.read(chosen);
  }

  async close(): Promise<void> {}
}
