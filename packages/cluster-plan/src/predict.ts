import { imagesPerStep } from '@ganymede/core';
import type { Link } from './all-reduce.js';
import { badClusterInput, clusterInputMissing } from './errors.js';
import type { ClusterInputs } from './cluster-inputs.js';
import { curveOf, valueAt } from './curve.js';
import { expectedSlowest } from './failures/slowest.js';
import { heldBytes, memoryAt } from './memory.js';
import { splitBatch, type BatchSplit } from './split-batch.js';
import { exchangeCount, exchangeSeconds, sentInStep, stepExchanges } from './step-exchanges.js';

/** What a run will take on so many processes; all of it is computed. */
export interface Prediction extends BatchSplit {
  readonly workers: number;
  /** One generator step with its discriminator steps: all micro-batches. */
  readonly stepSeconds: number;
  /** Of the median process. */
  readonly computeSeconds: number;
  /** What waiting for the slowest process adds. */
  readonly waitSeconds: number;
  /** What exchanging adds where none of it is hidden behind computing. */
  readonly exchangeSeconds: number;
  /** Images of one step that a process reads; where it takes longer than all of the above, it is the step. */
  readonly readSeconds: number | null;
  /** Real images that enter training a second, in all processes. */
  readonly imagesPerSecond: number;
  /** Images a second over those of one process, over the number of processes. */
  readonly efficiency: number;
  /** Sums over all processes in a step, and bytes that each sends for them. */
  readonly exchanges: number;
  readonly sentBytes: number;
  /** Bytes that a process holds whatever its images are. */
  readonly heldBytes: number;
  /** Largest size of a process; null where nothing was seen. */
  readonly memoryBytes: number | null;
  /** What all processes read in a second. */
  readonly readBytesPerSecond: number;
  /** The run without failures, its checkpoints included where their time is known. */
  readonly runSeconds: number;
  /** Of the run, in the currency of the price. */
  readonly cost: number | null;
}

/** Why a batch does not go on so many processes. */
export interface Impossible {
  readonly workers: number;
  readonly reason: string;
}

/**
 * What a run takes on one process, and on each number of them. A step is what the slowest process computes, then what is exchanged, one
 * after the other; or what reading takes, which goes on beside both.
 * @throws BAD_CLUSTER_INPUT, CLUSTER_INPUT_MISSING
 */
export function predict(inputs: ClusterInputs): readonly (Prediction | Impossible)[] {
  expectNumbers(inputs);
  const alone = predicted(inputs, 1, null);
  return inputs.workers.map((workers) => {
    const split = splitBatch(inputs.config, workers);
    if (typeof split === 'string') return { workers, reason: split };
    const group = inputs.config.batchNormGroup ?? 1;
    if (workers > 1 && workers % group !== 0)
      return { workers, reason: `they make up no groups of ${group} for batch statistics` };
    return workers === 1 ? alone : predicted(inputs, workers, alone);
  });
}

function predicted(inputs: ClusterInputs, workers: number, alone: Prediction | null): Prediction {
  const { config, sizes } = inputs;
  const split = splitBatch(config, workers) as BatchSplit;
  const { accumulation, imagesEach } = split;
  const exchanges = stepExchanges(sizes, { ...config, accumulation }, workers);
  const computeSeconds = accumulation * valueAt(curveOf('step', inputs.step.value), imagesEach);
  const waitSeconds = computeSeconds * (expectedSlowest(workers, inputs.jitter?.value ?? 0) - 1);
  const exchanging = workers === 1 ? 0 : exchangeSeconds(exchanges, linkOfInputs(inputs));
  const images = imagesPerStep(config);
  const readSeconds = inputs.readImages && images / workers / inputs.readImages.value;
  const stepSeconds = Math.max(computeSeconds + waitSeconds + exchanging, readSeconds ?? 0);
  const imagesPerSecond = images / stepSeconds;
  const held = heldBytes(sizes, accumulation, workers);
  const runSeconds =
    config.steps * stepSeconds +
    Math.ceil(config.steps / config.checkpoint.every) * (inputs.checkpointSeconds?.value ?? 0);
  return {
    workers,
    ...split,
    stepSeconds,
    computeSeconds,
    waitSeconds,
    exchangeSeconds: exchanging,
    readSeconds,
    imagesPerSecond,
    efficiency: alone ? imagesPerSecond / workers / alone.imagesPerSecond : 1,
    exchanges: exchangeCount(exchanges),
    sentBytes: sentInStep(exchanges),
    heldBytes: held,
    memoryBytes: inputs.memory && memoryAt(curveOf('memory', inputs.memory.value), imagesEach, held),
    readBytesPerSecond: imagesPerSecond * inputs.imageBytes.value,
    runSeconds,
    cost: inputs.price && costOf(runSeconds, workers, inputs.price.value),
  };
}

/** @param price - of one host for an hour */
export const costOf = (seconds: number, workers: number, price: number): number =>
  (seconds / 3600) * workers * price;

function linkOfInputs({ latencySeconds, gapSeconds, bandwidth }: ClusterInputs): Link {
  if (!latencySeconds || !bandwidth)
    throw clusterInputMissing(
      latencySeconds ? 'bandwidth' : 'latency',
      'Give both of the network, --bandwidth 10Gbit --latency 50us, or none and have them measured.',
    );
  return {
    latencySeconds: latencySeconds.value,
    gapSeconds: (gapSeconds ?? latencySeconds).value,
    bytesPerSecond: bandwidth.value,
  };
}

function expectNumbers(inputs: ClusterInputs): void {
  const { workers, jitter } = inputs;
  const odd = workers.find((count) => !Number.isSafeInteger(count) || count < 1);
  if (odd !== undefined || workers.length === 0)
    throw badClusterInput('workers', 'numbers of 1 or more', odd ?? 'none');
  if (inputs.step.value.length === 0) throw clusterInputMissing('step', 'Give --step, or have it measured.');
  const positive = ['bandwidth', 'imageBytes', 'readImages', 'price', 'hostSecondsToFailure'] as const;
  for (const name of positive) {
    const value = inputs[name]?.value;
    if (value !== undefined && !(value > 0)) throw badClusterInput(name, 'a positive number', value);
  }
  for (const name of ['latencySeconds', 'gapSeconds'] as const) {
    const value = inputs[name]?.value;
    if (value !== undefined && !(value >= 0 && Number.isFinite(value)))
      throw badClusterInput(name, 'a number of 0 or more', value);
  }
  if (inputs.gapSeconds && inputs.latencySeconds && inputs.gapSeconds.value > inputs.latencySeconds.value)
    throw badClusterInput(
      'gapSeconds',
      `at most the latency, ${inputs.latencySeconds.value}`,
      inputs.gapSeconds.value,
    );
  if (jitter && !(jitter.value >= 0 && jitter.value <= 3))
    throw badClusterInput('jitter', 'a number from 0 to 3', jitter.value);
}
