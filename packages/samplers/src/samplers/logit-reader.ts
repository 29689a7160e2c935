import {
  evaluationCall,
  type CompiledStep,
  type LabelledImages,
  type NamedTensors,
  type SamplerSpec,
} from '@ganymede/core';
import * as tf from '@tensorflow/tfjs';
import { logitsNotFinite } from '../errors.js';
import { ImageLogits, readLogits, type LogitBatches } from './image-logits.js';

/** The discriminator's logits of generated and of real images, each with its class; nothing of the networks moves. */
export class LogitReader {
  private readonly ofLatents: CompiledStep;
  private readonly ofImages: ImageLogits;

  constructor(private readonly spec: SamplerSpec) {
    const { backend, generator, discriminator, call } = spec;
    this.ofLatents = backend.compile(
      ({ z, y }) => {
        const labels = y as tf.Tensor1D;
        // As training shows them to D: not rounded to bytes.
        const images = generator.generate(z as tf.Tensor2D, labels, call);
        return { logits: discriminator.discriminate(images, labels, evaluationCall) };
      },
      { name: 'sampler-generated', precision: 'float32' },
    );
    this.ofImages = new ImageLogits(backend, discriminator, generator.imageShape, 'sampler-real');
  }

  /**
   * The processes of a run make them together.
   * @param z - [N x latentSize]
   * @param labels - [N]
   * @returns logits of the images of these latents, [N]
   * @throws LOGITS_NOT_FINITE
   */
  generated(z: Float32Array, labels: Int32Array, tell?: (done: number) => void): Promise<Float32Array> {
    return this.ofGenerated(z, labels, { ...this.batches(tell), share: this.spec.share });
  }

  /** The same in this process alone, where others may be at something else. */
  ownGenerated(z: Float32Array, labels: Int32Array): Promise<Float32Array> {
    return this.ofGenerated(z, labels, this.batches());
  }

  private ofGenerated(z: Float32Array, labels: Int32Array, batches: LogitBatches): Promise<Float32Array> {
    const { batchSize, generator } = this.spec;
    const { latentSize } = generator;
    const latents = (start: number, count: number): NamedTensors => {
      const padded = new Float32Array(batchSize * latentSize);
      padded.set(z.subarray(start * latentSize, (start + count) * latentSize));
      return { z: tf.tensor2d(padded, [batchSize, latentSize]) };
    };
    return readLogits(this.ofLatents, labels, latents, batches);
  }

  /** The processes of a run make them together. @returns logits [N] @throws LOGITS_NOT_FINITE */
  async real(set: LabelledImages, tell?: (done: number) => void): Promise<Float32Array> {
    return this.ofImages.read(set, { ...this.batches(tell), share: this.spec.share });
  }

  private batches(tell?: (done: number) => void): LogitBatches {
    const { batchSize, signal } = this.spec;
    return {
      batchSize,
      signal,
      onBatch: (logits, done) => {
        if (!logits.every(Number.isFinite)) throw logitsNotFinite('NaN or infinity');
        tell?.(done);
      },
    };
  }

  dispose(): void {
    this.ofLatents.dispose();
    this.ofImages.dispose();
  }
}
