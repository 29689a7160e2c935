import { findPreset, type ResolvedConfig } from '@ganymede/config';
import type { Resolution } from '@ganymede/core';
import type { MachineFacts } from '../machine-facts.js';
import type { DataFacts } from '../survey/data-facts.js';
import { augmentation } from './augmentation.js';
import { averaging } from './averaging.js';
import { batch } from './batch.js';
import { chooseBase } from './base-recipe.js';
import { channels } from './channels.js';
import { checkpoints } from './checkpoints.js';
import { flip, mayBeWritten } from './flip.js';
import { heldOut } from './held-out.js';
import { hints } from './hints.js';
import { penalty } from './penalty.js';
import { r1Gamma } from './r1-gamma.js';
import { chooseResolution } from './resolution.js';
import { smallerPart } from './smaller-part.js';
import { steps } from './steps.js';
import { dataWarnings } from './warnings.js';
import type { Rule, Situation } from './choice.js';

const data: DataFacts = {
  name: 'photos',
  choice: { use: 'auto', path: 'photos' },
  images: 2000,
  classes: [
    { name: 'cat', images: 1000 },
    { name: 'dog', images: 1000 },
  ],
  sizes: {
    shorterSide: { smallest: 64, median: 100, largest: 300 },
    distinct: 3,
    notSquare: 0,
    aspect: { median: 1, share: 1 },
  },
  grey: 0,
  transparent: 0,
  duplicates: { images: 0, groups: 0, betweenClasses: 0, examples: [] },
  skipped: [],
  notes: [],
};
const machine: MachineFacts = {
  threads: 2,
  memoryBytes: 16e9,
  engine: { name: 'tensorflow', device: 'cpu', library: 'TensorFlow', threads: 2 },
  isAccelerated: false,
  precision: 'float32',
  notes: [],
};
const base = {
  steps: 50_000,
  batchSize: 64,
  accumulation: 1,
  regularizers: [],
  augmentation: null,
  ema: { decay: 0.9999, start: 1000, halfLife: null },
  checkpoint: { every: 1000, keepLast: 2 },
  sample: { every: 500, perClass: 8 },
  generator: { use: 'biggan', channels: 32 },
  discriminator: { use: 'biggan', channels: 32 },
} as unknown as ResolvedConfig;

const situation: Situation = {
  data,
  machine,
  base,
  wishes: { hours: 24 },
  resolution: 64,
  measured: null,
  steps: 50_000,
};
const by = (rule: Rule, changed: Partial<Situation> = {}): Record<string, unknown> =>
  Object.fromEntries(rule({ ...situation, ...changed }).map(({ path, value }) => [path, value]));
const of = (count: number): Partial<Situation> => ({ data: { ...data, images: count } });
const sized = (median: number) => ({
  sizes: { ...data.sizes, shorterSide: { smallest: median, median, largest: median } },
});

test.each([
  [12, false, 32],
  [63, false, 32],
  [64, false, 64],
  [512, false, 64],
  [512, true, 128],
])('images of %d pixels, accelerated %s: %d', (median, isAccelerated, expected) => {
  expect(chooseResolution(sized(median), { isAccelerated }, {}).value).toBe(expected);
});

test.each([
  // Height over width, the share of images that have it, and the size of images whose shorter side has 100 pixels.
  [1.5, 1, [96, 64]],
  [2 / 3, 0.95, [64, 96]],
  [0.75, 1, [64, 80]],
  [9 / 16, 1, [64, 112]],
  [1.5, 0.8, 64],
  [1.1, 1, 64],
] as const)('images with height %d of their width, in %d of all: %j', (median, share, expected) => {
  const { sizes } = sized(100);
  const shaped = { sizes: { ...sizes, notSquare: 2000, aspect: { median, share } } };
  const { value, reason } = chooseResolution(shaped, machine, {});
  expect(value).toEqual(expected);
  expect(reason.includes('lose little in this shape')).toBe(expected !== 64);
});

test('a resolution that is asked for is taken', () => {
  expect(chooseResolution(data, machine, { resolution: 128 })).toMatchObject({
    value: 128,
    basis: 'asked for',
  });
});

