import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeCheckpoint } from '@ganymede/checkpoints';
import {
  evaluationCall,
  imagesPerStep,
  RandomStream,
  upperMedian,
  type BackendDescription,
  type Plugin,
  type PluginHost,
} from '@ganymede/core';
import { BatchLoader } from '@ganymede/batches';
import type { StepReport } from '@ganymede/trainer';
import type { ResolvedConfig } from '@ganymede/config';
import {
  dataCache,
  ImageGenerator,
  drawLatents,
  labelsPerClass,
  resolvePrecision,
  openParts,
  openRunParts,
  runParts,
  type TrainingSession,
} from '@ganymede/runs';
import { gpuSizes, machinePeak, processorSizes } from './machine-peak.js';
import { timedBackend } from './timed-backend.js';
import { parameterCount, usefulWork } from './useful-work.js';
import { trickCosts, type TrickCost } from './trick-cost.js';
import { watchingCosts, type WatchingCost } from './watching-cost.js';

export interface BenchOptions {
  readonly config: ResolvedConfig;
  readonly plugins?: readonly Plugin[];
  /** Steps that are measured, after two that are not; 5 by default. */
  readonly steps?: number;
  /** Measure what each trick of the config costs, with steps of the config without it; false by default. */
  readonly tricks?: boolean;
  readonly onEvent?: (text: string) => void;
}

/** One compiled part of a step. */
export interface PhaseTime {
  readonly name: string;
  /** Of one run; null where it was not due in the measured steps, as a lazy penalty may not be. */
  readonly medianSeconds: number | null;
  readonly firstSeconds: number;
  /** Useful operations a second; null for parts whose work is not counted (penalties, monitors). */
  readonly flops: number | null;
}

export interface BenchReport {
  readonly backend: BackendDescription;
  readonly precision: string;
  readonly batchSize: number;
  readonly dataset: { readonly name: string; readonly images: number; readonly classes: number };
  readonly parameters: { readonly generator: number; readonly discriminator: number };
  /** Tracing, compiling and running the first step, data excluded. */
  readonly firstStepSeconds: number;
  /** A whole step: all its discriminator steps, its generator step, and the host's work between them. */
  readonly stepSeconds: number;
  /** Each of the steps whose median that is, in their order. */
  readonly measuredSteps: readonly number[];
  /** Real images that enter training a second. */
  readonly imagesPerSecond: number;
  readonly phases: readonly PhaseTime[];
  /** Of every stabilizer of the config. */
  readonly stabilizers: readonly WatchingCost[];
  /** Of the augmentation, every penalty and every objective of the config; empty where that was not asked for. */
  readonly tricks: readonly TrickCost[];
  /** The part of a step that is not spent in compiled functions. */
  readonly hostShare: number;
  /** Operations a second of a large matrix product or convolution; bfloat16 is null where the backend has none. */
  readonly peakFlops: { readonly float32: number; readonly bfloat16: number | null };
  /** Useful operations of a step over what its time would hold at the peak of its precision. */
  readonly shareOfPeak: number;
  readonly samplesPerSecond: number;
  readonly dataImagesPerSecond: number;
  readonly checkpoint: { readonly bytes: number; readonly seconds: number };
  /** Largest resident size of the process so far. */
  readonly peakMemoryBytes: number;
}

const warmUpSteps = 2;
const dataBatches = 20;

