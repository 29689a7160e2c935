import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  parseAxis,
  mergeSweeps,
  parseSweep,
  readSweep,
  settingOf,
  type SweepDocument,
} from '@ganymede/sweeps';
import { resolveSweep } from '../../operations.js';

const resolved = (document: SweepDocument) => resolveSweep(parseSweep(document, 'sweep', '/there'));
const quickstart = { preset: 'quickstart' };

test('every cell has one run a seed; runs come seed by seed, so that a table fills evenly', async () => {
  const { runs, cells, name, keys } = await resolved({
    base: { ...quickstart, seed: 5 },
    grid: { batchSize: [16, 64] },
    seeds: 2,
  });
  expect(name).toBe('quickstart');
  expect(keys).toEqual(['batchSize']);
  expect(runs.map(({ id, config }) => [id, config.seed, config.batchSize])).toEqual([
    ['batchSize-16-seed-5', 5, 16],
    ['batchSize-64-seed-5', 5, 64],
    ['batchSize-16-seed-6', 6, 16],
    ['batchSize-64-seed-6', 6, 64],
  ]);
  expect(cells.map((cell) => cell.runs.map(({ seed }) => seed))).toEqual([
    [5, 6],
    [5, 6],
  ]);
  expect((await resolved({ seeds: [3, 1] })).runs.map(({ seed }) => seed)).toEqual([3, 1]);
});

test('a later row wins over an earlier one, whatever the depth of their keys', async () => {
  const { cells } = await resolved({
    rows: [
      { name: 'one', set: { regularizers: [{ use: 'r1', gamma: 1 }] } },
      { name: 'two', set: { 'regularizers.0.gamma': 2 } },
      { name: 'three', set: { regularizers: [{ use: 'r1', gamma: 3 }] } },
      { name: 'four', set: { generator: { channels: 32 } } },
      { name: 'five', set: { generator: { hierarchical: false } } },
    ],
  });
  const configs = cells.map(({ runs }) => runs[0]!.config);
  expect(configs.slice(0, 3).map(({ regularizers }) => regularizers[0]!['gamma'])).toEqual([1, 2, 3]);
  expect(configs[4]!.generator).toMatchObject({ channels: 32, hierarchical: false });
});

test('a preset in a cell takes the place of the base', async () => {
  const { cells } = await resolved({
    base: { preset: 'cifar10', data: 'shapes' },
    grid: { preset: ['cifar10', 'sngan-32'] },
  });
  expect(cells.map(({ runs }) => runs[0]!.config.generator.use)).toEqual(['biggan', 'sngan']);
  expect(cells.map(({ runs }) => runs[0]!.config.preset)).toEqual(['cifar10', 'sngan-32']);
});

test('at equal images steps follow from the batch, accumulation and discriminator steps', async () => {
  const { runs } = await resolved({
    base: { steps: 100, batchSize: 32 },
    equal: 'images',
    cells: [
      { name: 'base' },
      { name: 'large', set: { batchSize: 96 } },
      { name: 'accumulated', set: { accumulation: 4 } },
      { name: 'two D steps', set: { discriminatorSteps: 2 } },
      { name: 'huge', set: { batchSize: 100_000 } },
    ],
  });
  expect(runs.map(({ config }) => config.steps)).toEqual([100, 33, 25, 50, 1]);
  await expect(
    resolved({ equal: 'images', cells: [{ name: 'x', set: { steps: 5 } }] }),
  ).rejects.toMatchObject({
    code: 'BAD_SWEEP',
    message: 'cell x: expected no steps, which follow from `equal: images`, got 5',
  });
});

test('what is wrong in cells is told of all of them at once, by name', async () => {
  await expect(
    resolved({
      base: quickstart,
      cells: [
        { name: 'fine', set: { batchSize: 8 } },
        { name: 'mistyped', set: { 'generator.chanels': 8 } },
        { name: 'wrong', set: { batchSize: 'many' } },
      ],
    }),
  ).rejects.toMatchObject({
    code: 'BAD_OPTION',
    message: expect.stringMatching(
      /^cell mistyped: generator\.chanels: expected an option of .*, got chanels \(cell mistyped\)\ncell wrong: batchSize: expected .*, got "many" \(cell wrong\)$/,
    ),
    hint: expect.stringContaining('Did you mean channels?'),
  });
});

test('what is wrong in the base is told once, as of no cell', async () => {
  await expect(resolved({ base: { batchSize: 0 }, grid: { steps: [1, 2] } })).rejects.toMatchObject({
    code: 'BAD_OPTION',
    message: expect.stringMatching(/^batchSize: /),
  });
});

