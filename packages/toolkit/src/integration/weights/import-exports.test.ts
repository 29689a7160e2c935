import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { exportRun } from '@ganymede/importers';
import { exportAs, importRun, sample } from '../../operations.js';

/*
 * What `export` wrote becomes a run again, whose images are those of the run that was exported.
 */

const demo = resolve(__dirname, '../../../../cli/demo');
const repository = resolve(__dirname, '../../../../..');
const wasm = { path: ['backend'], value: { use: 'wasm', threads: 1 }, flag: '--backend' };

const folder = mkdtempSync(join(tmpdir(), 'ganymede-exports-'));
const made: string[] = [];
afterAll(() => {
  rmSync(folder, { recursive: true });
  for (const path of made) rmSync(path, { recursive: true });
});

/** A stand-in for what only a build makes: neither is read back. */
function builtFile(path: string): void {
  const file = join(repository, 'packages/exporters', path);
  if (existsSync(file)) return;
  if (!existsSync(dirname(file))) made.push(dirname(file));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, '');
}

const imagesOf = async (run: string): Promise<Uint8Array> => {
  const options = {
    seed: 4,
    ema: true,
    statistics: 'running',
    perClass: 1,
    backend: { use: 'wasm' },
  } as const;
  return (await sample({ run, ...options })).images;
};

/** Greatest difference of two sets of pixels. */
const most = (a: Uint8Array, b: Uint8Array): number =>
  a.reduce((greatest, value, i) => Math.max(greatest, Math.abs(value - b[i]!)), 0);

const exported = (to: 'web' | 'npm'): string => join(folder, to);
let images: Uint8Array;
beforeAll(async () => {
  builtFile('page/index.html');
  builtFile('runtime/node.cjs');
  const options = { run: demo, statistics: false } as const;
  await exportAs({ ...options, to: 'web', out: exported('web') });
  const out = relative(process.cwd(), exported('npm'));
  const { next } = await exportAs({ ...options, to: 'npm', out, precision: 'float32' });
  expect(next).toBe(`take it into a project: npm install ${exported('npm')}`);
  images = await imagesOf(demo);
});

test.each([
  // Half a unit of float16 may move a pixel by one or two.
  ['web', 2, ''],
  ['npm', 1, ''],
  ['npm', 1, 'generator'],
  ['npm', 1, 'generator/config.json'],
] as const)(
  '--to %s is read back, with images within %i of 255: from its folder/%s',
  async (to, bound, inside) => {
    const run = join(folder, `run-${to}-${inside.replace(/\W/g, '-')}`);
    const result = await importRun({
      paths: [join(exported(to), inside)],
      runFolder: run,
      assignments: [wasm],
    });
    const { trained } = JSON.parse(readFileSync(join(exported(to), 'generator/config.json'), 'utf8')) as {
      trained: { step: number };
    };
    expect(result).toMatchObject({ format: 'exported generator', step: trained.step, classes: 10 });
    expect(Object.keys(result.files)).toEqual(['generator.safetensors']);
    expect(result.notes).toContain(
      'spectral norm is folded into the weights: the network of this run has none',
    );
    expect(result.notes.includes('weights were rounded to float16')).toBe(to === 'web');
    const found = await imagesOf(run);
    expect(found).toHaveLength(images.length);
    expect(most(found, images)).toBeLessThanOrEqual(bound);
    expect(new Set(images).size).toBeGreaterThan(100);
  },
);

test('without the config of the run the generator is read all the same', async () => {
  const alone = join(folder, 'alone');
  cpSync(join(exported('npm'), 'generator'), alone, { recursive: true });
  const run = join(folder, 'run-alone');
  const { notes } = await importRun({ paths: [alone], runFolder: run, assignments: [wasm] });
  expect(notes).toContain('the recipe is the default one: there is no run-config.json');
  expect(most(await imagesOf(run), images)).toBeLessThanOrEqual(1);
});

test('a generator is built as high and as wide as it says', async () => {
  const tall = join(folder, 'tall');
  cpSync(join(exported('npm'), 'generator'), tall, { recursive: true });
  const file = join(tall, 'config.json');
  const config = JSON.parse(readFileSync(file, 'utf8')) as {
    imageShape: object;
    generator: { use: string; channels: number };
  };
  writeFileSync(
    file,
    JSON.stringify({ ...config, imageShape: { ...config.imageShape, height: 48, width: 32 } }),
  );
  expect(config.generator.use).toBe('biggan');
  // The weights begin with 4x4, which such images do not: 6x4 positions of 4 channels each.
  const first = 6 * 4 * 4 * config.generator.channels;
  await expect(
    importRun({ paths: [tall], runFolder: join(folder, 'run-tall'), assignments: [wasm] }),
  ).rejects.toThrow(new RegExp(`linear\\.(weight|bias)[^\n]*\\b${first}\\b`));
});

test('--to safetensors is read back, with the same images', async () => {
  const out = join(folder, 'weights');
  await exportRun({ run: demo, to: 'safetensors', out });
  // A graph beside weights takes nothing from them.
  writeFileSync(join(out, 'generator.onnx'), 'graph');
  const run = join(folder, 'run-weights');
  await importRun({ paths: [out], runFolder: run, assignments: [wasm] });
  expect(await imagesOf(run)).toEqual(images);
});

describe('what is damaged is named, and nothing is written', () => {
  const weights = 'generator/model.safetensors';
  test.each<[string, (out: string) => void, RegExp]>([
    [
      'a bit that flipped',
      (out) => {
        const bytes = readFileSync(join(out, weights));
        bytes[bytes.length - 5]! ^= 1;
        writeFileSync(join(out, weights), bytes);
      },
      /model\.safetensors: SHA-256: expected/,
    ],
    [
      'a file cut short',
      (out) => writeFileSync(join(out, weights), readFileSync(join(out, weights)).subarray(0, -1)),
      /model\.safetensors: expected \d+ bytes/,
    ],
    ['a file that is gone', (out) => unlinkSync(join(out, weights)), /model\.safetensors: expected a file/],
    [
      'a config of the run that is no JSON',
      (out) => writeFileSync(join(out, 'run-config.json'), '{'),
      /run-config\.json: expected JSON/,
    ],
  ])('%s', async (_, damage, message) => {
    const out = join(folder, 'damaged');
    rmSync(out, { recursive: true, force: true });
    cpSync(exported('npm'), out, { recursive: true });
    damage(out);
    const run = join(folder, 'run-damaged');
    await expect(importRun({ paths: [out], runFolder: run, assignments: [wasm] })).rejects.toMatchObject({
      code: 'GENERATOR_DAMAGED',
      message: expect.stringMatching(message),
    });
    expect(existsSync(run)).toBe(false);
  });
});

test.each(['generator.onnx', 'saved_model.pb'])(
  '%s is refused, as a file and in its folder',
  async (name) => {
    const out = join(folder, `graph-${name}`);
    mkdirSync(out);
    writeFileSync(join(out, name), 'graph');
    for (const path of [out, join(out, name)])
      await expect(
        importRun({ paths: [path], runFolder: join(folder, 'none'), assignments: [wasm] }),
      ).rejects.toMatchObject({ code: 'CANNOT_IMPORT', message: expect.stringContaining(name) });
  },
);
