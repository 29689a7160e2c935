import type { Dataset } from '@ganymede/core';
import { NearestRows } from '@ganymede/metrics';
import { imagesOf, type ImageSet } from '@ganymede/evaluation';
import type { Space } from './spaces.js';

/** Images whose nearest training images are looked for. */
export interface Queries {
  readonly generated: ImageSet;
  /** Real images that the generated ones are compared with. */
  readonly reference: ImageSet;
  /** Where the reference is made of training images: the number of each among them. */
  readonly own: Int32Array | null;
}

/** Nearest training images in one space; distances as the space tells them. */
export interface FoundNeighbours {
  readonly space: Space;
  /** Numbers of training images, [generated, neighbours], nearest first; -1 where there are no more. */
  readonly indices: Int32Array;
  readonly distances: Float64Array;
  /** To the nearest one, [reference]. */
  readonly reference: Float64Array;
}

export interface SearchOptions {
  readonly neighbours: number;
  readonly withinClass: boolean;
  readonly tell: (text: string, done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** Bytes of training rows that are compared at a time. */
const blockBytes = 32 * 2 ** 20;

/** One pass over the training images: memory for the queries and one block, whatever their number. */
export async function searchSpace(
  space: Space,
  { generated, reference, own }: Queries,
  training: Dataset,
  { neighbours, withinClass, tell, signal }: SearchOptions,
): Promise<FoundNeighbours> {
  const search = async (
    set: ImageSet,
    k: number,
    self: Int32Array | null,
    name: string,
  ): Promise<NearestRows> => {
    const values = new Float32Array(set.count * space.size);
    let at = 0;
    await space.each(
      set,
      async (rows) => {
        values.set(rows, at);
        at += rows.length;
      },
      (done) => tell(`${space.id} of ${name}`, done, set.count),
      signal,
    );
    return new NearestRows({ values, count: set.count, size: space.size }, k, {
      ...(withinClass && { labels: set.labels }),
      ...(self && { own: self }),
    });
  };
  const ofGenerated = await search(generated, neighbours, null, 'generated images');
  const ofReference = await search(reference, 1, own, 'reference images');
  const all = imagesOf(
    training,
    Uint32Array.from({ length: training.length }, (_, i) => i),
  );
  const blocks = new RowBlocks(space.size, async (values, labels) => {
    const rows = { rows: { values, count: labels.length, size: space.size }, labels };
    await ofGenerated.add(rows);
    await ofReference.add(rows);
  });
  await space.each(
    all,
    (rows, labels) => blocks.add(rows, labels),
    (done) => tell(`${space.id} of training images`, done, all.count),
    signal,
  );
  await blocks.flush();
  const found = ofGenerated.result();
  return {
    space,
    indices: found.indices,
    distances: found.distances.map(space.told),
    reference: ofReference.result().distances.map(space.told),
  };
}

/** Puts batches together until they are worth a product. */
class RowBlocks {
  private readonly capacity: number;
  private readonly values: Float32Array;
  private readonly labels: Int32Array;
  private count = 0;

  constructor(
    private readonly size: number,
    private readonly visit: (values: Float32Array, labels: Int32Array) => Promise<void>,
  ) {
    this.capacity = Math.max(256, Math.min(4096, Math.floor(blockBytes / (4 * size))));
    this.values = new Float32Array(this.capacity * size);
    this.labels = new Int32Array(this.capacity);
  }

  async add(rows: Float32Array, labels: Int32Array): Promise<void> {
    if (this.count + labels.length > this.capacity) await this.flush();
    this.values.set(rows, this.count * this.size);
    this.labels.set(labels, this.count);
    this.count += labels.length;
  }

  async flush(): Promise<void> {
    if (this.count === 0) return;
    const { count } = this;
    this.count = 0;
    await this.visit(this.values.subarray(0, count * this.size), this.labels.subarray(0, count));
  }
}
