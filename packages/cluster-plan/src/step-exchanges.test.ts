import { exchangeSeconds, sentInStep, stepExchanges, type ExchangingRecipe } from './step-exchanges.js';
import type { RunSizes } from './network-sizes.js';

const million = 1 << 20;
const sizes: RunSizes = {
  generator: { weights: [million, 10, 20], normalized: [8, 4], parameters: million + 30 },
  discriminator: { weights: [100, 200], normalized: [], parameters: 300 },
  penalties: [],
  stateBytes: 0,
};
const recipe: ExchangingRecipe = {
  accumulation: 1,
  discriminatorSteps: 2,
  splitDiscriminator: false,
  gradientExchange: 'float32',
  batchNormGroup: null,
};
const of = (
  kind: string,
  changes: Partial<ExchangingRecipe> = {},
  change: Partial<RunSizes> = {},
  workers = 4,
) =>
  stepExchanges({ ...sizes, ...change }, { ...recipe, ...changes }, workers)
    .filter((one) => one.kind === kind)
    .flatMap(({ bytes, times }) => bytes.map((one) => [one, times]));

test('gradients go once an update, the last weights first, in buckets of 4 MB', () => {
  expect(of('gradients')).toEqual([
    [300 * 4, 2],
    [30 * 4, 1],
    [million * 4, 1],
  ]);
  expect(of('gradients', { accumulation: 8 })).toEqual(of('gradients'));
});

test('as bfloat16 they are half as long, and nothing else is', () => {
  expect(of('gradients', { gradientExchange: 'bfloat16' })).toEqual([
    [300 * 2, 2],
    [30 * 2, 1],
    [million * 2, 1],
  ]);
  expect(of('statistics', { gradientExchange: 'bfloat16' })).toEqual(of('statistics'));
});

test("a normalization of G: forward in D's two steps and in G's, and back in G's; what is gathered has a row for each", () => {
  expect(of('statistics')).toEqual([
    [4 * 2 * 8 * 4, 2],
    [4 * 2 * 4 * 4, 2],
    [4 * 2 * 8 * 4, 1],
    [4 * 2 * 4 * 4, 1],
    [2 * 8 * 4, 1],
    [2 * 4 * 4, 1],
  ]);
  expect(of('statistics', { accumulation: 8 }).map(([, times]) => times)).toEqual([16, 16, 8, 8, 8, 8]);
});

test('one of D is passed twice where real and fake images go apart', () => {
  const discriminator = { ...sizes.discriminator, normalized: [16] };
  const generator = { ...sizes.generator, normalized: [] };
  const times = (splitDiscriminator: boolean): number =>
    of('statistics', { splitDiscriminator }, { discriminator, generator }).reduce(
      (sum, [, one]) => sum + one!,
      0,
    );
  // Two steps of D, forward and back, and one of G.
  expect([times(false), times(true)]).toEqual([6, 10]);
});

test('a penalty at an interval adds its part of an exchange, one of weights alone its number', () => {
  const penalty = { network: 'discriminator', interval: 16, ofWeights: false } as const;
  expect(of('gradients', {}, { penalties: [penalty] }).at(-1)).toEqual([1200, 2 / 16]);
  expect(of('gradients', {}, { penalties: [{ ...penalty, ofWeights: true }] })).toHaveLength(3);
});

test('groups gather their own rows among themselves; a process that is its own group gathers none', () => {
  expect(of('statistics', { batchNormGroup: 2 }).slice(0, 2)).toEqual([
    [2 * 2 * 8 * 4, 2],
    [2 * 2 * 4 * 4, 2],
  ]);
  const among = stepExchanges(sizes, { ...recipe, batchNormGroup: 2 }, 4).map((one) => [one.kind, one.among]);
  expect(new Set(among.map(String))).toEqual(new Set(['gradients,4', 'statistics,2', 'numbers,4']));
  expect(of('statistics', { batchNormGroup: 1 })).toEqual([]);
});

test('one process exchanges nothing', () => {
  expect(stepExchanges(sizes, recipe, 1)).toEqual([]);
});

test('time and bytes are those of all exchanges, one after the other', () => {
  const exchanges = [
    { kind: 'gradients', among: 2, bytes: [4e5, 6e5], times: 3 },
    { kind: 'numbers', among: 2, bytes: [0], times: 0.5 },
  ] as const;
  const link = { latencySeconds: 1e-3, gapSeconds: 1e-4, bytesPerSecond: 1e9 };
  // 3 x 2 (1 ms + 0.1 ms + 0.5 ms) + 0.5 x 2 x 1 ms
  expect(exchangeSeconds(exchanges, link)).toBeCloseTo(10.6e-3, 12);
  expect(sentInStep(exchanges)).toBe(3e6);
});
