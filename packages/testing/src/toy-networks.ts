import type {
  CallContext,
  ClassLabels,
  Discriminator,
  DiscriminatorFeatures,
  DiscriminatorFactory,
  Generator,
  GeneratorFactory,
  ImageShape,
  NamedVariables,
  RandomStream,
} from '@ganymede/core';
import * as tf from '@tensorflow/tfjs';

function normal(random: RandomStream, shape: number[], deviation: number): tf.Variable {
  const size = shape.reduce((product, length) => product * length, 1);
  return tf.tidy(() => tf.variable(tf.tensor(random.normals(size), shape).mul(deviation)));
}

/** A generator small enough for a unit test: one linear layer, a class embedding, tanh. Smooth everywhere. */
export class ToyGenerator implements Generator {
  readonly weights: NamedVariables;
  readonly state: NamedVariables;

  constructor(
    readonly imageShape: ImageShape,
    readonly classes: number,
    readonly latentSize: number,
    random: RandomStream,
  ) {
    const pixels = imageShape.height * imageShape.width * imageShape.channels;
    this.weights = {
      'linear.weight': normal(random, [latentSize, pixels], 0.3),
      'linear.bias': normal(random, [pixels], 0.1),
      'embedding.weight': normal(random, [classes, pixels], 0.3),
    };
    this.state = { mean: tf.tidy(() => tf.variable(tf.zeros([pixels]), false)) };
  }

  generate(z: tf.Tensor2D, y: ClassLabels, ctx: CallContext): tf.Tensor4D {
    const { height, width, channels } = this.imageShape;
    return tf.tidy(() => {
      const h = z
        .matMul(this.weights['linear.weight'] as tf.Tensor2D)
        .add(this.weights['linear.bias']!)
        .add(this.embed(y)); // [B, H*W*C]
      if (ctx.updateState) {
        const mean = this.state['mean']!;
        mean.assign(mean.mul(0.9).add(h.mean(0).mul(0.1)));
      }
      return tf.tanh(h).reshape([-1, height, width, channels]);
    });
  }

  private embed(y: ClassLabels): tf.Tensor {
    const embedding = this.weights['embedding.weight'] as tf.Tensor2D;
    return y.rank === 2 ? tf.matMul(y as tf.Tensor2D, embedding) : tf.gather(embedding, y as tf.Tensor1D);
  }
}

/**
 * A discriminator small enough for a unit test: 3x3 convolution, softplus, mean, projection. Smooth everywhere. Of images whose
 * sides are even it shows two maps, the one whose mean the features are and its means over squares of 2x2.
 */
export class ToyDiscriminator implements Discriminator {
  readonly weights: NamedVariables;
  readonly state: NamedVariables;
  readonly features: DiscriminatorFeatures;

  constructor(imageShape: ImageShape, classes: number, random: RandomStream, channels = 4) {
    this.features = {
      size: channels,
      extract: (x, ctx) => this.extract(x, ctx),
      logits: (h, y) => this.logits(h, y),
      maps: {
        shapes: {
          near: { height: imageShape.height, width: imageShape.width, channels },
          far: { height: imageShape.height / 2, width: imageShape.width / 2, channels },
        },
        extract: (x, ctx) => this.extractMaps(x, ctx),
      },
    };
    this.weights = {
      'conv.weight': normal(random, [3, 3, imageShape.channels, channels], 0.5),
      'linear.weight': normal(random, [channels, 1], 1),
      'embedding.weight': normal(random, [classes, channels], 0.5),
    };
    this.state = { mean: tf.tidy(() => tf.variable(tf.zeros([channels]), false)) };
  }

  discriminate(x: tf.Tensor4D, y: tf.Tensor1D, ctx: CallContext): tf.Tensor1D {
    return tf.tidy(() => this.features.logits(this.features.extract(x, ctx), y, ctx));
  }

  private extract(x: tf.Tensor4D, ctx: CallContext): tf.Tensor2D {
    return tf.tidy(() => {
      const h = this.near(x).mean([1, 2]) as tf.Tensor2D; // [B, channels]
      if (ctx.updateState) {
        const mean = this.state['mean']!;
        mean.assign(mean.mul(0.9).add(h.mean(0).mul(0.1)));
      }
      return h;
    });
  }

  private extractMaps(
    x: tf.Tensor4D,
    ctx: CallContext,
  ): { readonly features: tf.Tensor2D; readonly maps: Readonly<Record<string, tf.Tensor4D>> } {
    return tf.tidy(() => {
      const near = this.near(x);
      const far = tf.avgPool(near, 2, 2, 'valid');
      return { features: this.extract(x, ctx), maps: { near, far } };
    });
  }

  private near(x: tf.Tensor4D): tf.Tensor4D {
    return tf.conv2d(x, this.weights['conv.weight'] as tf.Tensor4D, 1, 'same').softplus();
  }

  private logits(h: tf.Tensor2D, y: tf.Tensor1D): tf.Tensor1D {
    return tf.tidy(() => {
      const projection = tf.gather(this.weights['embedding.weight']!, y).mul(h).sum(1);
      return h
        .matMul(this.weights['linear.weight'] as tf.Tensor2D)
        .squeeze([1])
        .add(projection) as tf.Tensor1D; // [B]
    });
  }
}

/** Makes ToyGenerators with latents of four numbers. */
export const toyGeneratorFactory: GeneratorFactory = {
  create: ({ imageShape, classes, random }) => new ToyGenerator(imageShape, classes, 4, random),
};

/** Makes ToyDiscriminators. */
export const toyDiscriminatorFactory: DiscriminatorFactory = {
  create: ({ imageShape, classes, random }) => new ToyDiscriminator(imageShape, classes, random),
};
