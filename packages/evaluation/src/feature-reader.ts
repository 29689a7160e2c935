import * as tf from '@tensorflow/tfjs';
import type {
  Backend,
  BackendDescription,
  CompiledStep,
  ComponentChoice,
  Components,
  FeatureBatch,
  FeatureExtractor,
  FeatureSetShape,
  FeatureSummary,
  Metric,
} from '@ganymede/core';
import { resolvePrecision } from '@ganymede/runs';
import { deal, soleWorker, type WorkerGroup } from '@ganymede/workers';
import { evaluationStopped } from './errors.js';
import type { ImageSet } from './image-set.js';
import type { ManifestPart } from './manifest.js';
import { openExtractor } from './open-extractor.js';

type Part = 'logits' | 'spatial';

/** The network whose features are read, and the precision that it computes in. */
export interface FeatureReaderChoice {
  readonly extractor: ComponentChoice;
  readonly precision: 'auto' | 'float32' | 'bfloat16';
}

/** What computes, what it is called, and the processes that share the work; one if absent. */
export interface ReadingEngine {
  readonly backend: Backend;
  readonly description: BackendDescription;
  readonly group?: WorkerGroup | undefined;
}

/** Images at a time: 50 of 299 pixels are 54 MB and as fast as more. */
const batchSize = 50;

export interface ReadOptions {
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
  /** Told every batch besides, for whoever needs the features themselves. */
  readonly onBatch?: (batch: FeatureBatch) => void;
}

/**
 * Images to summaries of features: one pass over the images whatever the number of metrics, in batches of one size so
 * that the extractor is compiled once. Only what some metric needs leaves the backend. Where several processes read a set,
 * each makes the features of some batches, and rank 0 has all of them, in order.
 */
export class FeatureReader {
  readonly batchSize = batchSize;
  private readonly steps = new Map<string, CompiledStep>();

  private constructor(
    private readonly backend: Backend,
    readonly extractor: FeatureExtractor,
    readonly precision: 'float32' | 'bfloat16',
    readonly group: WorkerGroup,
  ) {}

  /**
   * Opens the extractor, which is the reader's from then on.
   * @throws UNKNOWN_COMPONENT, BAD_OPTION, WEIGHTS_NOT_FOUND
   */
  static async open(
    components: Pick<Components, 'resolve'>,
    { backend, description, group = soleWorker }: ReadingEngine,
    { extractor, precision }: FeatureReaderChoice,
  ): Promise<FeatureReader> {
    const loaded = await openExtractor(components, extractor);
    return new FeatureReader(backend, loaded, resolvePrecision(precision, description), group);
  }

  /** What features depend on besides the images. */
  get manifest(): ManifestPart {
    const { extractor, precision } = this;
    return { ...extractor.manifest, ...(precision !== 'float32' && { extractorPrecision: precision }) };
  }

  /** What summaries are told of a set before its first batch. */
  shapeOf(set: Pick<ImageSet, 'count' | 'classes'>): FeatureSetShape {
    return shapeOfFeatures(this.extractor, set);
  }

  /**
   * Sums a set up for these metrics: one summary for each kind that they name; empty ones in a process that does not lead.
   * @throws EVALUATION_STOPPED by the signal, and what the extractor says of images that it does not take
   */
  async summarize(
    set: ImageSet,
    metrics: readonly Metric[],
    { onProgress, signal, onBatch }: ReadOptions = {},
  ): Promise<ReadonlyMap<string, FeatureSummary>> {
    const shape = this.shapeOf(set);
    const summaries = new Map(metrics.map(({ summary }) => [summary.key, summary.create(shape)]));
    const parts = (['logits', 'spatial'] as const).filter((part) =>
      metrics.some(({ needs }) => needs.includes(part)),
    );
    const reading = { ...(onProgress && { onProgress }), ...(signal && { signal }) };
    await this.eachBatch(set, parts, reading, async (batch) => {
      for (const summary of summaries.values()) await summary.add(batch);
      onBatch?.(batch);
    });
    return summaries;
  }

