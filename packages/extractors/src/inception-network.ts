import * as tf from '@tensorflow/tfjs';
import type { WeightFile } from '@ganymede/core';
import { convolutionInputs, openingBranches } from './inception-convolutions.js';
import { foldConvolution, tensorOf, type FoldedConvolution } from './inception-weights.js';

/**
 * Which Inception-v3. `fid`: TensorFlow's of 2015-12-05, which FID is defined on: averages leave out the padding, the
 * last block pools by maximum, 1008 classes. `torchvision`: averages count the padding as zeros, 1000 classes.
 */
export type InceptionLayout = 'fid' | 'torchvision';

export const classesOf: Readonly<Record<InceptionLayout, number>> = { fid: 1008, torchvision: 1000 };

export interface InceptionOutputs {
  /** Mean over the last map, [B, 2048]. */
  readonly pool3: tf.Tensor2D;
  /** First seven channels of `Mixed_6d`, [B, 17 x 17 x 7]. */
  readonly spatial: tf.Tensor2D;
  /** Maps after the first max-pooling [B, 73, 73, 64] and after `Mixed_6e` [B, 17, 17, 768], for checks. */
  readonly inner: readonly [tf.Tensor4D, tf.Tensor4D];
}

type Pad = 'same' | 'valid';

type Four = [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D, tf.Tensor4D];

/** Several convolutions over one input as one. */
interface Opening extends FoldedConvolution {
  /** Channels of each. */
  readonly sizes: readonly number[];
}

/**
 * Inception-v3 (arXiv:1512.00567) up to its pooled features, for inference. Convolutions are named as in torch's state
 * dicts.
 */
export class InceptionNetwork {
  private readonly convolutions = new Map<string, FoldedConvolution>();
  private readonly openings = new Map<string, Opening>();
  private readonly fullyConnected: { readonly weight: tf.Tensor2D; readonly bias: tf.Tensor1D };

  /** @throws BAD_WEIGHTS */
  constructor(
    file: WeightFile,
    private readonly layout: InceptionLayout,
  ) {
    const classes = classesOf[layout];
    const weight = tensorOf(file, 'fc.weight', [classes, 2048]);
    const bias = tensorOf(file, 'fc.bias', [classes]);
    for (const [name, inputs] of convolutionInputs())
      this.convolutions.set(name, foldConvolution(file, name, inputs));
    for (const [block, branches] of openingBranches()) this.merge(block, branches);
    this.fullyConnected = {
      weight: tf.tensor2d(Float32Array.from(weight.data), [classes, 2048]),
      bias: tf.tensor1d(Float32Array.from(bias.data)),
    };
  }

  /** Puts the first convolutions of branches together; alone they are not needed any more. */
  private merge(block: string, branches: readonly string[]): void {
    const names = branches.map((branch) => `${block}.${branch}`);
    const parts = names.map((name) => this.convolutions.get(name)!);
    const filters = parts.map(({ filter }) => filter);
    const biases = parts.map(({ bias }) => bias);
    this.openings.set(block, {
      filter: tf.concat<tf.Tensor4D>(filters, 3),
      bias: tf.concat<tf.Tensor4D>(biases, 3),
      sizes: filters.map(({ shape }) => shape[3]),
    });
    tf.dispose([filters, biases]);
    for (const name of names) this.convolutions.delete(name);
  }

  /**
   * @param pool3 - [B, 2048]
   * @param biased - whether the bias is added; the original Inception Score leaves it out
   * @returns [B, classes]
   */
  logits(pool3: tf.Tensor2D, biased: boolean): tf.Tensor2D {
    return tf.tidy(() => {
      const { weight, bias } = this.fullyConnected;
      const products = tf.matMul(pool3, weight, false, true);
      return (biased ? products.add(bias) : products) as tf.Tensor2D;
    });
  }

  /** @param images - [B, 299, 299, 3], about -1 to 1 */
  call(images: tf.Tensor4D): InceptionOutputs {
    let x = this.convolve(images, 'Conv2d_1a_3x3', 2, 'valid'); // [B, 149, 149, 32]
    x = this.convolve(x, 'Conv2d_2a_3x3', 1, 'valid'); // [B, 147, 147, 32]
    x = this.convolve(x, 'Conv2d_2b_3x3'); // [B, 147, 147, 64]
    x = tf.maxPool(x, 3, 2, 'valid'); // [B, 73, 73, 64]
    const first = x;
    x = this.convolve(x, 'Conv2d_3b_1x1'); // [B, 73, 73, 80]
    x = this.convolve(x, 'Conv2d_4a_3x3', 1, 'valid'); // [B, 71, 71, 192]
    x = tf.maxPool(x, 3, 2, 'valid'); // [B, 35, 35, 192]
    for (const name of ['Mixed_5b', 'Mixed_5c', 'Mixed_5d']) x = this.blockA(x, name); // [B, 35, 35, 288]
    x = this.blockB(x, 'Mixed_6a'); // [B, 17, 17, 768]
    for (const name of ['Mixed_6b', 'Mixed_6c', 'Mixed_6d']) x = this.blockC(x, name);
    const spatial = x.slice([0, 0, 0, 0], [-1, -1, -1, 7]);
    x = this.blockC(x, 'Mixed_6e');
    const second = x;
    x = this.blockD(x, 'Mixed_7a'); // [B, 8, 8, 1280]
    x = this.blockE(x, 'Mixed_7b', false); // [B, 8, 8, 2048]
    x = this.blockE(x, 'Mixed_7c', this.layout === 'fid');
    return {
      pool3: tf.mean(x, [1, 2]),
      spatial: spatial.reshape([x.shape[0], -1]),
      inner: [first, second],
    };
  }