test('the recipe follows resolution and machine', () => {
  const gpu = { ...machine, isAccelerated: true };
  expect(chooseBase(32, machine, {}).value).toBe('cifar10-small');
  expect(chooseBase(32, gpu, {}).value).toBe('cifar10');
  expect(chooseBase(64, machine, {}).value).toBe('biggan-64-small');
  expect(chooseBase(64, machine, { preset: 'quickstart' }).value).toBe('quickstart');
  expect(chooseBase([128, 96], gpu, {}).value).toBe('biggan-64');
  expect(chooseBase(16, gpu, {}).value).toBe('cifar10');
});

test('grey data are trained in grey, alpha is laid over white', () => {
  expect(by(channels, { data: { ...data, grey: 2000 } })).toEqual({ channels: 1 });
  expect(by(channels, { data: { ...data, grey: 1999 } })).toEqual({ channels: 3 });
  const [alpha] = channels({ ...situation, data: { ...data, transparent: 5 } });
  expect(alpha).toMatchObject({ value: 3, reason: expect.stringContaining('5 let something shine through') });
});

test('nothing mirrors without being asked to, and digits say why', () => {
  expect(by(flip)).toEqual({ flip: false });
  expect(by(flip, { wishes: { hours: 1, flip: true } })).toEqual({ flip: true });
  expect(mayBeWritten('photos', ['cat', 'dog'])).toBe(false);
  expect(mayBeWritten('emnist', ['cat', 'dog'])).toBe(true);
  expect(mayBeWritten('photos', ['0', '1', '2'])).toBe(true);
  expect(mayBeWritten('photos', ['A', 'ß', 'я'])).toBe(true);
  expect(mayBeWritten('photos', ['one', 'two'])).toBe(true);
  expect(mayBeWritten('photos', ['stop sign', 'tree'])).toBe(true);
  const [choice] = flip({ ...situation, data: { ...data, classes: [{ name: '7', images: 2000 }] } });
  expect(choice!.reason).toMatch(/digits/);
});

test('augmentation by the number of images', () => {
  const policy = (changed: Partial<Situation>): unknown =>
    (by(augmentation, changed)['augmentation'] as { policy?: unknown } | null)?.policy ?? null;
  expect(policy(of(100_000))).toBeNull();
  const own = { ...base, augmentation: { use: 'ada' } };
  expect(by(augmentation, { ...of(100_000), base: own })).toEqual({ augmentation: { use: 'ada' } });
  expect(policy(of(99_999))).toEqual(['translation', 'cutout']);
  expect(policy(of(1000))).toEqual(['color', 'translation', 'cutout']);
  expect(policy({ data: { ...data, images: 1000, grey: 1000 } })).toEqual(['translation', 'cutout']);
});

test("gamma is StyleGAN2-ADA's: 1024 pixels at a batch of 32 have 6.6, 256 at 64 have 0.2", () => {
  expect(r1Gamma(1024, 32)).toBe(6.6);
  expect(r1Gamma(256, 64)).toBe(0.2);
});

test('gamma of images that are not square goes by their pixels, and its formula says so', () => {
  expect(r1Gamma([512, 128], 64)).toBe(0.2);
  const [choice] = penalty({ ...situation, resolution: [48, 64], wishes: { hours: 1, regularizer: 'r1' } });
  expect(choice!.reason).toContain('gamma 0.0096 is 0.0002 x height x width / batch');
});

test('penalties: LeCam for few, R1 where asked for, the own ones left alone', () => {
  expect(by(penalty)).toEqual({ regularizers: [{ use: 'lecam', weight: 0.3 }] });
  expect(by(penalty, of(10_000))).toEqual({ regularizers: [] });
  expect(by(penalty, { wishes: { hours: 1, regularizer: 'r1' } })).toEqual({
    regularizers: [{ use: 'r1', gamma: r1Gamma(64, 64) }],
  });
  const own = { ...base, regularizers: [{ use: 'r2', gamma: 0.05 }] } as unknown as ResolvedConfig;
  expect(by(penalty, { base: own, wishes: { hours: 1, regularizer: 'r1' } })).toEqual({
    regularizers: [{ use: 'r2', gamma: 0.05 }],
  });
});

