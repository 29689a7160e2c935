import * as tf from '@tensorflow/tfjs';
import type { WeightFile } from '@ganymede/core';
import { badWeights } from './errors.js';
import { tensorOf } from './inception-weights.js';
import { resizePositions } from './vit-positions.js';

/** Of every layer normalization. */
const normEps = 1e-6;
/** Channels of a head in every released DINOv2. */
const headSize = 64;

export interface VitShape {
  /** Channels of a token. */
  readonly width: number;
  readonly blocks: number;
  readonly heads: number;
  /** Pixels a side of a patch. */
  readonly patch: number;
  /** Tokens beside the class and the patches (arXiv:2309.16588); 0 in the first release. */
  readonly registers: number;
}

interface Linear {
  /** [out, in] */
  readonly weight: tf.Tensor2D;
  /** [out] */
  readonly bias: tf.Tensor1D;
}

interface Norm {
  readonly weight: tf.Tensor1D;
  readonly bias: tf.Tensor1D;
}

interface Block {
  readonly norm1: Norm;
  /** Queries, keys and values as one product, [3 D, D]. */
  readonly qkv: Linear;
  readonly out: Linear;
  readonly scale1: tf.Tensor1D;
  readonly norm2: Norm;
  readonly fc1: Linear;
  readonly fc2: Linear;
  readonly scale2: tf.Tensor1D;
}

/**
 * The vision transformer of DINOv2 (arXiv:2304.07193) for inference: pre-norm blocks with layer scale and the exact,
 * erf-based GELU. Weights are named as Hugging Face's `Dinov2Model` and `Dinov2WithRegistersModel` name them.
 */
export class VitNetwork {
  readonly shape: VitShape;
  private readonly weights: tf.Tensor[] = [];
  private readonly projection: { readonly filter: tf.Tensor4D; readonly bias: tf.Tensor1D };
  /** Class token with its position, then registers, which have none: [1, 1 + R, D]. */
  private readonly leading: tf.Tensor3D;
  /** Of the patches of an image, [1, N, D]. */
  private readonly positions: tf.Tensor3D;
  private readonly blocks: readonly Block[];
  private readonly norm: Norm;

  /**
   * @param pixels - a side of the images, a multiple of the patch
   * @param heads - of attention; null for one of 64 channels each
   * @throws BAD_WEIGHTS
   */
  constructor(
    private readonly file: WeightFile,
    private readonly pixels: number,
    heads: number | null,
  ) {
    this.shape = shapeOf(file, pixels, heads);
    const { width, blocks, patch, registers } = this.shape;
    const kernel = this.data('embeddings.patch_embeddings.projection.weight', [width, 3, patch, patch]);
    const asTorch = tf.tensor4d(kernel, [width, 3, patch, patch]);
    this.projection = {
      filter: this.own(asTorch.transpose<tf.Tensor4D>([2, 3, 1, 0])),
      bias: this.vector('embeddings.patch_embeddings.projection.bias', width),
    };
    asTorch.dispose();
    const { leading, positions } = this.embeddings(width, registers);
    this.leading = this.own(tf.tensor3d(leading, [1, 1 + registers, width]));
    this.positions = this.own(tf.tensor3d(positions, [1, positions.length / width, width]));
    this.blocks = Array.from({ length: blocks }, (_, i) => this.block(`encoder.layer.${i}`, width));
    this.norm = this.normOf('layernorm', width);
  }

  /**
   * @param images - [B, pixels, pixels, 3], normalized
   * @returns the normalized class token, [B, D]
   */
  call(images: tf.Tensor4D): tf.Tensor2D {
    const [batch] = images.shape;
    const { width, patch } = this.shape;
    const patches = tf.conv2d(images, this.projection.filter, patch, 'valid').add(this.projection.bias);
    const tokens = tf.concat<tf.Tensor3D>(
      [
        tf.tile(this.leading, [batch, 1, 1]),
        patches.reshape<tf.Tensor3D>([batch, -1, width]).add(this.positions),
      ],
      1,
    ); // [B, 1 + R + N, D]
    const encoded = this.blocks.reduce((x, block) => this.encode(x, block), tokens);
    return normalize(encoded.slice([0, 0, 0], [-1, 1, -1]), this.norm).reshape([batch, width]);
  }

  private encode(x: tf.Tensor3D, block: Block): tf.Tensor3D {
    const attended = this.attend(normalize(x, block.norm1), block);
    const y = x.add<tf.Tensor3D>(attended.mul(block.scale1));
    const hidden = gelu(product(normalize(y, block.norm2), block.fc1));
    return y.add(product(hidden, block.fc2).mul(block.scale2));
  }

  /** Softmax attention over all tokens (arXiv:1706.03762, section 3.2). */
  private attend(x: tf.Tensor3D, { qkv, out }: Block): tf.Tensor3D {
    const { heads, width } = this.shape;
    const [batch, tokens] = x.shape;
    const [query, key, value] = tf
      .split(product(x, qkv), 3, 2)
      .map((part) => part.reshape([batch, tokens, heads, width / heads]).transpose([0, 2, 1, 3])) as [
      tf.Tensor4D,
      tf.Tensor4D,
      tf.Tensor4D,
    ]; // [B, heads, T, D/heads]
    const scores = tf.matMul(query.mul(1 / Math.sqrt(width / heads)), key, false, true); // [B, heads, T, T]
    const mixed = tf.matMul(tf.softmax(scores), value).transpose([0, 2, 1, 3]); // [B, T, heads, D/heads]
    return product(mixed.reshape([batch, tokens, width]), out);
  }

