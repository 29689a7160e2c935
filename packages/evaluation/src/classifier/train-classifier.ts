import {
  RandomStream,
  resolutionOf,
  resolutionText,
  sidesOf,
  type Backend,
  type Dataset,
  type Resolution,
} from '@ganymede/core';
import { BatchLoader } from '@ganymede/batches';
import { evaluationStopped, notTrainable } from '../errors.js';
import { ClassifierTrainer } from './classifier-trainer.js';

/** How a classifier is trained. */
export interface ClassifierRecipe {
  readonly steps: number;
  readonly batchSize: number;
  /** Channels of the first stage. */
  readonly width: number;
  /** At the start; it falls to zero by a cosine. */
  readonly learningRate: number;
  readonly flip: boolean;
  readonly precision: 'float32' | 'bfloat16';
  readonly seed: number;
}

/** The classifier halves its images twice. @throws NOT_TRAINABLE */
export function expectHalvings(resolution: Resolution): void {
  const { height, width } = sidesOf(resolution);
  if (height % 4 !== 0 || width % 4 !== 0)
    throw notTrainable('sides that are multiples of 4', resolutionText(resolution));
}

/** The learning rate of a step, the first being 1. */
export function cosineRate(learningRate: number, step: number, steps: number): number {
  return learningRate * 0.5 * (1 + Math.cos((Math.PI * (step - 1)) / steps));
}

/**
 * Trains the toolkit's classifier on some images for a number of steps and tells its accuracy on others. The weights are
 * those of the last step: none are chosen by the images that it is judged by.
 * @param judged - sets of images that it is judged by; none of their images may be trained on
 * @returns the share of images of each set whose class it finds
 * @throws NOT_TRAINABLE for fewer images than a batch, EVALUATION_STOPPED
 */
export async function trainAndJudge(
  backend: Backend,
  training: Dataset,
  judged: readonly Dataset[],
  { steps, batchSize, width, learningRate, flip, precision, seed }: ClassifierRecipe,
  onStep: (step: number) => void = () => undefined,
  signal?: AbortSignal,
): Promise<readonly number[]> {
  const { imageShape } = training;
  if (training.length < batchSize)
    throw notTrainable(`${batchSize} images or more to train on`, `${training.length}`);
  const shape = {
    resolution: resolutionOf(imageShape),
    channels: imageShape.channels,
    classes: training.classes.length,
    width,
  };
  const random = RandomStream.create(seed, 'classifier-data');
  const loader = new BatchLoader({ dataset: training, batchSize, random, flip });
  const weightsRandom = RandomStream.create(seed, 'classifier-weights');
  const trainer = new ClassifierTrainer(backend, shape, batchSize, precision, weightsRandom);
  try {
    for (let step = 1; step <= steps; step++) {
      if (signal?.aborted) throw evaluationStopped(step - 1, steps);
      const { images, labels } = await loader.next();
      await trainer.advance(images, labels, cosineRate(learningRate, step, steps));
      onStep(step);
    }
    const accuracies: number[] = [];
    for (const dataset of judged) accuracies.push(await trainer.accuracy(dataset));
    return accuracies;
  } finally {
    trainer.dispose();
    await loader.close();
  }
}
