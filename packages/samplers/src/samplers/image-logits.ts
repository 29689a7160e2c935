import {
  evaluationCall,
  type Backend,
  type CompiledStep,
  type Discriminator,
  type ImageShape,
  type LabelledImages,
  type NamedTensors,
  type SharePieces,
} from '@ganymede/core';
import * as tf from '@tensorflow/tfjs';
import { batchedRows } from './shared-rows.js';

export interface LogitBatches {
  /** Images a call: one size, so that a step is traced once. */
  readonly batchSize: number;
  readonly signal?: AbortSignal | undefined;
  /** Shares the batches with other processes; this one makes all of them by default. */
  readonly share?: SharePieces | undefined;
  /**
   * Told of each batch that this process makes.
   * @param done - images so far, with these
   */
  readonly onBatch?: (logits: Float32Array, done: number) => void;
}

/**
 * What a step with labels `y` [batchSize] gives as `logits` [batchSize], batch by batch. The last batch is filled up, and what
 * that adds is left behind.
 * @param inputsOf - inputs of full size for the labels from `start` on, which are freed after the call
 * @returns [N], in the order of the labels
 */
export async function readLogits(
  step: CompiledStep,
  labels: Int32Array,
  inputsOf: (start: number, count: number) => NamedTensors | Promise<NamedTensors>,
  { batchSize, signal, onBatch, share }: LogitBatches,
): Promise<Float32Array> {
  return batchedRows(share, { rows: labels.length, batchSize, width: 1 }, async (start, count) => {
    signal?.throwIfAborted();
    const y = new Int32Array(batchSize);
    y.set(labels.subarray(start, start + count));
    const inputs = { ...(await inputsOf(start, count)), y: tf.tensor1d(y, 'int32') };
    const { logits } = await step.run(inputs).finally(() => tf.dispose(inputs));
    const values = await logits!.data<'float32'>().finally(() => logits!.dispose());
    onBatch?.(values.subarray(0, count), start + count);
    return values;
  });
}

/** A discriminator's logits of uint8 images, each with its class; nothing of it moves. */
export class ImageLogits {
  private readonly step: CompiledStep;

  /** @param name - of the compiled step */
  constructor(
    backend: Pick<Backend, 'compile'>,
    discriminator: Discriminator,
    private readonly shape: ImageShape,
    name: string,
  ) {
    this.step = backend.compile(
      ({ images, y }) => ({
        logits: discriminator.discriminate(
          images!.toFloat().div(127.5).sub(1) as tf.Tensor4D,
          y as tf.Tensor1D,
          evaluationCall,
        ),
      }),
      { name, precision: 'float32' },
    );
  }

  /** @returns logits of all images of the set, [N] */
  async read(set: Pick<LabelledImages, 'labels' | 'read'>, batches: LogitBatches): Promise<Float32Array> {
    const { height, width, channels } = this.shape;
    const shape: [number, number, number, number] = [batches.batchSize, height, width, channels];
    const pixels = async (start: number, count: number): Promise<NamedTensors> => {
      const padded = new Int32Array(batches.batchSize * height * width * channels);
      padded.set(await set.read(start, count));
      return { images: tf.tensor4d(padded, shape, 'int32') };
    };
    return readLogits(this.step, set.labels, pixels, batches);
  }

  dispose(): void {
    this.step.dispose();
  }
}
