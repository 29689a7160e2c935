import { sidesOf, type Components, type Plugin, type PluginHost } from '@ganymede/core';
import type { ResolvedConfig } from '@ganymede/config';
import type { ExchangeReport, PlanReport } from '@ganymede/bench';
import { dataCache, openParts, runParts } from '@ganymede/runs';
import { linkOf } from './all-reduce.js';
import type { ClusterInputs } from './cluster-inputs.js';
import { curveOf } from './curve.js';
import { badClusterInput, clusterInputMissing } from './errors.js';
import { survive, type Survival } from './failures/survive.js';
import { computed, given, measured, type Known } from './known.js';
import { measureHere, type MeasuredHere } from './measure-here.js';
import { countNetworks, type RunSizes } from './network-sizes.js';
import { predict, type Impossible, type Prediction } from './predict.js';
import type { Point } from './quantities.js';

/** What whoever asks for a plan knows: it comes before what would be measured. */
export interface GivenNumbers {
  /** Of one process, by images of its micro-batch: `ClusterInputs` has the meaning of each. */
  readonly step?: readonly Point[];
  readonly memory?: readonly Point[];
  readonly latencySeconds?: number;
  readonly gapSeconds?: number;
  readonly bandwidth?: number;
  readonly jitter?: number;
  readonly imageBytes?: number;
  /** Bytes a second that one process reads. */
  readonly readRate?: number;
  /** Bytes a second of a checkpoint that is written. */
  readonly writeRate?: number;
  readonly price?: number;
  readonly hostSecondsToFailure?: number;
  readonly restartSeconds?: number;
  /** Classes of the data, where it is not at hand: the config's is not opened then. */
  readonly classes?: number;
}

export interface ClusterPlanOptions {
  readonly config: ResolvedConfig;
  readonly plugins?: readonly Plugin[];
  /** Numbers of processes, one a host. */
  readonly workers: readonly number[];
  readonly numbers?: GivenNumbers;
  /** Measures sums over processes, and says in words over which; asked for where no network is given and one is needed. */
  readonly exchange?: { readonly between: string; readonly measure: () => Promise<ExchangeReport> };
  readonly onEvent?: (text: string) => void;
}

/** One number of processes, with what failures make of the run where a time to failure was given. */
export type PlannedRow = (Prediction & { readonly survival: Survival | null }) | Impossible;

export interface ClusterPlan {
  /** The run on this machine alone; null where nothing was tried here. */
  readonly here: PlanReport | null;
  readonly inputs: ClusterInputs;
  /** Between which processes the exchange was measured, in words; null where the network was given, or none is needed. */
  readonly exchangedBetween: string | null;
  /** Of the networks; all other sizes are in the inputs. */
  readonly parameters: { readonly generator: number; readonly discriminator: number };
  readonly rows: readonly PlannedRow[];
}

/**
 * What a run of a config will take on clusters of several sizes, from what was measured here or given, and a model of the rest.
 * @throws BAD_CLUSTER_INPUT, CLUSTER_INPUT_MISSING, and what measuring throws
 */
export async function planCluster(host: PluginHost, options: ClusterPlanOptions): Promise<ClusterPlan> {
  const { config, plugins = [], workers, numbers = {}, onEvent: tell = () => undefined } = options;
  expectTogether(numbers);
  const needsLink = workers.some((count) => count > 1) && numbers.bandwidth === undefined;
  // It takes seconds, and says at once where no process can reach another.
  const exchange = needsLink ? await exchangeOf(options, tell) : null;
  const here = numbers.step ? null : await measureHere(host, { config, plugins, workers, tell });
  const components = await host.open({ config, plugins });
  const classes = here?.classes ?? numbers.classes ?? (await classesOf(components, config, tell));
  const imageShape = { ...sidesOf(config.resolution), channels: config.channels };
  tell('counting weights');
  const sizes = await countNetworks(components, config, { imageShape, classes });
  const inputs = {
    workers,
    config: plannedOf(config),
    sizes,
    ...knownNumbers(numbers, here, sizes, imageShape, exchange),
  };
  const rows = predict(inputs).map((row): PlannedRow => {
    if ('reason' in row) return row;
    if (numbers.hostSecondsToFailure !== undefined) tell(`simulating failures of ${row.workers}`);
    return { ...row, survival: survive(inputs, row) };
  });
  return {
    here: here?.here ?? null,
    inputs,
    exchangedBetween: exchange && options.exchange!.between,
    parameters: { generator: sizes.generator.parameters, discriminator: sizes.discriminator.parameters },
    rows,
  };
}

