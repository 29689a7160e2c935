import { imagesPerStep, type PluginHost } from '@ganymede/core';
import type { ResolvedConfig } from '@ganymede/config';
import { bench, type BenchOptions, type BenchReport } from './bench.js';

/** What a run of a config will take on this machine. */
export interface PlanReport {
  readonly parameters: BenchReport['parameters'];
  readonly backend: BenchReport['backend'];
  readonly precision: string;
  readonly steps: number;
  /** Of one optimizer step: all of its micro-batches. */
  readonly batchSize: number;
  readonly imagesPerSecond: number;
  readonly stepSeconds: number;
  readonly firstStepSeconds: number;
  /** The whole run: steps, and the checkpoints between them. */
  readonly totalSeconds: number;
  /** Real images that D sees in the whole run. */
  readonly images: number;
  /** Times that D sees each image of the data. */
  readonly epochs: number;
  readonly peakMemoryBytes: number;
  /** One checkpoint; the run keeps `checkpoint.keepLast` of them and writes one more before it deletes one. */
  readonly checkpointBytes: number;
  readonly diskBytes: number;
}

/** Tries a few steps of a run and works out the whole of it. Nothing is kept. */
export async function plan(host: PluginHost, options: BenchOptions): Promise<PlanReport> {
  return planOf(options.config, await bench(host, { steps: 3, ...options }));
}

/** The arithmetic of a plan. */
export function planOf(config: ResolvedConfig, measured: BenchReport): PlanReport {
  const { steps, batchSize, accumulation, checkpoint } = config;
  const images = steps * imagesPerStep(config);
  const checkpoints = Math.ceil(steps / checkpoint.every);
  return {
    parameters: measured.parameters,
    backend: measured.backend,
    precision: measured.precision,
    steps,
    batchSize: batchSize * accumulation,
    imagesPerSecond: measured.imagesPerSecond,
    stepSeconds: measured.stepSeconds,
    firstStepSeconds: measured.firstStepSeconds,
    totalSeconds:
      measured.firstStepSeconds +
      (steps - 1) * measured.stepSeconds +
      checkpoints * measured.checkpoint.seconds,
    images,
    epochs: images / measured.dataset.images,
    peakMemoryBytes: measured.peakMemoryBytes,
    checkpointBytes: measured.checkpoint.bytes,
    diskBytes:
      measured.checkpoint.bytes * Math.min(checkpoints, checkpoint.keepLast + 1) +
      snapshotBytes(config, measured),
  };
}

/** Of the snapshots of averages, all of which stay: weights without state, a little less than they take. */
function snapshotBytes({ steps, posthocEma }: ResolvedConfig, { parameters }: BenchReport): number {
  if (posthocEma === null) return 0;
  const { every, lengths, precision } = posthocEma;
  return Math.ceil(steps / every) * lengths.length * parameters.generator * (precision === 'float16' ? 2 : 4);
}
