import { rowsOf, type Dataset, type RandomStream, type Replicas } from '@ganymede/core';
import { z } from 'zod';
import type { ImageFormat } from './assemble-images.js';
import {
  InlineAssembler,
  WorkerAssembler,
  type BatchAssembler,
  type BatchImages,
} from './batch-assembler.js';
import { EpochOrder, type EpochPosition } from './epoch-order.js';
import { isPacked } from '@ganymede/datasets';
import { compareFingerprint } from '@ganymede/files';
import { classShares } from './class-shares.js';
import { badLoaderOption, badLoaderState, loaderClosed } from './errors.js';

export interface Batch<Images extends BatchImages = BatchImages> {
  /** [B, H, W, C]: uint8 in 0..255, or float32 in [-1, 1]. */
  readonly images: Images;
  /** int32 [B] */
  readonly labels: Int32Array;
}

export interface BatchLoaderOptions<Format extends ImageFormat = ImageFormat> {
  readonly dataset: Dataset;
  readonly batchSize: number;
  /** Processes that share each batch: only the rows of this one are read, of the same order in all of them. */
  readonly replicas?: Pick<Replicas, 'rank' | 'size'> | undefined;
  /** Numbers of the images that are taken; all by default. */
  readonly indices?: Uint32Array;
  /** Copied at the start: the loader draws from its copy, ahead of what is consumed. */
  readonly random: RandomStream;
  /** Mirror each image, each time it is taken, with probability 1/2. */
  readonly flip?: boolean;
  /**
   * q of the share n_y^q of class y with n_y images: 1 takes every image once in an epoch, 0 every class as often
   * (arXiv:1910.09217, equation 1).
   */
  readonly classExponent?: number;
  /** Batches that are assembled ahead; 0 assembles on demand. */
  readonly prefetch?: number;
  /** uint8 is a quarter of the memory and leaves v / 127.5 - 1 to the compiled step. */
  readonly format?: Format;
  /** Assemble in a worker thread where the dataset allows it; false stays on the calling thread. */
  readonly worker?: boolean;
}

/** Where a loader stands, after the batches that were handed out; JSON-able. */
export interface BatchLoaderState extends EpochPosition {
  /** Of the dataset, so that a run does not go on with other data. */
  readonly fingerprint: string;
}

const words = z.tuple([z.number(), z.number(), z.number(), z.number()]);
const streamSchema = z.object({ name: z.string(), words, spareNormal: z.number().nullable() });
const stateSchema = z.object({
  fingerprint: z.string(),
  epoch: z.number().int().nonnegative(),
  cursor: z.number().int().nonnegative(),
  epochStart: streamSchema,
  random: streamSchema,
});

interface Planned {
  readonly batch: Promise<Batch>;
  readonly after: EpochPosition;
}

/**
 * Endless batches in shuffled epochs: every image occurs once in each epoch, or, with `classExponent`, those of rare classes
 * more often and others not in every one; an epoch may end inside a batch.
 * Batches are assembled ahead, in a worker thread over shared memory or the cache's file, or on the calling thread
 * for datasets that cannot be shared. `state` is that of the batches handed out, whatever was assembled ahead, and a
 * loader that is restored from it hands out exactly what would have come.
 */
export class BatchLoader<Format extends ImageFormat = 'uint8'> {
  readonly batchSize: number;
  /** What of each batch is handed out. */
  private readonly rows: ReturnType<typeof rowsOf>;
  private readonly dataset: Dataset;
  private readonly labels: Int32Array;
  private readonly indices: Uint32Array | null;
  private readonly length: number;
  private readonly order: EpochOrder;
  private readonly assembler: BatchAssembler;
  private readonly prefetch: number;
  private readonly ahead: Planned[] = [];
  private position: EpochPosition;
  private isClosed = false;

