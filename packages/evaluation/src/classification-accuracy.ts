import {
  evaluationCall,
  type Caution,
  type ComponentChoice,
  type Dataset,
  type PluginHost,
} from '@ganymede/core';
import { relabelled } from '@ganymede/classes';
import {
  dataOfRun,
  ImageGenerator,
  latentSource,
  openDataset,
  openGenerator,
  type CheckpointChoice,
  type OpenedGenerator,
  resolvePrecision,
} from '@ganymede/runs';
import { assembleEvaluation, imageText, subjectOfRun } from './assemble-evaluation.js';
import { absentClasses, fewTestImages, seenTestImages, unlearnedClasses } from './cautions.js';
import { notTrainable, sameImages } from './errors.js';
import { splitDataset } from './classifier/split-dataset.js';
import { expectHalvings, trainAndJudge, type ClassifierRecipe } from './classifier/train-classifier.js';
import { generatedImages } from './generated-images.js';
import { matchingLabels } from './image-set.js';
import { keepEvaluation, type KeptEvaluation } from './keep-evaluation.js';
import { samplingPart } from './sampling-part.js';
import type { MeasureOptions } from './types.js';

const classesHint =
  'Images must be of the classes that the generator makes, all of them, under the same names.';

/** Images that the generator makes at a time. */
const generatedAtATime = 50;

export interface ClassificationAccuracyOptions
  extends
    Pick<MeasureOptions, 'seed' | 'backend' | 'plugins' | 'onProgress' | 'signal'>,
    Partial<Omit<ClassifierRecipe, 'precision' | 'seed'>> {
  /** Folder of the run. */
  readonly run: string;
  readonly checkpoint?: CheckpointChoice;
  readonly ema?: boolean;
  readonly truncation?: ComponentChoice;
  /** Generated images; as many as there are real ones to train on by default. */
  readonly samples?: number;
  /**
   * Real images that no classifier is trained on, such as a test split. Without it a part of the run's data is held out,
   * which the generator has seen.
   */
  readonly test?: ComponentChoice;
  readonly precision?: 'auto' | 'float32' | 'bfloat16';
}

/**
 * Classification accuracy score (arXiv:1905.10887): the accuracy on real images of a classifier that was trained on
 * generated ones; and the reverse, GAN-test (arXiv:1807.09499): on generated images, of one that was trained on real
 * ones, beside that one's accuracy on the same real images, which is what a perfect generator would score. Both
 * classifiers are the toolkit's own, trained alike for a fixed number of steps; the real images that they are judged by
 * train neither. Writes `evaluations/<step>-<hash>.json`.
 * @throws NOT_TRAINABLE, CLASSES_DIFFER, SAME_IMAGES where the test images are the training images, RUN_NOT_FOUND,
 * NO_CHECKPOINT, and what the data throws
 */
export async function measureClassificationAccuracy(
  host: PluginHost,
  options: ClassificationAccuracyOptions,
): Promise<KeptEvaluation> {
  const { seed = 0, onProgress, signal } = options;
  const start = host.clock.monotonic();
  const opened = await openGenerator(host, { ...options, ema: options.ema ?? true });
  const open: Dataset[] = [];
  try {
    const { config, container, backend, classes, description, shape } = opened;
    if (classes.length < 2) throw notTrainable('images of two classes or more', `${classes.length}`);
    expectHalvings(config.resolution);
    const load = async (choice: ComponentChoice): Promise<Dataset> => {
      const dataset = await openDataset(container, choice, config, {
        onProgress: (done, total) => onProgress?.({ part: 'data', done, total }),
      });
      open.push(dataset);
      return relabelled(dataset, opened.classList, { whose: 'the run', hint: classesHint });
    };
    const data = await load(dataOfRun(config));
    const test = options.test ? await load(options.test) : null;
    if (test && test.fingerprint === data.fingerprint) throw sameImages(test.name);
    const real = test ? { training: data, heldOut: test } : splitDataset(data, seed);
    const recipe: ClassifierRecipe = {
      steps: options.steps ?? 3000,
      batchSize: options.batchSize ?? 64,
      width: options.width ?? 32,
      learningRate: options.learningRate ?? 1e-3,
      flip: options.flip ?? false,
      precision: resolvePrecision(options.precision ?? 'auto', description),
      seed,
    };
    const ofTruncation = await opened.useStatisticsOf(options.truncation);
    const generated = await generate(opened, options, real.training, seed);
    const progress = (metric: string) => (step: number) =>
      onProgress?.({ part: 'metric', metric: `${metric}, step ${step} of ${recipe.steps}` });
    const telling = progress('a classifier of generated images');
    const [score] = await trainAndJudge(backend, generated, [real.heldOut], recipe, telling, signal);
    const [realAccuracy, ganTest] = await trainAndJudge(
      backend,
      real.training,
      [real.heldOut, generated],
      recipe,
      progress('a classifier of real images'),
      signal,
    );
    const numbers = {
      classificationAccuracyScore: score!,
      ganTestAccuracy: ganTest!,
      realAccuracy: realAccuracy!,
    };
    const evaluation = assembleEvaluation({
      subject: subjectOfRun(options.run, opened.step),
      numbers,
      directions: {
        classificationAccuracyScore: 'higher',
        ganTestAccuracy: 'higher',
        realAccuracy: 'neither',
      },
      manifest: {
        measurement: {
          classifier: `residual, ${recipe.width} channels, of the toolkit`,
          classifierTraining: training(recipe),
          reference: data.name,
          referenceFingerprint: data.fingerprint,
          trainingImages: real.training.length,
          test: test ? test.name : `a tenth of ${data.name} by chance`,
          testFingerprint: real.heldOut.fingerprint,
          testImages: real.heldOut.length,
          // Without a test split it is the seed that says which images are held out.
          ...(!test && { heldOutSeed: seed }),
          image: imageText(shape),
          samples: generated.length,
        },
        metrics: Object.fromEntries(
          Object.keys(numbers).map((name) => [name, { metric: 'classification-accuracy' }]),
        ),
        sampling: samplingPart(opened, 'running', options.truncation, ofTruncation),
      },
      engine: description,
      precision: recipe.precision,
      seed,
      cautions: [
        ...(test ? [] : [seenTestImages(['classificationAccuracyScore'])]),
        ...setCautions(real.heldOut, generated, realAccuracy!),
      ],
      seconds: { metrics: (host.clock.monotonic() - start) / 1000 },
    });
    return await keepEvaluation(options.run, evaluation);
  } finally {
    for (const dataset of open) await dataset.close();
    await opened.close();
  }
}

