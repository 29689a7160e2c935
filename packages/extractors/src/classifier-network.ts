import * as tf from '@tensorflow/tfjs';
import { sidesOf, type LayerNode, type NamedVariables, type Resolution } from '@ganymede/core';
import { addBias, conv2d, relu } from '@ganymede/ops';

export interface ClassifierShape {
  /** What it looks at: pixels a side, or height and width, multiples of 4. */
  readonly resolution: Resolution;
  readonly channels: number;
  readonly classes: number;
  /** Channels of the first stage; the last has four times as many, which is the size of its features. */
  readonly width: number;
}

export interface ClassifierOutputs {
  /** Mean over the last map, [B, 4 width]. */
  readonly features: tf.Tensor2D;
  /** [B, classes] */
  readonly logits: tf.Tensor2D;
  /** The first channels, 8 at most, of the second stage's map, [B, H/2 x W/2 x 8]. */
  readonly spatial: tf.Tensor2D;
}

/** A 3x3 convolution of the classifier. */
export interface ClassifierConvolution {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly stride: 1 | 2;
  /** Whether a ReLU follows at once; otherwise it follows the sum with the block's input. */
  readonly rectified: boolean;
}

/** Channels that spatial features keep. */
const spatialChannels = 8;
const stageCount = 3;
/** Residual blocks in each stage. */
const blocksPerStage = 2;

/** Every convolution of a classifier by name, in the order of the forward pass. */
export function classifierConvolutions({
  channels,
  width,
}: Pick<ClassifierShape, 'channels' | 'width'>): ReadonlyMap<string, ClassifierConvolution> {
  const found: ClassifierConvolution[] = [
    { name: 'stem', from: channels, to: width, stride: 1, rectified: true },
  ];
  for (let stage = 0; stage < stageCount; stage++) {
    const to = width * 2 ** stage;
    if (stage > 0) found.push({ name: `stages.${stage}.down`, from: to / 2, to, stride: 2, rectified: true });
    for (let block = 0; block < blocksPerStage; block++) {
      const name = `stages.${stage}.${block}`;
      found.push({ name: `${name}.first`, from: to, to, stride: 1, rectified: true });
      found.push({ name: `${name}.second`, from: to, to, stride: 1, rectified: false });
    }
  }
  return new Map(found.map((convolution) => [convolution.name, convolution]));
}

/**
 * What the classifier makes of images, given its convolutions with whatever normalizes them: three stages of two residual
 * blocks (arXiv:1512.03385) at full, half and quarter resolution.
 * @param images - [B, H, W, C] in [-1, 1]
 * @param convolve - the convolution of a name, with its ReLU where it is `rectified`
 */
export function classifierMaps(
  images: tf.Tensor4D,
  convolve: (name: string, x: tf.Tensor4D) => tf.Tensor4D,
): Pick<ClassifierOutputs, 'features' | 'spatial'> {
  let x = convolve('stem', images);
  let spatial = x;
  for (let stage = 0; stage < stageCount; stage++) {
    if (stage > 0) x = convolve(`stages.${stage}.down`, x);
    for (let block = 0; block < blocksPerStage; block++) {
      const name = `stages.${stage}.${block}`;
      x = relu(tf.add(x, convolve(`${name}.second`, convolve(`${name}.first`, x))));
    }
    if (stage === 1) spatial = x.slice([0, 0, 0, 0], [-1, -1, -1, Math.min(spatialChannels, x.shape[3])]);
  }
  return { features: tf.mean<tf.Tensor2D>(x, [1, 2]), spatial: spatial.reshape([images.shape[0], -1]) };
}

/**
 * A trained classifier. Normalization of its training is part of the convolutions' weights and biases, so that an
 * image's features do not depend on those beside it. New, all its weights are 0.
 */
export class ClassifierNetwork implements LayerNode {
  readonly weights: NamedVariables = {};
  private readonly convolutions: ReadonlyMap<string, ClassifierConvolution>;

  constructor(readonly shape: ClassifierShape) {
    const { classes, width } = shape;
    const add = (name: string, dims: number[]): void => {
      this.weights[name] = tf.tidy(() => tf.variable(tf.zeros(dims)));
    };
    this.convolutions = classifierConvolutions(shape);
    for (const { name, from, to } of this.convolutions.values()) {
      add(`${name}.weight`, [3, 3, from, to]);
      add(`${name}.bias`, [to]);
    }
    add('classifier.weight', [4 * width, classes]);
    add('classifier.bias', [classes]);
  }

  static featureSize({ width }: ClassifierShape): number {
    return 4 * width;
  }

  static spatialSize({ resolution, width }: ClassifierShape): number {
    const { height, width: across } = sidesOf(resolution);
    return (height / 2) * (across / 2) * Math.min(spatialChannels, 2 * width);
  }

  /** @param images - [B, H, W, C] in [-1, 1] */
  call(images: tf.Tensor4D): ClassifierOutputs {
    const { features, spatial } = classifierMaps(images, (name, x) => {
      const { stride, rectified } = this.convolutions.get(name)!;
      const filter = this.weight(`${name}.weight`) as tf.Tensor4D;
      const y = addBias(conv2d(x, filter, { stride }), this.weight(`${name}.bias`) as tf.Tensor1D);
      return rectified ? relu(y) : y;
    });
    const products = tf.matMul(features, this.weight('classifier.weight') as tf.Tensor2D);
    return { features, spatial, logits: products.add(this.weight('classifier.bias')) };
  }

  private weight(name: string): tf.Variable {
    return this.weights[name]!;
  }

  dispose(): void {
    tf.dispose(this.weights);
  }
}
