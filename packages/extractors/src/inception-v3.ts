import * as tf from '@tensorflow/tfjs';
import {
  defineComponent,
  type ExtractedFeatures,
  type ExtractOptions,
  type FeatureExtractor,
  type WeightSource,
} from '@ganymede/core';
import { z } from 'zod';
import { noWeightSource, notLoaded } from './errors.js';
import { classesOf, InceptionNetwork, type InceptionLayout } from './inception-network.js';
import { prepareImages } from './prepare-images.js';
import { resizers } from './resize-matrix.js';

/** Pixels a side that the network looks at. */
const inputSize = 299;

/** The files that the literature's numbers were made with. */
const knownFiles = {
  fid: {
    file: 'pt_inception-2015-12-05-6726825d.pth',
    sha256: '6726825d0af5f729cebd5821db510b11b1cfad8faad88a03f1befd49fb9129b2',
    origin: 'https://github.com/mseitzer/pytorch-fid/releases/tag/fid_weights',
  },
  torchvision: {
    file: 'inception_v3_google-0cc3c7bd.pth',
    sha256: '0cc3c7bd',
    origin: 'https://download.pytorch.org/models/inception_v3_google-0cc3c7bd.pth',
  },
} as const satisfies Record<InceptionLayout, object>;

const options = z.strictObject({
  layout: z
    .enum(['fid', 'torchvision'])
    .default('fid')
    .describe('TensorFlow’s network of 2015-12-05, which FID is defined on, or torchvision’s.'),
  resizer: z
    .enum(resizers)
    .default('pytorch-fid')
    .describe('How images come to 299 pixels; numbers made with different ones do not compare.'),
  quantization: z
    .enum(['uint8', 'none'])
    .default('uint8')
    .describe('Whether pixels are rounded to 8 bits first, as saved images are.'),
  logits: z
    .enum(['unbiased', 'biased'])
    .default('unbiased')
    .describe('Class scores without the bias, as in the original Inception Score, or with it.'),
  weights: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe('File of weights; null for the one of the cache.'),
});
export type InceptionOptions = z.output<typeof options>;

/**
 * Inception-v3's pooled features (2048), logits, and the spatial features of sFID. Pixels are scaled as the reference of
 * the resizer does: 2 x / 255 - 1 by pytorch-fid, (x - 128) / 128 by the original graph.
 */
export class InceptionV3 implements FeatureExtractor {
  readonly featureSize = 2048;
  readonly logitSize: number;
  readonly spatialSize = 17 * 17 * 7;
  private network: InceptionNetwork | null = null;
  private sha256 = '';

  constructor(
    private readonly options: InceptionOptions,
    private readonly source: WeightSource | undefined,
  ) {
    this.logitSize = classesOf[options.layout];
  }

  get manifest(): Readonly<Record<string, string>> {
    const { layout, resizer, quantization, logits } = this.options;
    const isKnown = this.sha256.startsWith(knownFiles[layout].sha256);
    return {
      extractor: `inception-v3 (${layout})`,
      weights: isKnown ? knownFiles[layout].file : 'other',
      weightsSha256: this.sha256,
      resizer,
      quantization,
      logits,
    };
  }

  async load(): Promise<void> {
    if (this.network) return;
    if (!this.source) throw noWeightSource('inception-v3');
    const { layout, weights } = this.options;
    const { file, sha256, origin } = knownFiles[layout];
    const read = await this.source.read({
      what: 'inception-v3',
      file,
      sha256,
      origin,
      ...(weights !== null && { path: weights }),
    });
    // What a file that does not fit has made so far goes with the scope.
    tf.engine().startScope();
    try {
      this.network = new InceptionNetwork(read, layout);
      this.network.keep();
    } finally {
      tf.engine().endScope();
    }
    this.sha256 = read.sha256;
  }

  extract(images: tf.Tensor4D, options: ExtractOptions = {}): ExtractedFeatures {
    const { network } = this;
    if (!network) throw notLoaded('inception-v3');
    return tf.tidy(() => {
      const { pool3, spatial } = network.call(this.prepare(images, options));
      return { features: pool3, logits: network.logits(pool3, this.options.logits === 'biased'), spatial };
    });
  }

  /** Images in [-1, 1] to what the network looks at, [B, 299, 299, 3]. */
  prepare(images: tf.Tensor4D, { unrounded = false }: ExtractOptions = {}): tf.Tensor4D {
    return tf.tidy(() => {
      const pixels = prepareImages(images, {
        ...this.options,
        ...(unrounded && { quantization: 'none' as const }),
        size: inputSize,
      });
      return this.options.resizer === 'pytorch-fid'
        ? pixels.div(127.5).sub(1)
        : (pixels.sub(128).div(128) as tf.Tensor4D);
    });
  }

  dispose(): void {
    this.network?.dispose();
    this.network = null;
  }
}

export const inceptionV3 = defineComponent({
  slot: 'featureExtractor',
  id: 'inception-v3',
  summary: 'Inception-v3, the network that FID and Inception Score are defined on.',
  cites: ['arXiv:1512.00567', 'github:mseitzer/pytorch-fid', 'github:GaParmar/clean-fid'],
  options,
  create: (given, { weights }) => new InceptionV3(given, weights),
});