test.each<[SweepDocument, string]>([
  [
    { base: quickstart, cells: [{ name: 'a' }, { name: 'b', set: { batchSize: 32 } }] },
    'cell b: expected a config of its own, got that of a',
  ],
  [{ seeds: [1, 1] }, 'seeds: expected each seed once, got 1 twice'],
  [
    { evaluate: { checkpoint: 'best' } },
    'cell base: expected evaluate.every above 0 for the checkpoint `best`, got 0',
  ],
])('%j is refused', async (document, message) => {
  await expect(resolved(document)).rejects.toMatchObject({ code: 'BAD_SWEEP', message });
});

test('a document that is none, an unknown key, a wrong value', () => {
  expect(() => parseSweep(null, 'x.yaml', '.')).toThrow(expect.objectContaining({ code: 'BAD_CONFIG' }));
  expect(() => parseSweep({ gird: {} }, 'x.yaml', '.')).toThrow(
    expect.objectContaining({ code: 'BAD_OPTION', hint: expect.stringContaining('Did you mean grid?') }),
  );
  expect(() => parseSweep({ name: '../up' }, 'x.yaml', '.')).toThrow(
    'name: expected letters, digits, dots, dashes and underscores, got "../up"',
  );
});

describe('paths', () => {
  test('of a file start from its folder, of flags from where they are typed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ganymede-sweep-'));
    try {
      writeFileSync(
        join(folder, 'sweep.yaml'),
        `base: recipe.yaml
grid: { data: [{ use: image-folder, path: photos }], data.path: [a, /b] }
evaluate: { metrics: [fid], extractor: { use: trained-classifier, weights: x.safetensors } }
`,
      );
      const spec = await readSweep(join(folder, 'sweep.yaml'));
      expect(spec).toMatchObject({
        base: join(folder, 'recipe.yaml'),
        grid: {
          data: [{ use: 'image-folder', path: join(folder, 'photos') }],
          'data.path': [join(folder, 'a'), '/b'],
        },
        evaluate: {
          metrics: [{ use: 'fid' }],
          extractor: { use: 'trained-classifier', weights: join(folder, 'x.safetensors') },
        },
      });
      const again = parseSweep(JSON.parse(JSON.stringify(spec)), 'sweep.json', '/elsewhere');
      expect(again).toEqual(spec);
      const data = { use: 'auto', path: 'mine' };
      expect(settingOf({ path: ['data'], value: data, flag: '--data mine' }, '/here')).toEqual({
        data: { use: 'auto', path: '/here/mine' },
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test('a base that is a file is read as --config is', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ganymede-sweep-'));
    try {
      writeFileSync(join(folder, 'recipe.yaml'), 'preset: quickstart\nbatchSize: 8\n');
      const spec = parseSweep({ base: 'recipe.yaml', set: { steps: 7 } }, 'sweep', folder);
      const [run] = (await resolveSweep(spec)).runs;
      expect(run!.config).toMatchObject({ batchSize: 8, steps: 7, generator: { channels: 16 } });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

test('flags are laid over a file key by key', () => {
  expect(
    mergeSweeps(
      { name: 'a', set: { steps: 1, seed: 2 }, grid: { batchSize: [1] }, evaluate: { samples: 5, seed: 1 } },
      { set: { steps: 3 }, grid: { steps: [1, 2] }, evaluate: { samples: 6 }, seeds: 2 },
    ),
  ).toEqual({
    name: 'a',
    set: { steps: 3, seed: 2 },
    grid: { batchSize: [1], steps: [1, 2] },
    evaluate: { samples: 6, seed: 1 },
    seeds: 2,
  });
  expect(mergeSweeps({ evaluate: { samples: 5 } }, { evaluate: null }).evaluate).toBeNull();
});

test('an axis as it is typed', () => {
  expect(parseAxis('batchSize=16,64')).toEqual({ batchSize: [16, 64] });
  expect(parseAxis('a.b,c.d=1e-4, x')).toEqual({ 'a.b,c.d': [1e-4, 'x'] });
  expect(parseAxis('regularizers=[],[{ use: r1 }]')).toEqual({ regularizers: [[], [{ use: 'r1' }]] });
  for (const text of ['batchSize', '=1', 'batchSize=', 'batchSize=[1'])
    expect(() => parseAxis(text)).toThrow(expect.objectContaining({ code: 'BAD_SWEEP' }));
});
