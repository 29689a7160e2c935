import type { Dataset, ImageShape } from '@ganymede/core';
import { Worker } from 'node:worker_threads';
import { mirrorImages, normalizeImages, type ImageFormat } from './assemble-images.js';
import { batchWorkerSource } from './batch-worker-source.js';
import { assemblyFailed } from './errors.js';
import type { PackedImages } from '@ganymede/datasets';

export type BatchImages = Uint8Array | Float32Array;

/** Reads the images of a batch, mirrors some, and puts them into the format. */
export interface BatchAssembler {
  /** @returns [indices.length, H, W, C] */
  assemble(indices: Uint32Array, flips: Uint8Array): Promise<BatchImages>;
  close(): Promise<void>;
}

/** Assembles on the calling thread, for datasets that only they themselves can read. */
export class InlineAssembler implements BatchAssembler {
  constructor(
    private readonly dataset: Dataset,
    private readonly format: ImageFormat,
  ) {}

  async assemble(indices: Uint32Array, flips: Uint8Array): Promise<BatchImages> {
    const images = await this.dataset.read(indices);
    mirrorImages(images, flips, this.dataset.imageShape);
    return this.format === 'uint8' ? images : normalizeImages(images);
  }

  async close(): Promise<void> {}
}

export interface BatchWorkerData {
  readonly packed: PackedImages;
  readonly imageShape: ImageShape;
  readonly format: ImageFormat;
}

interface Answer {
  readonly id: number;
  readonly images?: BatchImages;
  readonly error?: string;
}

/** Assembles in a thread of its own, over memory that it shares or a file that it opens. */
export class WorkerAssembler implements BatchAssembler {
  private readonly worker: Worker;
  private readonly waiting = new Map<
    number,
    { readonly resolve: (images: BatchImages) => void; readonly reject: (error: Error) => void }
  >();
  private nextId = 0;
  private failure: Error | null = null;

  constructor(workerData: BatchWorkerData) {
    this.worker = new Worker(batchWorkerSource, { eval: true, workerData, name: 'ganymede-batches' });
    this.worker.on('message', (answer: Answer) => this.settle(answer));
    this.worker.on('error', (error) => this.fail(assemblyFailed(error.message, error)));
    this.worker.on('exit', () => this.fail(assemblyFailed('the thread ended')));
    // A thread with nothing to do does not keep the process alive.
    this.worker.unref();
  }

  private settle({ id, images, error }: Answer): void {
    const waiter = this.waiting.get(id);
    this.waiting.delete(id);
    if (this.waiting.size === 0) this.worker.unref();
    if (images) waiter?.resolve(images);
    else waiter?.reject(assemblyFailed(error ?? 'no answer'));
  }

  private fail(error: Error): void {
    this.failure ??= error;
    for (const { reject } of this.waiting.values()) reject(this.failure);
    this.waiting.clear();
  }

  async assemble(indices: Uint32Array, flips: Uint8Array): Promise<BatchImages> {
    if (this.failure) throw this.failure;
    return new Promise((resolve, reject) => {
      const id = this.nextId++;
      if (this.waiting.size === 0) this.worker.ref();
      this.waiting.set(id, { resolve, reject });
      this.worker.postMessage({ id, indices, flips });
    });
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }
}
