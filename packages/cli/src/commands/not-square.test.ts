import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { ownFolder } from '../testing/own-folder.js';
import { runHere } from '../testing/run-here.js';

/*
 * Images that are not square from the data to every output, by the commands that people type. Height and width differ, so
 * that whatever swaps them gives another size or other pixels.
 */

const [height, width] = [48, 32];
ownFolder('not-square', { cache: true });

/** Pictures whose colours say where they are: red grows downwards, green to the right. */
async function writePictures(): Promise<void> {
  for (const [name, blue] of [
    ['dark', 20],
    ['light', 220],
  ] as const) {
    mkdirSync(join('pictures', name), { recursive: true });
    for (let i = 0; i < 8; i++) {
      const pixels = Uint8Array.from({ length: height * width * 3 }, (_, at) => {
        const pixel = Math.floor(at / 3);
        return [4 * Math.floor(pixel / width) + i, 4 * (pixel % width) + i, blue][at % 3]!;
      });
      const png = await sharp(pixels, { raw: { width, height, channels: 3 } })
        .png()
        .toBuffer();
      writeFileSync(join('pictures', name, `${i}.png`), png);
    }
  }
}

beforeAll(async () => {
  await writePictures();
  writeFileSync(
    'tall.yaml',
    `backend: { use: wasm, threads: 1 }
data: { use: image-folder, path: pictures }
generator: { use: biggan, channels: 2, latentSize: 8, sharedSize: 4, attention: [16] }
discriminator: { use: biggan, channels: 2, attention: [] }
flip: true
augmentation: ada
steps: 2
batchSize: 2
ema: { decay: 0.5, start: 1 }
sample: { every: 2, perClass: 3 }
checkpoint: { every: 1 }
log: { every: 1 }
`,
  );
});

const tall = (...more: string[]): string[] => ['-c', 'tall.yaml', '--resolution', '48,32', ...more];

/** All bytes of the tensors of a run's newest checkpoint. */
function tensorsOf(run: string): Record<string, Buffer> {
  const newest = join(run, 'checkpoints', readdirSync(join(run, 'checkpoints')).sort().at(-1)!);
  const names = readdirSync(newest).filter((name) => name.endsWith('.safetensors'));
  expect(names.length).toBeGreaterThan(3);
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(newest, name))]));
}

const sizeOf = async (path: string): Promise<readonly [number, number]> => {
  const { height: h, width: w } = await sharp(path).metadata();
  return [h, w];
};

test('train, and resume bit for bit', async () => {
  const straight = await runHere('train', ...tall('--name', 'straight'));
  expect([straight.code, straight.stderr]).toEqual([0, '']);
  const config = JSON.parse(readFileSync('runs/straight/config.json', 'utf8')) as { resolution: unknown };
  expect(config.resolution).toEqual([height, width]);
  expect((await runHere('train', ...tall('--name', 'stopped', '--steps', '1'))).code).toBe(0);
  expect((await runHere('resume', 'stopped', '--steps', '2')).code).toBe(0);
  expect(tensorsOf('runs/stopped')).toEqual(tensorsOf('runs/straight'));
  // A class a row, three images each.
  const [sheet] = readdirSync('runs/straight/samples').filter((name) => name.endsWith('.png'));
  expect(await sizeOf(join('runs/straight/samples', sheet!))).toEqual([2 * height, 3 * width]);
});

test('samples: the pixels of every PNG are those of the array', async () => {
  const formats = ['npz', 'png', 'sheet'].flatMap((format) => ['--format', format]);
  expect((await runHere('sample', 'straight', '--count', '2', '--seed', '1', ...formats)).code).toBe(0);
  const pngs = readdirSync('runs/straight/sampled', { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.png') && !name.endsWith('sheet.png'));
  expect(pngs).toHaveLength(2);
  const npz = readFileSync('runs/straight/sampled/samples.npz');
  expect(npz.includes(`(2, ${height}, ${width}, 3)`)).toBe(true);
  for (const png of pngs) {
    const path = join('runs/straight/sampled', png);
    expect(await sizeOf(path)).toEqual([height, width]);
    // Members are stored as they are.
    expect(npz.includes(await sharp(path).raw().toBuffer())).toBe(true);
  }
});

test('an extractor of that size, and an evaluation by it', async () => {
  const extractor = ['data', 'extractor', 'train', '--data', 'pictures', '--resolution', '48,32'];
  const small = ['--steps', '1', '--batch-size', '4', '--width', '2', '--backend', 'wasm'];
  expect((await runHere(...extractor, '--out', 'e.safetensors', ...small)).code).toBe(0);
  const measured = await runHere(
    ...['evaluate', 'straight', '--extractor', 'trained-classifier', '--weights', 'e.safetensors'],
    ...['--metrics', 'fid,sfid', '--samples', '16', '--json'],
  );
  expect([measured.code, measured.stderr]).toEqual([0, expect.any(String)]);
  const { evaluation } = JSON.parse(measured.stdout) as {
    evaluation: { numbers: Record<string, number>; manifest: object };
  };
  expect(Object.values(evaluation.numbers).every(Number.isFinite)).toBe(true);
  expect(JSON.stringify(evaluation.manifest)).toContain(`${height}x${width}`);
});

test('exports: what can hold it does, what cannot refuses', async () => {
  expect((await runHere('export', 'straight', '--to', 'onnx', '--out', 'model')).code).toBe(0);
  expect(readFileSync('model/README.md', 'utf8')).toContain(`float32 [batch, 3, ${height}, ${width}]`);
  expect((await runHere('export', 'straight', '--to', 'safetensors', '--out', 'weights')).code).toBe(0);
  const imported = await runHere('import', 'weights', '--backend', 'wasm', '--threads', '1');
  expect([imported.code, imported.stderr]).toEqual([0, '']);
  const torch = await runHere('export', 'straight', '--to', 'biggan-pytorch', '--out', 'torch');
  expect([torch.code, torch.stderr]).toEqual([2, expect.stringContaining('error CANNOT_EXPORT: ')]);
  expect(torch.stderr).toContain('biggan of 48x32 pixels');
});

test('a size that the network cannot have is refused before anything is made, with the nearest', async () => {
  const odd = await runHere('train', '-c', 'tall.yaml', '--resolution', '50,33', '--name', 'odd');
  expect([odd.code, odd.stderr]).toEqual([2, expect.stringContaining('error UNSUPPORTED_RESOLUTION: ')]);
  expect(odd.stderr).toContain('nearest are 48x32, ');
  const text = await runHere('train', '-c', 'tall.yaml', '--resolution', '48x32', '--name', 'odd');
  expect([text.code, text.stderr]).toEqual([2, expect.stringContaining('error BAD_OPTION: ')]);
});