  /** Keeps the weights beyond the `tidy` that they were made in. */
  keep(): void {
    for (const tensor of this.weights) tf.keep(tensor);
  }

  dispose(): void {
    tf.dispose(this.weights);
  }

  private embeddings(
    width: number,
    registers: number,
  ): { readonly leading: Float32Array; readonly positions: Float32Array } {
    const side = gridSide(this.file);
    const learned = this.data('embeddings.position_embeddings', [1, 1 + side ** 2, width]);
    const classToken = this.data('embeddings.cls_token', [1, 1, width]);
    const leading = new Float32Array((1 + registers) * width);
    leading.set(classToken.map((value, i) => value + learned[i]!));
    if (registers > 0) leading.set(this.data('embeddings.register_tokens', [1, registers, width]), width);
    const to = this.pixels / this.shape.patch;
    return {
      leading,
      positions: resizePositions(learned.subarray(width), side, to, width, registers > 0),
    };
  }

  private block(name: string, width: number): Block {
    const inner = this.file.tensors[`${name}.mlp.fc1.bias`]?.shape[0] ?? 4 * width;
    const parts = ['query', 'key', 'value'].map((part) => `${name}.attention.attention.${part}`);
    const join = (part: string, shape: readonly number[]): Float32Array =>
      Float32Array.from(parts.flatMap((one) => [...this.data(`${one}.${part}`, shape)]));
    return {
      norm1: this.normOf(`${name}.norm1`, width),
      qkv: {
        weight: this.own(tf.tensor2d(join('weight', [width, width]), [3 * width, width])),
        bias: this.own(tf.tensor1d(join('bias', [width]))),
      },
      out: this.linear(`${name}.attention.output.dense`, width, width),
      scale1: this.vector(`${name}.layer_scale1.lambda1`, width),
      norm2: this.normOf(`${name}.norm2`, width),
      fc1: this.linear(`${name}.mlp.fc1`, width, inner),
      fc2: this.linear(`${name}.mlp.fc2`, inner, width),
      scale2: this.vector(`${name}.layer_scale2.lambda1`, width),
    };
  }

  private normOf(name: string, width: number): Norm {
    return { weight: this.vector(`${name}.weight`, width), bias: this.vector(`${name}.bias`, width) };
  }

  private linear(name: string, inputs: number, outputs: number): Linear {
    const weight = this.data(`${name}.weight`, [outputs, inputs]);
    return {
      weight: this.own(tf.tensor2d(weight, [outputs, inputs])),
      bias: this.vector(`${name}.bias`, outputs),
    };
  }

  private vector(name: string, length: number): tf.Tensor1D {
    return this.own(tf.tensor1d(this.data(name, [length])));
  }

  private data(name: string, shape: readonly number[]): Float32Array {
    return Float32Array.from(tensorOf(this.file, name, shape).data);
  }

  private own<T extends tf.Tensor>(tensor: T): T {
    this.weights.push(tensor);
    return tensor;
  }
}

/** @throws BAD_WEIGHTS where the file is no DINOv2, or does not fit the pixels or heads */
function shapeOf(file: WeightFile, pixels: number, heads: number | null): VitShape {
  const name = 'embeddings.patch_embeddings.projection.weight';
  const [width, , patch] = tensorOf(file, name, [null, 3, null, null]).shape as [number, number, number];
  if (pixels % patch !== 0)
    throw badWeights(file.path, `${name} whose patches divide ${pixels} pixels`, `patches of ${patch}`);
  const count = heads ?? width / headSize;
  if (!Number.isInteger(count) || width % count !== 0)
    throw badWeights(
      file.path,
      heads === null
        ? `${name} of a multiple of ${headSize} channels, for the option heads is null`
        : `${name} of a multiple of ${heads} channels, for as many heads`,
      `${width}`,
    );
  const registers = file.tensors['embeddings.register_tokens']?.shape[1] ?? 0;
  const indices = Object.keys(file.tensors).flatMap((key) => /^encoder\.layer\.(\d+)\./.exec(key)?.[1] ?? []);
  return { width, patch, heads: count, registers, blocks: new Set(indices).size };
}

/** Patches along a side that positions were learned for. */
function gridSide(file: WeightFile): number {
  const name = 'embeddings.position_embeddings';
  const length = tensorOf(file, name, [1, null, null]).shape[1]!;
  const side = Math.sqrt(length - 1);
  if (!Number.isInteger(side)) throw badWeights(file.path, `${name} of a class and a square`, `${length}`);
  return side;
}

function normalize(x: tf.Tensor3D, { weight, bias }: Norm): tf.Tensor3D {
  const centred = x.sub(tf.mean(x, -1, true));
  const variance = tf.mean(tf.square(centred), -1, true);
  return centred
    .mul(tf.rsqrt(variance.add(normEps)))
    .mul(weight)
    .add(bias);
}

/** @param x - [B, T, in] */
function product(x: tf.Tensor3D, { weight, bias }: Linear): tf.Tensor3D {
  const [batch, tokens, inputs] = x.shape;
  const rows = tf.matMul(x.reshape<tf.Tensor2D>([batch * tokens, inputs]), weight, false, true);
  return rows.add(bias).reshape([batch, tokens, weight.shape[0]]);
}

const gelu = (x: tf.Tensor3D): tf.Tensor3D => x.mul(tf.erf(x.mul(Math.SQRT1_2)).add(1).mul(0.5));
