import * as tf from '@tensorflow/tfjs';
import type { LayerNode, NamedVariables, RandomStream } from '@ganymede/core';
import { addBias, conv2d, relu } from '@ganymede/ops';

export interface ClassifierShape {
  /** Pixels a side that it looks at, a multiple of 4. */
  readonly resolution: number;
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
  /** The first channels, 8 at most, of the second stage's map, [B, R/2 x R/2 x 8]. */
  readonly spatial: tf.Tensor2D;
}

/** Channels that spatial features keep. */
const spatialChannels = 8;
/** Residual blocks in each stage. */
const blocksPerStage = 2;

/**
 * A small residual classifier: three stages of two blocks at full, half and quarter resolution, without
 * normalization, so that an image's features do not depend on those beside it. Each block's branch starts at zero
 * (SkipInit, arXiv:2002.10444, section 4), which trains without normalization at this depth.
 */
export class ClassifierNetwork implements LayerNode {
  readonly weights: NamedVariables;

  constructor(
    readonly shape: ClassifierShape,
    random: RandomStream,
  ) {
    const { channels, classes, width } = shape;
    const weights: NamedVariables = {};
    const add = (name: string, dims: readonly number[], scale: number): void => {
      const size = dims.reduce((product, length) => product * length, 1);
      const values =
        scale === 0 ? new Float32Array(size) : random.normals(size).map((value) => scale * value);
      weights[name] = tf.tidy(() => tf.variable(tf.tensor(values, [...dims]), true));
    };
    const convolution = (name: string, from: number, to: number, side = 3): void => {
      add(`${name}.weight`, [side, side, from, to], Math.sqrt(2 / (side * side * from))); // He et al., 2015
      add(`${name}.bias`, [to], 0);
    };
    convolution('stem', channels, width);
    for (let stage = 0, from = width; stage < 3; stage++) {
      const to = width * 2 ** stage;
      if (stage > 0) convolution(`stages.${stage}.down`, from, to);
      for (let block = 0; block < blocksPerStage; block++) {
        convolution(`stages.${stage}.${block}.first`, to, to);
        convolution(`stages.${stage}.${block}.second`, to, to);
        add(`stages.${stage}.${block}.scale`, [], 0);
      }
      from = to;
    }
    add('classifier.weight', [4 * width, classes], Math.sqrt(1 / (4 * width)));
    add('classifier.bias', [classes], 0);
    this.weights = weights;
  }

  static featureSize({ width }: ClassifierShape): number {
    return 4 * width;
  }

  static spatialSize({ resolution, width }: ClassifierShape): number {
    return (resolution / 2) ** 2 * Math.min(spatialChannels, 2 * width);
  }

  /** @param images - [B, R, R, C] in [-1, 1] */
  call(images: tf.Tensor4D): ClassifierOutputs {
    let x = this.convolve(images, 'stem');
    let spatial = x;
    for (let stage = 0; stage < 3; stage++) {
      if (stage > 0) x = this.convolve(relu(x), `stages.${stage}.down`, 2);
      for (let block = 0; block < blocksPerStage; block++) x = this.block(x, `stages.${stage}.${block}`);
      if (stage === 1) spatial = x.slice([0, 0, 0, 0], [-1, -1, -1, Math.min(spatialChannels, x.shape[3])]);
    }
    const features = tf.mean<tf.Tensor2D>(relu(x), [1, 2]);
    const logits = tf.matMul(features, this.weight('classifier.weight') as tf.Tensor2D);
    return {
      features,
      logits: logits.add(this.weight('classifier.bias')),
      spatial: spatial.reshape([images.shape[0], -1]),
    };
  }

  private block(x: tf.Tensor4D, name: string): tf.Tensor4D {
    const branch = this.convolve(relu(this.convolve(relu(x), `${name}.first`)), `${name}.second`);
    return x.add(branch.mul(this.weight(`${name}.scale`)));
  }

  private convolve(x: tf.Tensor4D, name: string, stride = 1): tf.Tensor4D {
    return addBias(
      conv2d(x, this.weight(`${name}.weight`) as tf.Tensor4D, { stride }),
      this.weight(`${name}.bias`) as tf.Tensor1D,
    );
  }

  private weight(name: string): tf.Variable {
    return this.weights[name]!;
  }

  dispose(): void {
    tf.dispose(this.weights);
  }
}
