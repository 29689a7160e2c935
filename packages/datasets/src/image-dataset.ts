import type { Dataset, DatasetReport, ImageShape } from '@ganymede/core';
import { badIndex, closed } from './messages.js';
import { PackedReader, type PackedImages } from './packed-images.js';

/** What opening a dataset has to tell. */
export interface ImageReport extends DatasetReport {
  /** Images that were smaller than the resolution and were enlarged. */
  readonly upscaled: number;
  /** Remarks for people: a wrapper folder that was skipped, images that were enlarged. */
  readonly notes: readonly string[];
  /** Whether decoded images came from the cache. */
  readonly fromCache: boolean;
}

/** A dataset whose pixels another thread can read by itself; the batch loader then assembles off the main thread. */
export interface PackedDataset extends Dataset {
  readonly packed: PackedImages;
}

export function isPacked(dataset: Dataset): dataset is PackedDataset {
  return 'packed' in dataset;
}

export interface ImageDatasetParts {
  readonly name: string;
  readonly imageShape: ImageShape;
  readonly classes: readonly string[];
  readonly fingerprint: string;
  readonly formerFingerprints: readonly string[];
  readonly report: ImageReport;
  readonly labels: Int32Array;
  readonly packed: PackedImages;
  readonly names?: () => Promise<readonly string[]>;
}

/** Decoded images of any source. */
export class ImageDataset implements PackedDataset {
  readonly name: string;
  readonly imageShape: ImageShape;
  readonly classes: readonly string[];
  readonly length: number;
  readonly fingerprint: string;
  readonly formerFingerprints: readonly string[];
  readonly report: ImageReport;
  readonly packed: PackedImages;
  readonly names?: () => Promise<readonly string[]>;
  private readonly labelOfEach: Int32Array;
  private readonly reader: PackedReader;
  private isClosed = false;

  constructor(parts: ImageDatasetParts) {
    this.name = parts.name;
    this.imageShape = parts.imageShape;
    this.classes = parts.classes;
    this.length = parts.labels.length;
    this.fingerprint = parts.fingerprint;
    this.formerFingerprints = parts.formerFingerprints;
    this.report = parts.report;
    this.packed = parts.packed;
    if (parts.names) this.names = parts.names;
    this.labelOfEach = parts.labels;
    this.reader = new PackedReader(parts.packed);
  }

  labels(): Int32Array {
    return this.labelOfEach.slice();
  }

  async read(indices: ArrayLike<number>): Promise<Uint8Array> {
    if (this.isClosed) throw closed(this.name);
    for (let i = 0; i < indices.length; i++) {
      const index = indices[i]!;
      if (!Number.isInteger(index) || index < 0 || index >= this.length)
        throw badIndex(this.name, this.length, index);
    }
    return this.reader.read(indices);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await this.reader.close();
  }
}