  constructor(options: BatchLoaderOptions<Format>) {
    const {
      dataset,
      batchSize,
      random,
      flip = false,
      prefetch = 2,
      worker = true,
      classExponent = 1,
    } = options;
    const format: ImageFormat = options.format ?? 'uint8';
    if (!Number.isSafeInteger(batchSize) || batchSize < 1)
      throw badLoaderOption('batchSize', 'a positive integer', batchSize);
    if (!Number.isSafeInteger(prefetch) || prefetch < 0)
      throw badLoaderOption('prefetch', 'a non-negative integer', prefetch);
    if (!(classExponent >= 0 && classExponent <= 1))
      throw badLoaderOption('classExponent', 'a number from 0 to 1', classExponent);
    this.rows = rowsOf(batchSize, options.replicas);
    if (!Number.isSafeInteger(this.rows.rows))
      throw badLoaderOption('batchSize', `a multiple of ${options.replicas!.size} replicas`, batchSize);
    this.indices = options.indices ?? null;
    this.length = this.indices?.length ?? dataset.length;
    if (this.length < 1) throw badLoaderOption('dataset', 'at least one image', this.length);
    this.dataset = dataset;
    this.batchSize = batchSize;
    this.prefetch = prefetch;
    this.labels = dataset.labels();
    const shares = classShares(this.labels, classExponent, this.indices);
    this.order = new EpochOrder(this.length, flip, random, shares);
    this.position = this.order.position;
    this.assembler =
      worker && isPacked(dataset)
        ? new WorkerAssembler({ packed: dataset.packed, imageShape: dataset.imageShape, format })
        : new InlineAssembler(dataset, format);
  }

  /** The next batch. Calls that overlap are answered in the order in which they came. */
  async next(): Promise<Batch<Format extends 'uint8' ? Uint8Array : Float32Array>> {
    if (this.isClosed) throw loaderClosed();
    if (this.ahead.length === 0) this.planOne();
    const { batch, after } = this.ahead.shift()!;
    this.position = after;
    while (this.ahead.length < this.prefetch) this.planOne();
    return (await batch) as Batch<Format extends 'uint8' ? Uint8Array : Float32Array>;
  }

  private planOne(): void {
    const { after, ...taken } = this.order.take(this.batchSize);
    const { first, rows } = this.rows;
    const places = taken.indices.subarray(first, first + rows);
    const flips = taken.flips.slice(first, first + rows);
    const chosen = this.indices;
    const indices = chosen ? places.map((place) => chosen[place]!) : places.slice();
    const labels = Int32Array.from(indices, (index) => this.labels[index]!);
    const batch = this.assembler.assemble(indices, flips).then((images) => ({ images, labels }));
    // A failure is thrown by the call of `next` that this batch is for, which may never come.
    batch.catch(() => undefined);
    this.ahead.push({ batch, after });
  }

  get state(): BatchLoaderState {
    return { fingerprint: this.dataset.fingerprint, ...this.position };
  }

  /** @throws BAD_LOADER_STATE where the state is not one, or is of other data */
  restore(state: unknown): void {
    if (this.isClosed) throw loaderClosed();
    const parsed = stateSchema.safeParse(state);
    if (!parsed.success) {
      const issue = parsed.error.issues[0]!;
      throw badLoaderState('of a batch loader', `${issue.path.join('.') || 'value'}: ${issue.message}`);
    }
    const { fingerprint, ...position } = parsed.data;
    if (compareFingerprint(this.dataset, fingerprint) === 'other')
      throw badLoaderState(
        `of data ${this.dataset.fingerprint.slice(0, 12)}`,
        `data ${fingerprint.slice(0, 12)}`,
      );
    if (position.cursor >= this.length)
      throw badLoaderState(`with a cursor below ${this.length}`, String(position.cursor));
    this.order.restore(position);
    this.position = this.order.position;
    this.ahead.length = 0;
  }

  /** Ends the worker thread; the dataset stays open. Batches under way are given up. */
  async close(): Promise<void> {
    this.isClosed = true;
    this.ahead.length = 0;
    await this.assembler.close();
  }
}
