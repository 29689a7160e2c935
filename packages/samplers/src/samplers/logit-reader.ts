import {
  evaluationCall,
  type CompiledStep,
  type LabelledImages,
  type NamedTensors,
  type SamplerSpec,
} from '@ganymede/core';
import * as tf from '@tensorflow/tfjs';
import { logitsNotFinite } from '../errors.js';

/** The discriminator's logits of generated and of real images, each with its class; nothing of the networks moves. */
export class LogitReader {
  private readonly ofLatents: CompiledStep;
  private readonly ofImages: CompiledStep;

  constructor(private readonly spec: SamplerSpec) {
    const { backend, generator, discriminator, call } = spec;
    const options = { precision: 'float32' } as const;
    this.ofLatents = backend.compile(
      ({ z, y }) => {
        const labels = y as tf.Tensor1D;
        // As training shows them to D: not rounded to bytes.
        const images = generator.generate(z as tf.Tensor2D, labels, call);
        return { logits: discriminator.discriminate(images, labels, evaluationCall) };
      },
      { name: 'sampler-generated', ...options },
    );
    this.ofImages = backend.compile(
      ({ images, y }) => ({
        logits: discriminator.discriminate(
          images!.toFloat().div(127.5).sub(1) as tf.Tensor4D,
          y as tf.Tensor1D,
          evaluationCall,
        ),
      }),
      { name: 'sampler-real', ...options },
    );
  }

  /**
   * @param z - [N x latentSize]
   * @param labels - [N]
   * @returns logits of the images of these latents, [N]
   * @throws LOGITS_NOT_FINITE
   */
  async generated(z: Float32Array, labels: Int32Array, tell?: (done: number) => void): Promise<Float32Array> {
    const { batchSize, generator } = this.spec;
    const { latentSize } = generator;
    return this.read(this.ofLatents, labels, tell, (start, count) => {
      const padded = new Float32Array(batchSize * latentSize);
      padded.set(z.subarray(start * latentSize, (start + count) * latentSize));
      return { z: tf.tensor2d(padded, [batchSize, latentSize]) };
    });
  }

  /** @returns logits [N] @throws LOGITS_NOT_FINITE */
  async real(set: LabelledImages, tell?: (done: number) => void): Promise<Float32Array> {
    const { batchSize, generator } = this.spec;
    const { height, width, channels } = generator.imageShape;
    return this.read(this.ofImages, set.labels, tell, async (start, count) => {
      const padded = new Int32Array(batchSize * height * width * channels);
      padded.set(await set.read(start, count));
      return { images: tf.tensor4d(padded, [batchSize, height, width, channels], 'int32') };
    });
  }

  private async read(
    step: CompiledStep,
    labels: Int32Array,
    tell: ((done: number) => void) | undefined,
    inputsOf: (start: number, count: number) => NamedTensors | Promise<NamedTensors>,
  ): Promise<Float32Array> {
    const { batchSize, signal } = this.spec;
    const all = new Float32Array(labels.length);
    for (let start = 0; start < labels.length; start += batchSize) {
      signal?.throwIfAborted();
      const count = Math.min(batchSize, labels.length - start);
      const y = new Int32Array(batchSize);
      y.set(labels.subarray(start, start + count));
      const inputs = { ...(await inputsOf(start, count)), y: tf.tensor1d(y, 'int32') };
      const { logits } = await step.run(inputs);
      tf.dispose(inputs);
      const values = (await logits!.data<'float32'>()).subarray(0, count);
      logits!.dispose();
      if (!values.every(Number.isFinite)) throw logitsNotFinite('NaN or infinity');
      all.set(values, start);
      tell?.(start + count);
    }
    return all;
  }

  dispose(): void {
    this.ofLatents.dispose();
    this.ofImages.dispose();
  }
}
