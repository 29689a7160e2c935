import type { Plugin, PluginHost } from '@ganymede/core';
import type { ResolvedConfig } from '@ganymede/config';
import { bench, planOf, type PlanReport } from '@ganymede/bench';
import { jitterOf } from './failures/slowest.js';
import { measured, type Known } from './known.js';
import type { Point } from './quantities.js';
import { splitBatch } from './split-batch.js';

/** What this machine, as one of the hosts, was seen to do. */
export interface MeasuredHere {
  readonly here: PlanReport;
  readonly classes: number;
  readonly step: Known<readonly Point[]>;
  readonly memory: Known<readonly Point[]>;
  readonly jitter: Known;
  readonly readImages: Known;
  readonly checkpointSeconds: Known;
  /** Until the first step is done, which is compiled, and once more the time of a checkpoint for reading it. */
  readonly restartSeconds: Known;
}

/** Steps whose spread is looked at. */
const steps = 8;

/**
 * Tries the run here, at the images of a micro-batch that one process has and at the fewest that one of several has, so that what a step takes
 * whatever its images are is known apart.
 */
export async function measureHere(
  host: PluginHost,
  {
    config,
    plugins,
    workers,
    tell,
  }: {
    readonly config: ResolvedConfig;
    readonly plugins: readonly Plugin[];
    readonly workers: readonly number[];
    readonly tell: (text: string) => void;
  },
): Promise<MeasuredHere> {
  const { batchSize, accumulation } = config;
  const fewest = Math.min(
    batchSize,
    ...workers.flatMap((count) => {
      const split = splitBatch(config, count);
      return typeof split === 'string' ? [] : [split.imagesEach];
    }),
  );
  const run = (images: number, parts: number): ReturnType<typeof bench> => {
    const onEvent = (text: string): void => tell(`${images} images: ${text}`);
    return bench(host, {
      config: { ...config, batchSize: images, accumulation: parts },
      plugins,
      steps,
      onEvent,
    });
  };
  // The smaller one first: the largest size of a process only grows.
  const small = fewest < batchSize ? await run(fewest, 1) : null;
  const whole = await run(batchSize, accumulation);
  const seconds = whole.stepSeconds / accumulation;
  const points = (ofSmall: number | undefined, ofWhole: number): readonly Point[] => [
    // What is noise between the two is no gain.
    ...(ofSmall === undefined ? [] : [{ images: fewest, value: Math.min(ofSmall, ofWhole) }]),
    { images: batchSize, value: ofWhole },
  ];
  return {
    here: planOf(config, whole),
    classes: whole.dataset.classes,
    step: measured(points(small?.stepSeconds, seconds)),
    memory: measured(points(small?.peakMemoryBytes, whole.peakMemoryBytes)),
    jitter: measured(jitterOf(whole.measuredSteps)),
    readImages: measured(whole.dataImagesPerSecond),
    checkpointSeconds: measured(whole.checkpoint.seconds),
    restartSeconds: measured(whole.firstStepSeconds + whole.checkpoint.seconds),
  };
}