/** Test images below which a share of them is told to be rough. */
const fewestTestImages = 100;

/** What sets and classifier leave to be said: too few images, classes without any, a classifier that learned nothing. */
function setCautions(heldOut: Dataset, generated: Dataset, realAccuracy: number): readonly Caution[] {
  const ofReal = ['classificationAccuracyScore', 'realAccuracy'];
  const all = [...ofReal, 'ganTestAccuracy'];
  const sets = [
    { set: heldOut, what: 'held-out', numbers: ofReal },
    { set: generated, what: 'generated', numbers: all },
  ];
  const chance = Math.max(...countsOf(heldOut)) / heldOut.length;
  return [
    ...sets.flatMap(({ set, what, numbers }) => {
      const counts = countsOf(set);
      const absent = set.classes.filter((_, label) => counts[label] === 0);
      return absent.length > 0 ? [absentClasses(numbers, what, absent)] : [];
    }),
    ...(heldOut.length < fewestTestImages ? [fewTestImages(ofReal, heldOut.length)] : []),
    ...(realAccuracy <= chance ? [unlearnedClasses(all, realAccuracy, chance)] : []),
  ];
}

function countsOf(set: Dataset): readonly number[] {
  const counts = set.classes.map(() => 0);
  for (const label of set.labels()) counts[label] = counts[label]! + 1;
  return counts;
}

const training = ({ steps, batchSize, learningRate, flip, precision, seed }: ClassifierRecipe): string =>
  `${steps} steps of ${batchSize}, Adam ${learningRate} by a cosine, label smoothing 0.1, ${flip ? 'mirrored' : 'not mirrored'}, ${precision}, seed ${seed}, weights of the last step`;

/** Labelled images of the generator as a dataset, in the real images' shares of classes. */
async function generate(
  opened: OpenedGenerator,
  { samples, truncation, onProgress }: ClassificationAccuracyOptions,
  real: Dataset,
  seed: number,
): Promise<Dataset> {
  const { backend, generator, classes, shape } = opened;
  const count = samples ?? real.length;
  const labels = matchingLabels(real.labels(), classes.length, count, seed);
  const images = new ImageGenerator(backend, generator, generatedAtATime, evaluationCall);
  const size = shape.height * shape.width * shape.channels;
  const pixels = new Uint8Array(count * size);
  try {
    const set = generatedImages(opened, images, latentSource(opened, truncation), labels, seed);
    for (let start = 0; start < count; start += generatedAtATime) {
      const own = Math.min(generatedAtATime, count - start);
      pixels.set(await set.read(start, own), start * size);
      onProgress?.({ part: 'generated', done: start + own, total: count });
    }
  } finally {
    images.dispose();
  }
  return {
    name: 'generated',
    imageShape: shape,
    classes,
    length: count,
    fingerprint: 'generated',
    report: { skipped: [] },
    labels: () => labels,
    read: async (indices) => {
      const rows = new Uint8Array(indices.length * size);
      Array.from(indices).forEach((from, to) =>
        rows.set(pixels.subarray(from * size, (from + 1) * size), to * size),
      );
      return rows;
    },
    close: async () => undefined,
  };
}
