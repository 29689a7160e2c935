import {
  defineComponent,
  type CallContext,
  type ClassLabels,
  type Generator,
  type GeneratorFactory,
  type ImageShape,
  type NamedVariables,
  type RandomStream,
} from '@ganymede/core';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';

/** Normal values with standard deviation sqrt(2 / inputs). */
function initial(random: RandomStream, shape: number[]): tf.Variable {
  const size = shape.reduce((product, length) => product * length, 1);
  const deviation = Math.sqrt((2 * shape.at(-1)!) / size);
  return tf.tidy(() => tf.variable(tf.mul(tf.tensor(random.normals(size), shape), deviation)));
}

/** A linear layer onto a map whose shorter side has 4 to 7 pixels, then as often as it takes: twice the size, a 3 x 3 convolution, ReLU. Classes shift the latents. */
class Network implements Generator {
  readonly weights: NamedVariables;
  private readonly stages: number;
  /** Height, width and channels of the first map. */
  private readonly base: readonly [number, number, number];

  constructor(
    readonly imageShape: ImageShape,
    readonly classes: number,
    readonly latentSize: number,
    width: number,
    random: RandomStream,
  ) {
    const { height, width: across } = imageShape;
    this.stages = Math.floor(Math.log2(Math.min(height, across) / 4));
    this.base = [height / 2 ** this.stages, across / 2 ** this.stages, width];
    this.weights = {
      'embedding.weight': initial(random, [classes, latentSize]),
      'linear.weight': initial(random, [latentSize, this.base[0] * this.base[1] * width]),
    };
    for (let i = 0; i < this.stages; i++)
      this.weights[`conv${i}.weight`] = initial(random, [3, 3, width, width]);
    this.weights['out.weight'] = initial(random, [3, 3, width, imageShape.channels]);
  }

  private weight<T extends tf.Tensor>(name: string): T {
    return this.weights[`${name}.weight`] as tf.Tensor as T;
  }

  /** @param z - [B, latentSize]; y - [B], or [B, classes] */
  generate(z: tf.Tensor2D, y: ClassLabels, _: CallContext): tf.Tensor4D {
    return tf.tidy(() => {
      const mixture =
        y.rank === 2 ? (y as tf.Tensor2D) : (tf.oneHot(y as tf.Tensor1D, this.classes) as tf.Tensor2D);
      const shifted = tf.add(
        z,
        tf.matMul(tf.cast(mixture, 'float32'), this.weight<tf.Tensor2D>('embedding')),
      ) as tf.Tensor2D;
      let h = tf.reshape(tf.matMul(shifted, this.weight<tf.Tensor2D>('linear')), [
        -1,
        ...this.base,
      ]) as tf.Tensor4D;
      for (let i = 0; i < this.stages; i++) {
        const larger = tf.image.resizeNearestNeighbor(tf.relu(h), [2 * h.shape[1], 2 * h.shape[2]]);
        h = tf.conv2d(larger, this.weight<tf.Tensor4D>(`conv${i}`), 1, 'same');
      }
      return tf.tanh(tf.conv2d(tf.relu(h), this.weight<tf.Tensor4D>('out'), 1, 'same')); // [B, H, W, C]
    });
  }
}

export class Example implements GeneratorFactory {
  constructor(
    private readonly latentSize: number,
    private readonly width: number,
  ) {}

  create({ imageShape, classes, random }: Parameters<GeneratorFactory['create']>[0]): Generator {
    return new Network(imageShape, classes, this.latentSize, this.width, random);
  }
}

export const example = defineComponent({
  slot: 'generator',
  id: 'example',
  summary: 'Plain convolutions after nearest upsampling.',
  options: z.strictObject({
    latentSize: z.int().positive().default(64).describe('numbers in z'),
    channels: z.int().positive().default(16).describe('of every convolution'),
  }),
  create: ({ latentSize, channels }) => new Example(latentSize, channels),
});
