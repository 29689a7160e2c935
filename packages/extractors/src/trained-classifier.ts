import * as tf from '@tensorflow/tfjs';
import {
  defineComponent,
  resolutionOf,
  type ExtractedFeatures,
  type ExtractOptions,
  type FeatureExtractor,
  type WeightFile,
  type WeightSource,
} from '@ganymede/core';
import { z } from 'zod';
import { notClassifier, noWeightSource, notLoaded } from './errors.js';
import { ClassifierNetwork, type ClassifierShape } from './classifier-network.js';
import { tensorOf } from './inception-weights.js';
import { prepareImages, type Quantization } from './prepare-images.js';

/** Of files of `data extractor train`; the number is that of the network's form. */
export const classifierKind = 'ganymede-trained-classifier-2';

/** What `data extractor train` writes beside the weights, as text. */
export const classifierMetadata = z.object({
  kind: z.literal(classifierKind),
  /** Pixels a side; `48x32` for height 48 and width 32. */
  resolution: z
    .string()
    .regex(/^[1-9]\d*(x[1-9]\d*)?$/)
    .transform((text) => {
      const [height, width] = text.split('x').map(Number) as [number, number?];
      return resolutionOf({ height, width: width ?? height });
    }),
  channels: z.coerce.number().int().positive(),
  classes: z.coerce.number().int().min(2),
  width: z.coerce.number().int().positive(),
  /** Of the data that it was trained on. */
  data: z.string(),
  dataFingerprint: z.string(),
  /** Share of held-out images whose class it finds. */
  heldOutAccuracy: z.coerce.number(),
});

/** Of the schema, and of the class where it is made without one. */
const defaults = { quantization: 'uint8' as const };

const options = z.strictObject({
  weights: z.string().min(1).describe('File that `ganymede data extractor train` wrote.'),
  quantization: z
    .enum(['uint8', 'none'])
    .default(defaults.quantization)
    .describe('Whether pixels are rounded to 8 bits first, as saved images are.'),
});
export type TrainedClassifierOptions = z.input<typeof options>;

/**
 * Features of a small classifier that was trained on the user's own labelled data. Distances between them tell
 * generators of that data apart; they are no FID, and compare only with numbers of the same weights.
 */
export class TrainedClassifier implements FeatureExtractor {
  private network: ClassifierNetwork | null = null;
  private described: Readonly<Record<string, string | number | boolean>> = {
    extractor: 'trained-classifier (not loaded)',
  };

  constructor(
    private readonly options: TrainedClassifierOptions,
    private readonly source: WeightSource | undefined,
  ) {}

  private get quantization(): Quantization {
    return this.options.quantization ?? defaults.quantization;
  }

  get featureSize(): number {
    return ClassifierNetwork.featureSize(this.loaded.shape);
  }

  get logitSize(): number {
    return this.loaded.shape.classes;
  }

  get spatialSize(): number {
    return ClassifierNetwork.spatialSize(this.loaded.shape);
  }

  get manifest(): Readonly<Record<string, string | number | boolean>> {
    return this.described;
  }

  private get loaded(): ClassifierNetwork {
    if (!this.network) throw notLoaded('trained-classifier');
    return this.network;
  }

  async load(): Promise<void> {
    if (this.network) return;
    if (!this.source) throw noWeightSource('trained-classifier');
    const { weights: path } = this.options;
    const file = await this.source.read({
      what: 'trained-classifier',
      file: path,
      path,
      origin: '`ganymede data extractor train`',
    });
    const parsed = classifierMetadata.safeParse(file.metadata);
    if (!parsed.success) throw notClassifier(file.path, classifierKind, file.metadata['kind'] ?? 'another');
    const { resolution, channels, classes, width, data, dataFingerprint, heldOutAccuracy } = parsed.data;
    this.network = build({ resolution, channels, classes, width }, file);
    this.described = {
      extractor: 'trained-classifier',
      weightsSha256: file.sha256,
      trainedOn: data,
      trainedOnFingerprint: dataFingerprint,
      heldOutAccuracy,
      resizer: 'clean',
      quantization: this.quantization,
    };
  }

  extract(images: tf.Tensor4D, { unrounded = false }: ExtractOptions = {}): ExtractedFeatures {
    const network = this.loaded;
    const { resolution, channels } = network.shape;
    return tf.tidy(() => {
      const quantization = unrounded ? 'none' : this.quantization;
      const pixels = prepareImages(images, { resizer: 'clean', quantization, size: resolution });
      // Grey images come back with three equal channels.
      const wanted = channels === 1 ? pixels.slice([0, 0, 0, 0], [-1, -1, -1, 1]) : pixels;
      return { ...network.call(wanted.div(127.5).sub(1)) };
    });
  }

  dispose(): void {
    this.network?.dispose();
    this.network = null;
  }
}

function build(shape: ClassifierShape, file: WeightFile): ClassifierNetwork {
  const network = new ClassifierNetwork(shape);
  try {
    for (const [name, variable] of Object.entries(network.weights)) {
      const { data } = tensorOf(file, name, variable.shape);
      tf.tidy(() => variable.assign(tf.tensor(Float32Array.from(data), variable.shape)));
    }
    return network;
  } catch (error) {
    network.dispose();
    throw error;
  }
}

export const trainedClassifier = defineComponent({
  slot: 'featureExtractor',
  id: 'trained-classifier',
  summary:
    'A small classifier that was trained on your own labelled data, where no known network fits or is at hand.',
  cites: ['arXiv:1512.03385', 'arXiv:1502.03167'],
  options,
  create: (given, { weights }) => new TrainedClassifier(given, weights),
});
