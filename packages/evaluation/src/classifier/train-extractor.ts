import { writeSafetensors } from '@ganymede/checkpoints';
import {
  RandomStream,
  resolutionText,
  type Plugin,
  type ComponentChoice,
  type PluginHost,
  type Resolution,
} from '@ganymede/core';
import { BatchLoader } from '@ganymede/batches';
import { expectWritable } from '@ganymede/files';
import { classifierKind, ClassifierNetwork } from '@ganymede/extractors';
import { commonResolution } from '../common-resolution.js';
import { notTrainable } from '../errors.js';
import { openBackend, openDataset, resolvePrecision, type HostTensor } from '@ganymede/runs';
import { ClassifierTrainer } from './classifier-trainer.js';
import { splitDataset } from './split-dataset.js';
import { cosineRate, expectHalvings } from './train-classifier.js';

/** How often accuracy on held-out images is looked at. */
const looks = 10;

export interface TrainExtractorOptions {
  /** Labelled images of two classes or more. */
  readonly data: ComponentChoice;
  /** Where the weights go, `.safetensors`. */
  readonly out: string;
  /** Pixels a side, or height and width, multiples of 4; those of the images where all have one size. */
  readonly resolution?: Resolution;
  readonly channels?: 1 | 3;
  readonly steps?: number;
  readonly batchSize?: number;
  /** Channels of the first stage; features are four times as many. */
  readonly width?: number;
  /** At the start; it falls to zero by a cosine. */
  readonly learningRate?: number;
  /** Mirror images: not for letters and digits. */
  readonly flip?: boolean;
  readonly seed?: number;
  readonly precision?: 'auto' | 'float32' | 'bfloat16';
  readonly backend?: ComponentChoice;
  readonly plugins?: readonly Plugin[];
  readonly onData?: (done: number, total: number) => void;
  readonly onStep?: (step: number, steps: number, loss: number) => void;
  /** Accuracy on held-out images, now and then. */
  readonly onAccuracy?: (step: number, accuracy: number) => void;
}

export interface TrainedExtractor {
  readonly path: string;
  /** Share of held-out images whose class it finds. */
  readonly heldOutAccuracy: number;
  /** The step whose weights were kept. */
  readonly step: number;
  readonly classes: readonly string[];
  readonly featureSize: number;
}

/**
 * Trains the classifier of the extractor `trained-classifier` on labelled images and writes the weights that find the
 * classes of held-out images best. The file says what it was trained on.
 * @throws IMAGE_SIZES_DIFFER, RESOLUTION_UNKNOWN, NOT_TRAINABLE for one class or too few images, and what the data throws
 */
export async function trainExtractor(
  host: PluginHost,
  options: TrainExtractorOptions,
): Promise<TrainedExtractor> {
  const { channels = 3, steps = 3000, batchSize = 64, width = 32, seed = 0 } = options;
  await expectWritable(options.out);
  const container = await host.open({ plugins: options.plugins ?? [] });
  const resolution = options.resolution ?? (await commonResolution(container, [options.data]));
  expectHalvings(resolution);
  const { backend, description } = await openBackend(container, options.backend ?? { use: 'auto' });
  try {
    const settings = { resolution, channels, strictData: false };
    const dataset = await openDataset(container, options.data, settings, {
      onProgress: (done, total) => options.onData?.(done, total),
    });
    try {
      const { classes } = dataset;
      if (classes.length < 2) throw notTrainable('images of two classes or more', `${classes.length}`);
      const { training, heldOut } = splitDataset(dataset, seed);
      if (training.length < batchSize)
        throw notTrainable(`${batchSize} images or more to train on`, `${training.length}`);
      const shape = { resolution, channels, classes: classes.length, width };
      const random = RandomStream.create(seed, 'classifier-data');
      const { flip = false } = options;
      const loader = new BatchLoader({ dataset: training, batchSize, random, flip });
      const precision = resolvePrecision(options.precision ?? 'auto', description);
      const weightsRandom = RandomStream.create(seed, 'classifier-weights');
      const trainer = new ClassifierTrainer(backend, shape, batchSize, precision, weightsRandom);
      try {
        const best = await trainBest(trainer, loader, heldOut, { ...options, steps });
        const metadata = {
          kind: classifierKind,
          resolution: resolutionText(resolution),
          channels: String(channels),
          classes: String(classes.length),
          width: String(width),
          data: dataset.name,
          dataFingerprint: dataset.fingerprint,
          heldOutAccuracy: String(best.accuracy),
        };
        await writeWeights(options.out, best.weights, metadata);
        return {
          path: options.out,
          heldOutAccuracy: best.accuracy,
          step: best.step,
          classes,
          featureSize: ClassifierNetwork.featureSize(shape),
        };
      } finally {
        trainer.dispose();
        await loader.close();
      }
    } finally {
      await dataset.close();
    }
  } finally {
    backend.dispose();
  }
}

interface BestWeights {
  readonly step: number;
  readonly accuracy: number;
  readonly weights: Readonly<Record<string, HostTensor>>;
}

async function trainBest(
  trainer: ClassifierTrainer,
  loader: BatchLoader,
  heldOut: Parameters<ClassifierTrainer['accuracy']>[0],
  { steps, learningRate = 1e-3, onStep, onAccuracy }: TrainExtractorOptions & { readonly steps: number },
): Promise<BestWeights> {
  const every = Math.max(1, Math.ceil(steps / looks));
  let best: BestWeights | null = null;
  for (let step = 1; step <= steps; step++) {
    const { images, labels } = await loader.next();
    const rate = cosineRate(learningRate, step, steps);
    onStep?.(step, steps, await trainer.advance(images, labels, rate));
    if (step % every !== 0 && step !== steps) continue;
    const accuracy = await trainer.accuracy(heldOut);
    onAccuracy?.(step, accuracy);
    if (best === null || accuracy > best.accuracy) best = { step, accuracy, weights: await trainer.folded() };
  }
  return best!;
}

async function writeWeights(
  path: string,
  weights: BestWeights['weights'],
  metadata: Readonly<Record<string, string>>,
): Promise<void> {
  const tensors = Object.entries(weights).map(
    ([name, tensor]) => [name, { dtype: 'F32', ...tensor }] as const,
  );
  await writeSafetensors(path, Object.fromEntries(tensors), metadata);
}