const plannedOf = ({
  steps,
  seed,
  batchSize,
  accumulation,
  discriminatorSteps,
  splitDiscriminator,
  gradientExchange,
  batchNormGroup,
  checkpoint,
}: ResolvedConfig): ClusterInputs['config'] => ({
  steps,
  seed,
  batchSize,
  accumulation,
  discriminatorSteps,
  splitDiscriminator,
  gradientExchange,
  batchNormGroup,
  checkpoint,
});

function expectTogether(numbers: GivenNumbers): void {
  const { step, classes, latencySeconds, gapSeconds, bandwidth, restartSeconds, hostSecondsToFailure } =
    numbers;
  if ((latencySeconds === undefined) !== (bandwidth === undefined))
    throw clusterInputMissing(
      latencySeconds === undefined ? 'latency' : 'bandwidth',
      'Give both of the network, --bandwidth 10Gbit --latency 50us, or none and have them measured.',
    );
  if (gapSeconds !== undefined && latencySeconds === undefined)
    throw clusterInputMissing(
      'latency',
      'The gap between messages is one of a network that is given: --latency 50us.',
    );
  if (classes !== undefined && !step)
    throw badClusterInput('classes', 'none where the step is measured, which opens the images', classes);
  if (restartSeconds !== undefined && hostSecondsToFailure === undefined)
    throw clusterInputMissing('mtbf', 'How long a restart takes matters where hosts fail: --mtbf 1000h.');
}

async function exchangeOf(
  { exchange }: ClusterPlanOptions,
  tell: (text: string) => void,
): Promise<ExchangeReport> {
  if (!exchange)
    throw clusterInputMissing('bandwidth', 'Give both of the network: --bandwidth 10Gbit --latency 50us.');
  tell(`measuring the exchange between ${exchange.between}`);
  return exchange.measure();
}

/** Opens the images of the config. */
async function classesOf(
  components: Components,
  config: ResolvedConfig,
  tell: (text: string) => void,
): Promise<number> {
  const parts = openParts({ components, config, cacheFolder: dataCache(), tell });
  try {
    return (await parts.get(runParts.images)).classes.length;
  } finally {
    await parts.dispose();
  }
}

type KnownNumbers = Omit<ClusterInputs, 'workers' | 'config' | 'sizes'>;

/** Every number with its source: what is given, else what was measured, else what the config tells. */
function knownNumbers(
  numbers: GivenNumbers,
  here: MeasuredHere | null,
  { stateBytes }: RunSizes,
  { height, width, channels }: { readonly height: number; readonly width: number; readonly channels: number },
  exchange: ExchangeReport | null,
): KnownNumbers {
  const maybe = (value: number | undefined): Known | null => (value === undefined ? null : given(value));
  const link = exchange && linkOf(exchange);
  // Nothing says that messages of a network that was given go side by side.
  const gap = link ? measured(link.gapSeconds) : maybe(numbers.gapSeconds ?? numbers.latencySeconds);
  const imageBytes = maybe(numbers.imageBytes) ?? computed(height * width * channels);
  const { step, memory, readRate, writeRate } = numbers;
  const steps = step ? given(curveOf('step', step)) : here?.step;
  if (!steps) throw clusterInputMissing('step', 'Give --step, or have it measured.');
  return {
    step: steps,
    memory: memory ? given(curveOf('memory', memory)) : (here?.memory ?? null),
    latencySeconds: maybe(numbers.latencySeconds) ?? (link && measured(link.latencySeconds)),
    gapSeconds: gap,
    bandwidth: maybe(numbers.bandwidth) ?? (link && measured(link.bytesPerSecond)),
    jitter: maybe(numbers.jitter) ?? here?.jitter ?? null,
    imageBytes,
    readImages: readRate === undefined ? (here?.readImages ?? null) : given(readRate / imageBytes.value),
    price: maybe(numbers.price),
    checkpointSeconds:
      writeRate === undefined ? (here?.checkpointSeconds ?? null) : given(stateBytes / writeRate),
    hostSecondsToFailure: maybe(numbers.hostSecondsToFailure),
    restartSeconds: maybe(numbers.restartSeconds) ?? here?.restartSeconds ?? null,
  };
}