test('a recipe that was published for few images, with augmentation of its own, gets no penalty besides', () => {
  const config = findPreset('fastgan-few-shot').config;
  const fewShot = { ...base, ...config, regularizers: [], accumulation: 1 } as unknown as ResolvedConfig;
  const given = { base: fewShot, ...of(300) };
  expect(by(penalty, given)).toEqual({ regularizers: [] });
  expect(by(augmentation, given)).toEqual({ augmentation: config['augmentation'] });
  expect(by(penalty, { ...given, wishes: { hours: 1, regularizer: 'r1' } })).toMatchObject({
    regularizers: [{ use: 'r1' }],
  });
});

test('a batch that memory does not hold comes in parts of as many images', () => {
  const measured = { stepSeconds: 1, batchSize: 64, peakMemoryBytes: 4e9 };
  expect(by(batch, { measured })).toEqual({ batchSize: 64, accumulation: 1 });
  expect(by(batch, { measured: { ...measured, peakMemoryBytes: 40e9 } })).toEqual({
    batchSize: 16,
    accumulation: 4,
  });
  // What fitted on a device was half of the batch.
  expect(by(batch, { measured: { ...measured, batchSize: 32 } })).toEqual({ batchSize: 32, accumulation: 2 });
});

test('parts make up the step exactly, and none is under 8 images', () => {
  expect([smallerPart(50, 50), smallerPart(25, 50), smallerPart(10, 50)]).toEqual([25, 10, 5]);
  expect([smallerPart(64, 64), smallerPart(32, 64), smallerPart(53, 53)]).toEqual([32, 16, 1]);
  const of = (batchSize: number, share: number, accumulation = 1): unknown =>
    by(batch, {
      base: { ...base, batchSize, accumulation },
      measured: { stepSeconds: 1, batchSize, peakMemoryBytes: share * 0.8 * machine.memoryBytes },
    });
  expect(of(50, 1.5)).toEqual({ batchSize: 25, accumulation: 2 });
  expect(of(50, 2.1)).toEqual({ batchSize: 10, accumulation: 5 });
  expect(of(50, 1e3)).toEqual({ batchSize: 10, accumulation: 5 });
  expect(of(50, 1.5, 3)).toEqual({ batchSize: 25, accumulation: 6 });
  expect(of(64, 1e3)).toEqual({ batchSize: 8, accumulation: 8 });
  expect(of(53, 1e3)).toEqual({ batchSize: 53, accumulation: 1 });
  const [, accumulation] = batch({
    ...situation,
    base: { ...base, batchSize: 50 },
    measured: { stepSeconds: 1, batchSize: 50, peakMemoryBytes: 1e12 },
  });
  expect(accumulation!.reason).toBe("50 images a step, the recipe's");
});

test('steps are those that the hours hold', () => {
  const measured = { stepSeconds: 2, batchSize: 64, peakMemoryBytes: 1e9 };
  expect(by(steps)).toEqual({ steps: 50_000 });
  expect(by(steps, { measured })).toEqual({ steps: 43_200 });
  expect(by(steps, { measured: { ...measured, stepSeconds: 0.5 } })).toEqual({ steps: 50_000 });
  expect(by(steps, { measured: { ...measured, stepSeconds: 1e6 } })).toEqual({ steps: 100 });
});

test('the average reaches back over a twentieth of the run at most', () => {
  expect(by(averaging)).toEqual({ 'ema.decay': 0.99972, 'ema.start': 1000 });
  const { 'ema.decay': decay, 'ema.start': start } = by(averaging, { steps: 1000 });
  expect((decay as number) ** 50).toBeCloseTo(0.5, 3);
  expect(start).toBe(50);
  expect(by(averaging, { steps: 1_000_000 })).toEqual({ 'ema.decay': 0.9999, 'ema.start': 1000 });
  expect(by(averaging, { base: { ...base, ema: null } })).toEqual({});
  const halving = { ...base.ema!, halfLife: { from: 0, to: 5e5, over: 1e6 } };
  for (const ema of [halving, { ...halving, halfLife: 5e5 }])
    expect(by(averaging, { base: { ...base, ema } as unknown as ResolvedConfig, steps: 1000 })).toEqual({});
});