/** Measures the parts of a run of this config on this machine; nothing is kept. */
export async function bench(host: PluginHost, options: BenchOptions): Promise<BenchReport> {
  const { config, steps = 5, tricks = false } = options;
  const tell = options.onEvent ?? (() => undefined);
  const now = (): number => host.clock.monotonic();
  const components = await host.open({ config, plugins: options.plugins ?? [] });
  const cacheFolder = dataCache();
  const run = openRunParts({ components, config, cacheFolder });
  const parts = openParts({ components, config, cacheFolder, tell, run });
  try {
    const { backend } = await parts.get(runParts.engine);
    const { backend: timed, seconds } = timedBackend(backend, now);
    parts.provide(runParts.backend, timed);
    const session = await parts.get(runParts.session);
    const { recipe, dataset, trainer, backendDescription } = session;
    const spec = { imageShape: dataset.imageShape, classes: dataset.classes.length, seed: config.seed };
    tell('measuring the peak of the machine');
    const sizes = backendDescription.device.startsWith('gpu') ? gpuSizes : processorSizes;
    const hasBfloat16 = resolvePrecision('auto', backendDescription) === 'bfloat16';
    const peakFlops = {
      float32: await machinePeak(recipe.backend, 'float32', sizes, now),
      bfloat16: hasBfloat16 ? await machinePeak(recipe.backend, 'bfloat16', sizes, now) : null,
    };
    const work = await usefulWork(components, config, spec);
    tell('compiling the training step');
    const stepTimes: number[] = [];
    let last: StepReport | null = null;
    for (let step = 0; step < warmUpSteps + steps; step++) {
      if (step > 0) tell(`training step ${step + 1} of ${warmUpSteps + steps}`);
      const start = now();
      last = await trainer.advance();
      stepTimes.push((now() - start) / 1000);
    }
    const images = recipe.batchSize;
    const flopsOf: Record<string, number> = {
      discriminator: work.discriminatorStep * images,
      generator: work.generatorStep * images,
    };
    const phases = [...seconds]
      .filter(([name]) => name !== 'peak')
      .map(([name, runs]): PhaseTime => {
        const [kind] = name.split('-micro', 1) as [string];
        const measured = runs.slice(Math.ceil((warmUpSteps * runs.length) / stepTimes.length));
        const medianSeconds = measured.length === 0 ? null : upperMedian(measured);
        const flops = flopsOf[kind];
        return {
          name,
          medianSeconds,
          firstSeconds: runs[0]!,
          flops: flops === undefined || medianSeconds === null ? null : flops / medianSeconds,
        };
      });
    const stepSeconds = upperMedian(stepTimes.slice(warmUpSteps));
    const runsAStep = (name: string): number => seconds.get(name)!.length / stepTimes.length;
    const inPhases = phases.reduce(
      (sum, { name, medianSeconds }) => sum + (medianSeconds ?? 0) * runsAStep(name),
      0,
    );
    const flopsAStep =
      images *
      recipe.accumulation *
      (recipe.discriminatorSteps * work.discriminatorStep + work.generatorStep);
    const peak =
      recipe.precision === 'bfloat16' ? (peakFlops.bfloat16 ?? peakFlops.float32) : peakFlops.float32;
    tell('watching');
    const stabilizers = await watchingCosts(session, last!, stepSeconds, now);
    const costs = tricks ? await trickCosts({ components, cacheFolder, run, session, steps, now, tell }) : [];
    tell('sampling');
    const samplesPerSecond = await samplingRate(session, now);
    tell('reading data');
    const dataImagesPerSecond = await dataRate(session, now);
    tell('writing a checkpoint');
    return {
      backend: backendDescription,
      precision: recipe.precision,
      batchSize: images,
      dataset: { name: dataset.name, images: dataset.length, classes: dataset.classes.length },
      parameters: {
        generator: parameterCount(recipe.generator),
        discriminator: parameterCount(recipe.discriminator),
      },
      firstStepSeconds: stepTimes[0]!,
      stepSeconds,
      measuredSteps: stepTimes.slice(warmUpSteps),
      imagesPerSecond: imagesPerStep(recipe) / stepSeconds,
      phases,
      stabilizers,
      tricks: costs,
      hostShare: Math.max(0, 1 - inPhases / stepSeconds),
      peakFlops,
      shareOfPeak: flopsAStep / stepSeconds / peak,
      samplesPerSecond,
      dataImagesPerSecond,
      checkpoint: await checkpointCost(session, now),
      peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
    };
  } finally {
    await run.dispose();
  }
}

async function samplingRate(
  { recipe, dataset, config }: TrainingSession,
  now: () => number,
): Promise<number> {
  const { backend, generator, batchSize, prior } = recipe;
  const perClass = Math.ceil(batchSize / dataset.classes.length);
  const labels = labelsPerClass([...dataset.classes.keys()], perClass).slice(0, batchSize);
  const { z } = drawLatents(prior, labels, generator.latentSize, config.seed);
  const images = new ImageGenerator(backend, generator, batchSize, evaluationCall, 'bench-sample');
  const times: number[] = [];
  try {
    for (let run = 0; run < 4; run++) {
      const start = now();
      await images.generate(z, labels);
      times.push((now() - start) / 1000);
    }
  } finally {
    images.dispose();
  }
  return batchSize / upperMedian(times.slice(1));
}

async function dataRate({ dataset, config }: TrainingSession, now: () => number): Promise<number> {
  const random = RandomStream.create(config.seed, 'bench-data');
  const loader = new BatchLoader({ dataset, batchSize: config.batchSize, random, flip: config.flip });
  try {
    await loader.next();
    const start = now();
    for (let batch = 0; batch < dataBatches; batch++) await loader.next();
    return (dataBatches * config.batchSize * 1000) / (now() - start);
  } finally {
    await loader.close();
  }
}

async function checkpointCost(
  session: TrainingSession,
  now: () => number,
): Promise<{ bytes: number; seconds: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'ganymede-bench-'));
  try {
    const start = now();
    const content = await session.snapshot();
    await writeCheckpoint(folder, session.trainer.step, content);
    const seconds = (now() - start) / 1000;
    const tensors = Object.values(content.tensorFiles).flatMap((file) => Object.values(file));
    return { bytes: tensors.reduce((sum, { data }) => sum + data.byteLength, 0), seconds };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
