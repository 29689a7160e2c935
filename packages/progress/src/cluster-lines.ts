import type { ClusterPlan, ExchangeReport, Known, PlannedRow, Source } from '@ganymede/toolkit';
import { alignedLines } from './aligned-lines.js';
import { columns, millions, percent, runPlanLines } from './bench-lines.js';
import { formatBytes, formatDuration, formatNumber, formatRate } from './format.js';

type Point = ClusterPlan['inputs']['step']['value'][number];
type Row = Exclude<PlannedRow, { readonly reason: string }>;
type Survivor = Row & { readonly survival: NonNullable<Row['survival']> };

/** What sums over processes take, for people. */
export const exchangeLines = ({ workers, short, long, besideSeconds }: ExchangeReport): readonly string[] =>
  columns([
    ['processes', String(workers)],
    [`sum of ${formatSize(short.bytes)}`, formatTime(short.seconds)],
    [`sum of ${formatSize(long.bytes)}`, formatTime(long.seconds)],
    ['one more short one', `${formatTime(besideSeconds)} beside others`],
  ]);

/** What a run will take on clusters, for people: what it is computed from and where that comes from, a table, and one of failures. */
export function clusterLines(plan: ClusterPlan): readonly string[] {
  const rows = plan.rows.filter((row): row is Row => !('reason' in row));
  const impossible = plan.rows.flatMap((row) =>
    'reason' in row ? [`${row.workers} workers: ${row.reason}`] : [],
  );
  const survivors = rows.filter((row): row is Survivor => row.survival !== null);
  return [
    ...(plan.here ? [...runPlanLines(plan.here), ''] : []),
    ...columns(inputRows(plan)),
    '',
    ...workersTable(rows),
    ...impossible,
    'Everything in this table is computed: a step is computing, waiting for the slowest, and all of its exchange after that.',
    ...batchNote(plan, rows),
    ...(survivors.length > 0
      ? [
          '',
          ...failureTable(survivors),
          'Simulated: time that goes into steps that stay, by the interval between checkpoints.',
        ]
      : []),
  ];
}

const origin: Readonly<Record<Source, string>> = {
  measured: 'measured here',
  given: 'given',
  computed: 'computed',
};

const from = ({ source }: Known<unknown>): string => `(${origin[source]})`;

function* inputRows({
  inputs,
  parameters,
  exchangedBetween,
}: ClusterPlan): Generator<readonly [string, string]> {
  const { step, memory, latencySeconds, gapSeconds, bandwidth, jitter, imageBytes, readImages } = inputs;
  const points = (all: readonly Point[], format: (value: number) => string): string =>
    all.map(({ images, value }) => `${format(value)} at ${images} images`).join(', ');
  yield [
    'networks',
    `G ${millions(parameters.generator)}, D ${millions(parameters.discriminator)}; weights and what goes with them ${formatSize(inputs.sizes.stateBytes)} (computed)`,
  ];
  yield ['step of one process', `${points(step.value, formatTime)} ${from(step)}`];
  if (step.value.length === 1)
    yield ['', 'taken as proportional to images: what a step takes whatever its images are is not known'];
  if (memory) yield ['memory', `${points(memory.value, formatSize)} ${from(memory)}`];
  if (bandwidth && latencySeconds) {
    const where =
      exchangedBetween === null ? origin[bandwidth.source] : `measured between ${exchangedBetween}`;
    yield [
      'network',
      `${formatSize(bandwidth.value)}/s, ${formatTime(latencySeconds.value)} a message, ${formatTime((gapSeconds ?? latencySeconds).value)} one more beside it (${where})`,
    ];
  }
  yield [
    'jitter of a process',
    jitter
      ? `${percent(jitter.value)} ${from(jitter)}`
      : 'not known: every process is taken to be as fast as the median',
  ];
  yield ['image', `${formatSize(imageBytes.value)} ${from(imageBytes)}`];
  yield [
    'reading',
    readImages
      ? `${formatRate(readImages.value)} a process ${from(readImages)}`
      : 'not known: taken to be fast enough',
  ];
  if (inputs.checkpointSeconds)
    yield ['checkpoint', `${formatTime(inputs.checkpointSeconds.value)} ${from(inputs.checkpointSeconds)}`];
  if (inputs.hostSecondsToFailure)
    yield [
      'failures',
      `one host fails every ${formatDuration(inputs.hostSecondsToFailure.value)} ${from(inputs.hostSecondsToFailure)}`,
    ];
  if (inputs.hostSecondsToFailure && inputs.restartSeconds)
    yield ['restart', `${formatTime(inputs.restartSeconds.value)} ${from(inputs.restartSeconds)}`];
  if (inputs.price)
    yield ['price', `${formatNumber(inputs.price.value)} a host and hour ${from(inputs.price)}`];
}