test('checkpoints come every ten minutes, and ten times in a run', () => {
  const measured = { stepSeconds: 2, batchSize: 64, peakMemoryBytes: 1e9 };
  expect(by(checkpoints, { measured })).toEqual({ 'checkpoint.every': 200, 'sample.every': 200 });
  expect(by(checkpoints, { measured, steps: 500 })).toEqual({ 'checkpoint.every': 50, 'sample.every': 50 });
  expect(by(checkpoints)).toEqual({ 'checkpoint.every': 1000, 'sample.every': 500 });
});

test('images are held out where there are enough', () => {
  expect(by(heldOut)).toEqual({ heldOut: 100 });
  expect(by(heldOut, of(1_000_000))).toEqual({ heldOut: 1000 });
  const rare = [...data.classes, { name: 'rare', images: 19 }];
  expect(by(heldOut, { data: { ...data, classes: rare } })).toEqual({ heldOut: 0 });
});

test('sound data have no warnings; each fault has one', () => {
  expect(dataWarnings(data)).toEqual([]);
  const warned = dataWarnings({
    ...data,
    classes: [...data.classes, { name: 'rare', images: 99 }],
    duplicates: {
      images: 3,
      groups: 2,
      betweenClasses: 1,
      examples: [
        ['cat/1.png', 'dog/1.png'],
        ['a', 'b'],
      ],
    },
    skipped: [{ file: 'x.png', reason: 'is empty' }],
    ...sized(31),
  });
  expect(warned).toEqual([
    expect.stringMatching(/^1 of 3 classes have under 100 images: rare \(99\)/),
    expect.stringMatching(/^long-tailed classes: (cat|dog) has 1,000 images, rare 99/),
    expect.stringMatching(/^3 of 2,000 images .*cat\/1\.png = dog\/1\.png; a = b/),
    expect.stringMatching(/^1 picture is in several classes at once, e\.g\. cat\/1\.png = dog\/1\.png/),
    expect.stringMatching(/^1 file cannot be used: x\.png is empty/),
    expect.stringMatching(/under 32 pixels/),
  ]);
  expect(dataWarnings({ ...data, images: 99 })).toEqual([expect.stringMatching(/^99 images: /)]);
});

const accelerated = { isAccelerated: true };

test('few images are told of other weights to begin with', () => {
  expect(hints({ images: 4999 }, accelerated, 'a.yaml', 64, 'biggan-64').join('\n')).toContain(
    '--init <run> --freeze-discriminator 2',
  );
  expect(hints({ images: 5000 }, accelerated, 'a.yaml', 64, 'biggan-64').join('\n')).not.toContain('--init');
  const few = (images: number, resolution: number, preset = 'biggan-256'): string =>
    hints({ images }, accelerated, 'a.yaml', resolution, preset).join('\n');
  expect(few(1000, 256)).toContain('ganymede recommend <data> --preset fastgan-few-shot');
  for (const other of [few(1001, 256), few(1000, 128), few(1000, 256, 'fastgan-few-shot')])
    expect(other).not.toContain('--preset fastgan-few-shot');
});

test('who has no GPU is told of networks that need little time, where there are any', () => {
  const told = (resolution: Resolution, preset = 'cifar10-small', isAccelerated = false): boolean =>
    hints({ images: 50_000 }, { isAccelerated }, 'a.yaml', resolution, preset)
      .join('\n')
      .includes('ganymede recommend <data> --preset dcgan-small');
  expect([told(32), told([48, 64])]).toEqual([true, true]);
  expect([told(128), told([64, 96]), told(32, 'dcgan-small'), told(32, 'cifar10', true)]).toEqual(
    Array(4).fill(false),
  );
});
