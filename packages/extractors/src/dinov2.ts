import * as tf from '@tensorflow/tfjs';
import {
  defineComponent,
  type ExtractedFeatures,
  type ExtractOptions,
  type FeatureExtractor,
  type WeightFile,
  type WeightSource,
} from '@ganymede/core';
import { z } from 'zod';
import { badImages, noWeightSource, notLoaded } from './errors.js';
import { pixelsOf, prepareImages, resizeImages, type Quantization } from './prepare-images.js';
import { VitNetwork } from './vit-network.js';

/** Pixels a side that the network looks at, and of the shorter side before the crop. */
const inputSize = 224;
const uncropped = 256;
/** ImageNet's, of channel values in 0..1. */
const mean = [0.485, 0.456, 0.406];
const deviation = [0.229, 0.224, 0.225];

const models = [
  'dinov2-small',
  'dinov2-base',
  'dinov2-large',
  'dinov2-with-registers-small',
  'dinov2-with-registers-base',
  'dinov2-with-registers-large',
] as const;

/**
 * How images come to 224 pixels. `hugging-face`: as the processor of facebook/dinov2-* does, the shorter side to 256 by
 * Pillow's bicubic in 8 bits, then the middle. `clean`: the whole image by the same kernel without rounding, as
 * clean-fid and dgm-eval's `--clean_resize`.
 */
export type VitResizer = 'hugging-face' | 'clean';

const options = z.strictObject({
  model: z
    .enum(models)
    .default('dinov2-small')
    .describe('Whose weights are looked for in the cache, as <model>.safetensors.'),
  resizer: z
    .enum(['hugging-face', 'clean'])
    .default('hugging-face')
    .describe('How images come to 224 pixels; numbers made with different ones do not compare.'),
  heads: z
    .int()
    .positive()
    .nullable()
    .default(null)
    .describe('Heads of attention; null for one of 64 channels each, as in every released model.'),
  weights: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe('File of weights; null for the one of the cache.'),
});
export type Dinov2Options = z.output<typeof options>;

/** The normalized class token of DINOv2: features of a network that learned from images alone, without labels. */
export class Dinov2 implements FeatureExtractor {
  private network: VitNetwork | null = null;
  private sha256 = '';

  constructor(
    private readonly options: Dinov2Options,
    private readonly source: WeightSource | undefined,
  ) {}

  /** @throws EXTRACTOR_NOT_LOADED: the size is the weights' */
  get featureSize(): number {
    return this.loaded.shape.width;
  }

  get manifest(): Readonly<Record<string, string | number>> {
    if (!this.network) return { extractor: 'dinov2 (not loaded)' };
    const { width, blocks, heads, patch, registers } = this.network.shape;
    return {
      extractor: 'dinov2',
      // A file that the user names need not be the model that the option names.
      weights: this.options.weights === null ? this.options.model : 'other',
      weightsSha256: this.sha256,
      network: `${width} wide, ${blocks} blocks, ${heads} heads, patches of ${patch}, ${registers} registers`,
      features: 'class token',
      resizer: this.options.resizer,
      quantization: 'uint8',
    };
  }

  private get loaded(): VitNetwork {
    if (!this.network) throw notLoaded('dinov2');
    return this.network;
  }

  async load(): Promise<void> {
    if (this.network) return;
    if (!this.source) throw noWeightSource('dinov2');
    const { model, weights, heads } = this.options;
    const read = await this.source.read({
      what: 'dinov2',
      file: `${model}.safetensors`,
      origin: `https://huggingface.co/facebook/${model} (model.safetensors there)`,
      ...(weights !== null && { path: weights }),
    });
    // What a file that does not fit has made so far goes with the scope.
    tf.engine().startScope();
    try {
      this.network = new VitNetwork(withoutPrefix(read), inputSize, heads);
      this.network.keep();
    } finally {
      tf.engine().endScope();
    }
    this.sha256 = read.sha256;
  }

  extract(images: tf.Tensor4D, options: ExtractOptions = {}): ExtractedFeatures {
    const network = this.loaded;
    return tf.tidy(() => ({ features: network.call(this.prepare(images, options)) }));
  }

  /** Images in [-1, 1] to what the network looks at, [B, 224, 224, 3], normalized. @throws BAD_IMAGES */
  prepare(images: tf.Tensor4D, { unrounded = false }: ExtractOptions = {}): tf.Tensor4D {
    const quantization = unrounded ? 'none' : 'uint8';
    return tf.tidy(() =>
      (this.options.resizer === 'clean'
        ? prepareImages(images, { resizer: 'clean', quantization, size: inputSize })
        : cropped(images, quantization)
      )
        .div(255)
        .sub(tf.tensor1d(mean))
        .div(tf.tensor1d(deviation)),
    );
  }

  dispose(): void {
    this.network?.dispose();
    this.network = null;
  }
}

/** The middle of the images, 224 pixels a side in 0..255, of a shorter side of 256. */
function cropped(images: tf.Tensor4D, quantization: Quantization): tf.Tensor4D {
  const [, height, width, channels] = images.shape;
  if (channels !== 1 && channels !== 3) throw badImages('1 or 3 channels', `${channels}`);
  const pixels = pixelsOf(images, quantization);
  const colored = channels === 1 ? tf.tile(pixels, [1, 1, 1, 3]) : pixels;
  const shorter = Math.min(height, width);
  const size = [height, width].map((side) => Math.trunc((uncropped * side) / shorter)) as [number, number];
  const resized =
    shorter === uncropped
      ? colored
      : resizeImages(colored, 'clean', size, (values) =>
          tf.clipByValue(quantization === 'none' ? values : tf.floor(values.add(0.5)), 0, 255),
        );
  const [top, left] = size.map((side) => Math.floor((side - inputSize) / 2)) as [number, number];
  return resized.slice([0, top, left, 0], [-1, inputSize, inputSize, -1]);
}

/** Tensor names of a whole classifier begin with its backbone's name. */
function withoutPrefix(file: WeightFile): WeightFile {
  const tensors = Object.fromEntries(
    Object.entries(file.tensors).map(([name, tensor]) => [
      name.replace(/^dinov2(_with_registers)?\./, ''),
      tensor,
    ]),
  );
  return { ...file, tensors };
}

export const dinov2 = defineComponent({
  slot: 'featureExtractor',
  id: 'dinov2',
  summary: 'DINOv2, a vision transformer that learned what images show without labels.',
  cites: [
    'arXiv:2304.07193',
    'arXiv:2309.16588',
    'github:facebookresearch/dinov2',
    'github:huggingface/transformers',
    'github:layer6ai-labs/dgm-eval',
  ],
  options,
  create: (given, { weights }) => new Dinov2(given, weights),
});