function workersTable(rows: readonly Row[]): readonly string[] {
  const hasCost = rows.some(({ cost }) => cost !== null);
  const heads = ['workers', 'each', 'step', 'images/s', 'efficiency', 'waiting', 'exchange', 'sent a step'];
  return alignedLines(
    [...heads, 'read', 'memory', 'run', ...(hasCost ? ['cost'] : [])],
    rows.map((row) => [
      String(row.workers),
      row.accumulation === 1 ? String(row.imagesEach) : `${row.imagesEach} x ${row.accumulation}`,
      formatTime(row.stepSeconds),
      formatNumber(Number(row.imagesPerSecond.toPrecision(3))),
      percent(row.efficiency),
      percent(row.waitSeconds / row.stepSeconds),
      percent(row.exchangeSeconds / row.stepSeconds),
      formatSize(row.sentBytes),
      `${formatSize(row.readBytesPerSecond)}/s`,
      row.memoryBytes === null ? `> ${formatBytes(row.heldBytes)}` : formatBytes(row.memoryBytes),
      formatDuration(row.runSeconds),
      ...(hasCost ? [formatCost(row.cost)] : []),
    ]),
    0,
  );
}

/** Where the batch is divided otherwise than the config says. */
function batchNote({ inputs: { config } }: ClusterPlan, rows: readonly Row[]): readonly string[] {
  const isOther = rows.some(
    ({ batchSize, accumulation }) => batchSize !== config.batchSize || accumulation !== config.accumulation,
  );
  if (!isOther) return [];
  return [
    `The batch stays ${config.batchSize * config.accumulation}: set batchSize to workers x each, and accumulation to what follows. Batch statistics are of such a batchSize.`,
  ];
}

function failureTable(rows: readonly Survivor[]): readonly string[] {
  const hasCost = rows.some(({ survival }) => survival.cost !== null);
  const { everySteps } = rows[0]!.survival.configured;
  const heads = [
    'workers',
    'a failure every',
    'noticed after',
    'best checkpoint every',
    'goodput',
    'by Young',
  ];
  return alignedLines(
    [...heads, `goodput every ${everySteps}`, 'run', ...(hasCost ? ['cost'] : [])],
    rows.map(({ workers, survival }) => [
      String(workers),
      formatDuration(survival.secondsToFailure),
      formatDuration(survival.detectSeconds),
      `${survival.best.everySteps} steps, ${formatDuration(survival.bestSeconds)}`,
      percent(survival.best.goodput),
      formatDuration(survival.youngSeconds),
      percent(survival.configured.goodput),
      formatDuration(survival.runSeconds),
      ...(hasCost ? [formatCost(survival.cost)] : []),
    ]),
    0,
  );
}

const formatCost = (cost: number | null): string =>
  cost === null ? '' : formatNumber(Number(cost.toPrecision(3)));

/** `12.3 kB`: three digits and a unit. */
function formatSize(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const place = Math.min(Math.max(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), 0), units.length - 1);
  return `${Number((bytes / 1000 ** place).toPrecision(3))} ${units[place]!}`;
}

/** `210 us`, `1.25 s`, and from a minute on as a duration. */
function formatTime(seconds: number): string {
  if (seconds >= 60) return formatDuration(seconds);
  const [factor, unit] = seconds >= 1 ? [1, 's'] : seconds >= 1e-3 ? [1e3, 'ms'] : [1e6, 'us'];
  return `${Number((seconds * factor).toPrecision(3))} ${unit}`;
}
