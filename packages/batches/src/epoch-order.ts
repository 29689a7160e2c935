import { RandomStream, type RandomStreamState } from '@ganymede/core';

/** A place in the endless order: everything that the images to come depend on. JSON-able. */
export interface EpochPosition {
  /** Completed epochs. */
  readonly epoch: number;
  /** Images of this epoch that were taken, in [0, length). */
  readonly cursor: number;
  /** The stream before this epoch's order was drawn from it. */
  readonly epochStart: RandomStreamState;
  /** The stream now. */
  readonly random: RandomStreamState;
}

/** The images of a batch to come, and the place behind it. */
export interface BatchPlan {
  readonly indices: Uint32Array;
  /** 1 where the image is mirrored. */
  readonly flips: Uint8Array;
  readonly after: EpochPosition;
}

/**
 * Endless epochs, each a fresh permutation in which every image occurs once, or, where images have shares of it, as often as
 * its share, rounded up or down at random. Draws come in the order of images and not of batches, so that the order does not
 * depend on the batch size.
 */
export class EpochOrder {
  private epoch = 0;
  private cursor = 0;
  private epochStart: RandomStreamState;
  private random: RandomStream;
  private order: Uint32Array | null = null;

  /**
   * @param random - copied: the caller's stream stays where it is
   * @param shares - how often each image is to occur in an epoch, [length], `length` in all; once if it is null
   */
  constructor(
    private readonly length: number,
    private readonly flip: boolean,
    random: RandomStream,
    private readonly shares: Float64Array | null = null,
  ) {
    this.random = random.clone();
    this.epochStart = this.random.state;
  }

  get position(): EpochPosition {
    return {
      epoch: this.epoch,
      cursor: this.cursor,
      epochStart: this.epochStart,
      random: this.random.state,
    };
  }

  restore(position: EpochPosition): void {
    this.epoch = position.epoch;
    this.cursor = position.cursor;
    this.epochStart = position.epochStart;
    this.order = position.cursor === 0 ? null : this.drawEpoch(RandomStream.restore(position.epochStart));
    this.random = RandomStream.restore(position.random);
  }

  take(count: number): BatchPlan {
    const indices = new Uint32Array(count);
    const flips = new Uint8Array(count);
    for (let i = 0; i < count; i++) {
      if (this.order === null) {
        this.epochStart = this.random.state;
        this.order = this.drawEpoch(this.random);
      }
      indices[i] = this.order[this.cursor]!;
      // The top bit of the generator's output is its best.
      if (this.flip) flips[i] = this.random.nextUint32() >>> 31;
      if (++this.cursor === this.length) {
        this.cursor = 0;
        this.epoch++;
        this.order = null;
      }
    }
    return { indices, flips, after: this.position };
  }
  /** Systematic sampling: shares laid end to end in a random order, from which every whole number plus one draw is picked. */
  private drawEpoch(random: RandomStream): Uint32Array {
    const { length, shares } = this;
    const permutation = random.permutation(length);
    if (shares === null) return permutation;
    const picked = new Uint32Array(length);
    let next = random.nextUniform();
    let [sum, count] = [0, 0];
    permutation.forEach((image, i) => {
      // The last one takes what rounding left over.
      sum = i === length - 1 ? Infinity : sum + shares[image]!;
      for (; next < sum && count < length; next++) picked[count++] = image;
    });
    return random.permutation(length).map((place) => picked[place]!);
  }
}
