import * as tf from '@tensorflow/tfjs';
import {
  disposeNetwork,
  trainingCall,
  type LayerNode,
  type NamedTensors,
  type NamedVariables,
  type RandomStream,
} from '@ganymede/core';
import { BatchNorm } from '@ganymede/layers';
import {
  classifierConvolutions,
  classifierMaps,
  type ClassifierConvolution,
  type ClassifierShape,
} from '@ganymede/extractors';
import { conv2d } from '@ganymede/ops';

/** Added to variances. */
const epsilon = 1e-5;

/**
 * The classifier as it is trained: with batch normalization after every convolution, which `folded` takes into weights
 * and biases of `ClassifierNetwork`. The last normalization of each residual block starts with a gain of 0, so that
 * blocks start as identities (arXiv:1706.02677, section 5.1).
 */
export class NormalizedClassifier implements LayerNode {
  readonly weights: NamedVariables = {};
  readonly children: Record<string, BatchNorm> = {};
  private readonly convolutions: ReadonlyMap<string, ClassifierConvolution>;

  constructor(shape: ClassifierShape, random: RandomStream) {
    const add = (name: string, dims: number[], scale: number): void => {
      const size = dims.reduce((product, length) => product * length, 1);
      const values = random.normals(size).map((value) => scale * value);
      this.weights[name] = tf.tidy(() => tf.variable(tf.tensor(values, dims)));
    };
    this.convolutions = classifierConvolutions(shape);
    for (const { name, from, to, rectified } of this.convolutions.values()) {
      add(`${name}.weight`, [3, 3, from, to], Math.sqrt(2 / (9 * from))); // He et al., 2015
      const norm = new BatchNorm(to, { epsilon, relu: rectified });
      if (!rectified) tf.tidy(() => norm.weights['gain']!.assign(tf.zeros([to])));
      this.children[name] = norm;
    }
    add('classifier.weight', [4 * shape.width, shape.classes], Math.sqrt(1 / (4 * shape.width)));
    add('classifier.bias', [shape.classes], 0);
  }

  /**
   * In training: statistics are the batch's, and running averages move.
   * @param images - [B, R, R, C] in [-1, 1]
   * @returns logits [B, classes]
   */
  call(images: tf.Tensor4D): tf.Tensor2D {
    const { features } = classifierMaps(images, (name, x) => {
      const filter = this.weights[`${name}.weight`] as tf.Variable<tf.Rank.R4>;
      const { stride } = this.convolutions.get(name)!;
      return this.children[name]!.call(conv2d(x, filter, { stride }), trainingCall);
    });
    return tf
      .matMul(features, this.weights['classifier.weight'] as tf.Variable<tf.Rank.R2>)
      .add(this.weights['classifier.bias']!);
  }

  /** Weights of the `ClassifierNetwork` that gives what this one gives with its running averages. */
  folded(): NamedTensors {
    const result: NamedTensors = {};
    for (const name of ['classifier.weight', 'classifier.bias']) result[name] = this.weights[name]!.clone();
    for (const name of this.convolutions.keys()) {
      const { gain, bias } = this.children[name]!.weights as Record<'gain' | 'bias', tf.Variable>;
      const { mean, variance } = this.children[name]!.state as Record<'mean' | 'variance', tf.Variable>;
      const scale = tf.tidy(() => gain.mul(tf.rsqrt(variance.add(epsilon))));
      result[`${name}.weight`] = tf.mul(this.weights[`${name}.weight`]!, scale);
      result[`${name}.bias`] = tf.tidy(() => bias.sub(mean.mul(scale)));
      scale.dispose();
    }
    return result;
  }

  dispose(): void {
    disposeNetwork(this);
  }
}
