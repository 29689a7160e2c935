import { bucketsOf } from '@ganymede/trainer';
import { allReduceSeconds, sentBytes, type Link } from './all-reduce.js';
import type { LazyPenalty, NetworkSizes, RunSizes } from './network-sizes.js';

/** Sums over all processes that do not wait for one another. */
export interface Exchange {
  /** `gradients`: all buckets of an update; `statistics`: of a batch normalization; `numbers`: losses, norms, wishes. */
  readonly kind: 'gradients' | 'statistics' | 'numbers';
  /** Processes that take part: all of them, or a group. */
  readonly among: number;
  /** Of the tensor of each sum, in one process. */
  readonly bytes: readonly number[];
  /** In one generator step with its discriminator steps; of what comes at an interval a fraction. */
  readonly times: number;
}

/** What decides how often a step exchanges what. */
export interface ExchangingRecipe {
  readonly accumulation: number;
  readonly discriminatorSteps: number;
  readonly splitDiscriminator: boolean;
  readonly gradientExchange: 'float32' | 'bfloat16';
  /** Processes whose images make one set of batch statistics; null: all of them. */
  readonly batchNormGroup: number | null;
}

const total = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

/** Numbers that a phase reports beside the squared norm of each gradient: losses and mean logits, or so. */
const reported = 5;

/**
 * Every exchange of one step, as the trainer makes them (mean-gradients.ts, batch-norm.ts of ops, compiled-phase.ts, and the wishes
 * of each step): gradients once an update, in buckets; for each batch normalization of each micro-batch one on the way forward, in
 * which the moments of all processes are gathered, and one on the way back; one of what is reported. G's images for D's step are
 * constants, so that its normalizations go forward alone. What objectives, adaptive augmentation and second derivatives
 * through batch normalization exchange is not counted.
 */
export function stepExchanges(
  sizes: RunSizes,
  recipe: ExchangingRecipe,
  workers: number,
): readonly Exchange[] {
  if (workers === 1) return [];
  const { generator, discriminator } = sizes;
  const { accumulation, discriminatorSteps, splitDiscriminator } = recipe;
  const judgedTwice = splitDiscriminator ? 2 : 1;
  const ofDiscriminator = discriminatorSteps * accumulation;
  const group = recipe.batchNormGroup ?? workers;
  const exchanges: readonly Sums[] = [
    ...gradients(discriminator, recipe, discriminatorSteps),
    ...forward(generator, group, ofDiscriminator),
    ...forward(discriminator, group, ofDiscriminator * judgedTwice),
    ...backward(discriminator, ofDiscriminator * judgedTwice),
    ...gradients(generator, recipe, 1),
    ...[generator, discriminator].flatMap((one) => [
      ...forward(one, group, accumulation),
      ...backward(one, accumulation),
    ]),
    ...numbers(discriminator, accumulation, discriminatorSteps),
    ...numbers(generator, accumulation, 1),
    ...sizes.penalties.flatMap((one) => lazyExchanges(one, sizes, recipe, group)),
    { kind: 'numbers', bytes: [3 * 4], times: 1 },
  ];
  return exchanges
    .map((one) => ({ ...one, among: one.kind === 'statistics' ? group : workers }))
    .filter(({ among }) => among > 1);
}

/** Before it is said who takes part. */
type Sums = Omit<Exchange, 'among'>;

const gradients = (
  { weights }: NetworkSizes,
  { gradientExchange }: Pick<ExchangingRecipe, 'gradientExchange'>,
  times: number,
): Sums[] => [
  {
    kind: 'gradients',
    bytes: bucketsOf([...weights].reverse(), (size) => size).map(
      (bucket) => total(bucket) * (gradientExchange === 'bfloat16' ? 2 : 4),
    ),
    times,
  },
];

/** Mean and variance of each process of a group, gathered: a row for each. */
const forward = ({ normalized }: NetworkSizes, group: number, times: number): Sums[] =>
  normalized.map((channels) => ({ kind: 'statistics', bytes: [group * 2 * channels * 4], times }));

/** Two means of the gradient. */
const backward = ({ normalized }: NetworkSizes, times: number): Sums[] =>
  normalized.map((channels) => ({ kind: 'statistics', bytes: [2 * channels * 4], times }));

/** With several micro-batches each reports, and so does the update. */
function numbers({ weights }: NetworkSizes, accumulation: number, times: number): Sums[] {
  const norms = (weights.length + 1) * 4;
  const losses = reported * 4;
  if (accumulation === 1) return [{ kind: 'numbers', bytes: [norms + losses], times }];
  return [
    { kind: 'numbers', bytes: [losses], times: times * accumulation },
    { kind: 'numbers', bytes: [norms], times },
  ];
}

function lazyExchanges(
  { network, interval, ofWeights }: LazyPenalty,
  { generator, discriminator }: RunSizes,
  recipe: ExchangingRecipe,
  group: number,
): Sums[] {
  const own = network === 'generator' ? generator : discriminator;
  const times = (network === 'discriminator' ? recipe.discriminatorSteps : 1) / interval;
  const told: Sums = { kind: 'numbers', bytes: [(own.weights.length + 2) * 4], times };
  if (ofWeights) return [told];
  return [...gradients(own, recipe, times), ...forward(generator, group, times), told];
}

/** Seconds of all exchanges of a step, one after the other; buckets of an update are one of them. */
export const exchangeSeconds = (exchanges: readonly Exchange[], link: Link): number =>
  exchanges.reduce((sum, { among, bytes, times }) => sum + times * allReduceSeconds(bytes, among, link), 0);

/** Bytes that each process sends in a step. */
export const sentInStep = (exchanges: readonly Exchange[]): number =>
  exchanges.reduce((sum, { among, bytes, times }) => sum + times * sentBytes(total(bytes), among), 0);

/** Sums in a step. */
export const exchangeCount = (exchanges: readonly Exchange[]): number =>
  exchanges.reduce((sum, { bytes, times }) => sum + times * bytes.length, 0);
