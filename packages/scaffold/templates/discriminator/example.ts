import {
  defineComponent,
  type CallContext,
  type Discriminator,
  type DiscriminatorFactory,
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

/** 3 x 3 convolutions of stride 2 until the shorter side has 4 to 7 pixels, the mean over places, and projection onto the class. */
class Network implements Discriminator {
  readonly weights: NamedVariables;
  private readonly stages: number;

  constructor(
    { height, width: across, channels }: ImageShape,
    classes: number,
    width: number,
    random: RandomStream,
  ) {
    this.stages = Math.floor(Math.log2(Math.min(height, across) / 4));
    this.weights = {
      'linear.weight': initial(random, [width, 1]),
      'embedding.weight': initial(random, [classes, width]),
    };
    for (let i = 0; i < this.stages; i++)
      this.weights[`conv${i}.weight`] = initial(random, [3, 3, i === 0 ? channels : width, width]);
  }

  private weight<T extends tf.Tensor>(name: string): T {
    return this.weights[`${name}.weight`] as tf.Tensor as T;
  }

  /** @param x - [B, H, W, C] in [-1, 1]; y - [B] */
  discriminate(x: tf.Tensor4D, y: tf.Tensor1D, _: CallContext): tf.Tensor1D {
    return tf.tidy(() => {
      let h = x;
      // Softplus and not ReLU: it has gradients of every order, which penalties such as R1 need.
      for (let i = 0; i < this.stages; i++)
        h = tf.softplus(tf.conv2d(h, this.weight<tf.Tensor4D>(`conv${i}`), 2, 'same'));
      const pooled = tf.mean(h, [1, 2]) as tf.Tensor2D; // [B, width]
      const ofClass = tf.sum(tf.mul(tf.gather(this.weight<tf.Tensor2D>('embedding'), y), pooled), 1);
      return tf.add(
        tf.squeeze(tf.matMul(pooled, this.weight<tf.Tensor2D>('linear')), [1]),
        ofClass,
      ) as tf.Tensor1D;
    });
  }
}

export class Example implements DiscriminatorFactory {
  constructor(private readonly width: number) {}

  create({ imageShape, classes, random }: Parameters<DiscriminatorFactory['create']>[0]): Discriminator {
    return new Network(imageShape, classes, this.width, random);
  }
}

export const example = defineComponent({
  slot: 'discriminator',
  id: 'example',
  summary: 'Plain convolutions of stride 2 and projection.',
  options: z.strictObject({ channels: z.int().positive().default(16).describe('of every convolution') }),
  create: ({ channels }) => new Example(channels),
});