  /**
   * The features of a set, batch by batch, in the order of its images; in a process that does not lead none is visited.
   * @throws EVALUATION_STOPPED by the signal, and what the extractor says of images that it does not take
   */
  async eachBatch(
    set: ImageSet,
    parts: readonly Part[],
    { onProgress, signal }: Omit<ReadOptions, 'onBatch'>,
    visit: (batch: FeatureBatch) => Promise<void>,
  ): Promise<void> {
    const sizes = this.sizesOf(parts);
    const placeOf = (piece: number): readonly [number, number] => {
      const start = piece * batchSize;
      return [start, Math.min(batchSize, set.count - start)];
    };
    const done = await deal(this.group, {
      pieces: Math.ceil(set.count / batchSize),
      bytes: 4 * batchSize * sizes.reduce((sum, [, size]) => sum + size, 0),
      make: (piece) => this.extract(set, ...placeOf(piece), parts),
      take: async (piece, made) => {
        const [start, count] = placeOf(piece);
        const labels = set.labels.subarray(start, start + count);
        await visit({ ...unpacked(made, sizes, count), count, labels });
        onProgress?.(start + count, set.count);
      },
      stops: () => signal?.aborted ?? false,
    });
    if (done * batchSize < set.count) throw evaluationStopped(done * batchSize, set.count);
  }

  /** What is kept of an image, and how many numbers that is. */
  private sizesOf(parts: readonly Part[]): readonly (readonly ['features' | Part, number])[] {
    const { featureSize, logitSize = 0, spatialSize = 0 } = this.extractor;
    const all = { features: featureSize, logits: logitSize, spatial: spatialSize };
    return (['features', ...parts] as const).map((part) => [part, all[part]]);
  }

  /** @returns float32 [batchSize, size] of each part, one after the other */
  private async extract(
    set: ImageSet,
    start: number,
    count: number,
    parts: readonly Part[],
  ): Promise<Uint8Array> {
    const { height, width, channels } = set.imageShape;
    // The last batch is filled up with black images, whose features are left behind.
    const pixels = new Int32Array(this.batchSize * height * width * channels);
    pixels.set(await set.read(start, count));
    const images = tf.tensor4d(pixels, [this.batchSize, height, width, channels], 'int32');
    const outputs = await this.stepFor(parts).run({ images });
    images.dispose();
    try {
      const read = (['features', ...parts] as const).map((part) => outputs[part]!.data<'float32'>());
      return Buffer.concat(
        (await Promise.all(read)).map((one) => new Uint8Array(one.buffer, one.byteOffset, one.byteLength)),
      );
    } finally {
      tf.dispose(outputs);
    }
  }

  private stepFor(parts: readonly Part[]): CompiledStep {
    const key = parts.join();
    const known = this.steps.get(key);
    if (known) return known;
    const { backend, extractor, precision } = this;
    const step = backend.compile(
      ({ images }) => {
        const extracted = extractor.extract(images!.toFloat().div(127.5).sub(1));
        return Object.fromEntries(
          (['features', ...parts] as const).flatMap((part) => {
            const tensor = extracted[part];
            return tensor ? [[part, tensor]] : [];
          }),
        );
      },
      { name: 'extract-features', precision },
    );
    this.steps.set(key, step);
    return step;
  }

  dispose(): void {
    for (const step of this.steps.values()) step.dispose();
    this.steps.clear();
    this.extractor.dispose();
  }
}

/** The first `count` rows of each part of a batch. */
function unpacked(
  bytes: Uint8Array,
  sizes: readonly (readonly ['features' | Part, number])[],
  count: number,
): Pick<FeatureBatch, 'features' | Part> {
  let at = bytes.byteOffset;
  const parts = sizes.map(([part, size]) => {
    const values = new Float32Array(bytes.buffer, at, count * size);
    at += 4 * batchSize * size;
    return [part, values] as const;
  });
  return Object.fromEntries(parts) as Pick<FeatureBatch, 'features' | Part>;
}

/** What the features of a set will be, by an extractor that is loaded. */
export function shapeOfFeatures(
  { featureSize, logitSize, spatialSize }: FeatureExtractor,
  { count, classes }: Pick<ImageSet, 'count' | 'classes'>,
): FeatureSetShape {
  return {
    count,
    featureSize,
    classes: classes.length,
    ...(logitSize !== undefined && { logitSize }),
    ...(spatialSize !== undefined && { spatialSize }),
  };
}