  private convolve(x: tf.Tensor4D, name: string, stride = 1, pad: Pad = 'same'): tf.Tensor4D {
    const { filter, bias } = this.convolutions.get(name)!;
    return tf.relu(affine(x, filter, bias, stride, pad));
  }

  /** A chain of convolutions at full size. */
  private chain(x: tf.Tensor4D, ...names: string[]): tf.Tensor4D {
    return names.reduce((y, name) => this.convolve(y, name), x);
  }

  /** Mean over 3 x 3, over what lies inside the image (fid) or with zeros around it (torchvision). */
  private average(x: tf.Tensor4D): tf.Tensor4D {
    if (this.layout === 'fid') return tf.avgPool(x, 3, 1, 'same');
    const border: [number, number] = [1, 1];
    return tf.avgPool(tf.pad(x, [[0, 0], border, border, [0, 0]]), 3, 1, 'valid');
  }

  /**
   * The 1 x 1 convolutions that open a block's branches, as one over the same input, and the pooled branch: an average
   * over positions and a product over channels may change places, and there are fewer channels after it.
   */
  private open(x: tf.Tensor4D, name: string, pooled: boolean): readonly tf.Tensor4D[] {
    const { filter, bias, sizes } = this.openings.get(name)!;
    const direct = tf.split<tf.Tensor4D>(affine(x, filter, bias, 1, 'same').relu(), [...sizes], 3);
    return pooled ? [...direct, this.pooled(x, `${name}.branch_pool`)] : direct;
  }

  /** The bias moves with the products where it is its own average: not where zeros are counted. */
  private pooled(x: tf.Tensor4D, name: string): tf.Tensor4D {
    const { filter, bias } = this.convolutions.get(name)!;
    return this.layout === 'fid'
      ? tf.relu(this.average(affine(x, filter, bias, 1, 'same')))
      : tf.relu(tf.add<tf.Tensor4D>(this.average(tf.conv2d(x, filter, 1, 'same')), bias));
  }

  private blockA(x: tf.Tensor4D, name: string): tf.Tensor4D {
    const [single, five, double, pool] = this.open(x, name, true) as Four;
    return tf.concat(
      [
        single,
        this.chain(five, `${name}.branch5x5_2`),
        this.chain(double, `${name}.branch3x3dbl_2`, `${name}.branch3x3dbl_3`),
        pool,
      ],
      3,
    );
  }

  private blockB(x: tf.Tensor4D, name: string): tf.Tensor4D {
    const double = this.chain(x, `${name}.branch3x3dbl_1`, `${name}.branch3x3dbl_2`);
    return tf.concat(
      [
        this.convolve(x, `${name}.branch3x3`, 2, 'valid'),
        this.convolve(double, `${name}.branch3x3dbl_3`, 2, 'valid'),
        tf.maxPool(x, 3, 2, 'valid'),
      ],
      3,
    );
  }

  private blockC(x: tf.Tensor4D, name: string): tf.Tensor4D {
    const [single, seven, double, pool] = this.open(x, name, true) as Four;
    const rest = (branch: string, length: number): string[] =>
      Array.from({ length: length - 1 }, (_, i) => `${name}.${branch}_${i + 2}`);
    return tf.concat(
      [
        single,
        this.chain(seven, ...rest('branch7x7', 3)),
        this.chain(double, ...rest('branch7x7dbl', 5)),
        pool,
      ],
      3,
    );
  }

  private blockD(x: tf.Tensor4D, name: string): tf.Tensor4D {
    const [three, seven] = this.open(x, name, false) as [tf.Tensor4D, tf.Tensor4D];
    const long = this.chain(seven, `${name}.branch7x7x3_2`, `${name}.branch7x7x3_3`);
    return tf.concat(
      [
        this.convolve(three, `${name}.branch3x3_2`, 2, 'valid'),
        this.convolve(long, `${name}.branch7x7x3_4`, 2, 'valid'),
        tf.maxPool(x, 3, 2, 'valid'),
      ],
      3,
    );
  }

  private blockE(x: tf.Tensor4D, name: string, byMaximum: boolean): tf.Tensor4D {
    const split = (y: tf.Tensor4D, branch: string, step: number): tf.Tensor4D[] =>
      ['a', 'b'].map((half) => this.convolve(y, `${name}.${branch}_${step}${half}`));
    const [single, three, double, averaged] = this.open(x, name, !byMaximum) as Four;
    const pool = byMaximum ? this.chain(tf.maxPool(x, 3, 1, 'same'), `${name}.branch_pool`) : averaged;
    return tf.concat(
      [
        single,
        ...split(three, 'branch3x3', 2),
        ...split(this.chain(double, `${name}.branch3x3dbl_2`), 'branch3x3dbl', 3),
        pool,
      ],
      3,
    );
  }

  /** Keeps the weights beyond the `tidy` that they were made in. */
  keep(): void {
    for (const tensor of this.tensors()) tf.keep(tensor);
  }

  dispose(): void {
    tf.dispose(this.tensors());
    this.convolutions.clear();
    this.openings.clear();
  }

  private tensors(): tf.Tensor[] {
    const convolutions = [...this.convolutions.values(), ...this.openings.values()];
    const { weight, bias } = this.fullyConnected;
    return [...convolutions.flatMap((one) => [one.filter, one.bias]), weight, bias];
  }
}

/** A convolution, with its bias added in the form that TensorFlow makes one op of, with the ReLU behind it. */
function affine(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  bias: tf.Tensor4D,
  stride: number,
  pad: Pad,
): tf.Tensor4D {
  return tf.add(tf.conv2d(x, filter, stride, pad), bias);
}
