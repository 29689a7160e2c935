import { readSafetensors, SafetensorsFile } from '@ganymede/checkpoints';
import { auto } from '@ganymede/datasets';
import { unzipSync } from 'fflate';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import type { SampleManifest, SampleResult } from './types.js';
import { writeSamples } from './write-samples.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ganymede-samples-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const manifest: SampleManifest = {
  run: 'mine',
  step: 12,
  weights: 'ema',
  statistics: 'running',
  truncation: { use: 'std', threshold: 0.5 },
  seed: 3,
  drawnClasses: ['cat', 'big dog/2', '\u9c7c'],
  sampler: { use: 'drs', percentile: 80 },
  samplerReport: { acceptanceRate: 0.25 },
};

const samples = (labels: readonly number[]): SampleResult => ({
  images: Uint8Array.from({ length: labels.length * 4 * 4 * 3 }, (_, k) => k % 251),
  labels: Int32Array.from(labels),
  shape: { height: 4, width: 4, channels: 3 },
  classes: ['cat', 'big dog/2'],
  manifest,
});

test('npz holds images, labels and the names of classes', async () => {
  const given = samples([0, 0, 1, 1]);
  const path = join(folder, 'deep/er.npz');
  expect(await writeSamples(given, { out: path })).toEqual([path]);
  const files = unzipSync(readFileSync(path));
  expect(Object.keys(files)).toEqual(['images.npy', 'labels.npy', 'classes.npy', 'manifest.npy']);
  const values = (name: string): Uint8Array => files[name]!.subarray(128);
  expect(Buffer.compare(values('images.npy'), given.images)).toBe(0);
  expect(new Int32Array(values('labels.npy').slice().buffer)).toEqual(given.labels);
});

test('npz is read as it was written: images, labels, names in any script', async () => {
  const classes = ['tench, Tinca tinca', '\u9c7c \ud83d\udc1f', '__proto__', ' 7 '];
  const given = { ...samples([3, 0, 0, 1]), classes };
  const path = join(folder, 'a.npz');
  await writeSamples(given, { out: path });
  const context = { cacheFolder: folder, resolution: 4, channels: 3, strict: true } as const;
  const read = await auto.create(auto.options.parse({ path }), {} as never).open(context);
  // A class without samples is none of theirs.
  expect(read.classes).toEqual([classes[0], classes[1], classes[3]]);
  expect([...read.labels()]).toEqual([2, 0, 0, 1]);
  expect(await read.read([0, 1, 2, 3])).toEqual(given.images);
});

test('a folder of PNGs is read with the classes that it was made of, whatever their names', async () => {
  const classes = ['tench, Tinca tinca', '\u9c7c "\ud83d\udc1f"', '__proto__'];
  await writeSamples({ ...samples([2, 0, 1]), classes }, { out: folder, formats: ['png'] });
  const context = { cacheFolder: join(folder, '.cache'), resolution: 4, channels: 3, strict: true } as const;
  const read = await auto.create(auto.options.parse({ path: folder }), {} as never).open(context);
  expect([...read.labels()].map((label) => read.classes[label])).toEqual([
    classes[2],
    classes[0],
    classes[1],
  ]);
  await read.close();
});

test('a sheet beside samples is none of them, whatever it is called', async () => {
  await writeSamples(samples([0, 1, 1]), { out: folder, formats: ['png', 'sheet'] });
  await writeSamples(samples([0, 1]), { out: join(folder, 'overview.png') });
  expect(readdirSync(folder)).toEqual(expect.arrayContaining(['sheet.png', 'overview.png']));
  const context = { cacheFolder: join(folder, '.cache'), resolution: 4, channels: 3, strict: true } as const;
  const read = await auto.create(auto.options.parse({ path: folder }), {} as never).open(context);
  expect([read.length, read.report.skipped]).toEqual([3, []]);
  await read.close();
});

test('safetensors says what the classes are', async () => {
  const given = samples([1, 0]);
  const path = join(folder, 'a.safetensors');
  await writeSamples(given, { out: path });
  const { images, labels } = await readSafetensors(path);
  expect(images).toEqual({ dtype: 'U8', shape: [2, 4, 4, 3], data: given.images });
  expect(labels!.data).toEqual(given.labels);
});

test('every file says how it was made', async () => {
  const given = samples([1, 0]);
  await writeSamples(given, { out: folder, formats: ['sheet', 'png', 'npz', 'safetensors'] });
  const textOf = async (name: string): Promise<unknown> => {
    const { comments = [] } = await sharp(join(folder, name)).metadata();
    const found = comments.filter(({ keyword }) => keyword === 'ganymede').map(({ text }) => text);
    expect(found).toHaveLength(1);
    return JSON.parse(found[0]!);
  };
  expect(await textOf('sheet.png')).toEqual(manifest);
  const { drawnClasses: _, ...common } = manifest;
  expect(await textOf('00000-big_dog_2.png')).toEqual({ ...common, class: 'big dog/2', image: 0 });
  expect(await textOf('00001-cat.png')).toEqual({ ...common, class: 'cat', image: 1 });
  const npz = unzipSync(readFileSync(join(folder, 'samples.npz')))['manifest.npy']!;
  // numpy's texts are four bytes a character.
  const points = new Uint32Array(npz.slice(128).buffer);
  expect(JSON.parse(String.fromCodePoint(...points))).toEqual(manifest);
  const file = await SafetensorsFile.open(join(folder, 'samples.safetensors'));
  expect(file.metadata).toMatchObject({
    run: 'mine',
    step: '12',
    truncation: JSON.stringify(manifest.truncation),
    sampler: JSON.stringify(manifest.sampler),
    samplerReport: JSON.stringify(manifest.samplerReport),
    classes: JSON.stringify(given.classes),
  });
  await file.close();
});

test.each([
  [
    [0, 0, 0, 1, 1, 1],
    [3, 2],
  ],
  [
    [0, 1, 0, 1],
    [2, 2],
  ],
  [
    [0, 0, 0, 0, 0],
    [3, 2],
  ],
])('a sheet of %j is %j images', async (labels, [columns, rows]) => {
  const [path] = await writeSamples(samples(labels), { out: folder });
  const { width, height } = await sharp(path).metadata();
  expect([width! / 4, height! / 4]).toEqual([columns, rows]);
});

test('a PNG a sample is named by number and class, in names that every disk takes', async () => {
  await writeSamples(samples([0, 1]), { out: folder, formats: ['png'] });
  expect(readdirSync(folder).sort()).toEqual(['00000-cat.png', '00001-big_dog_2.png', 'metadata.jsonl']);
});

test('an ending that contradicts the formats is refused', async () => {
  await expect(
    writeSamples(samples([0]), { out: join(folder, 'a.npz'), formats: ['png'] }),
  ).rejects.toMatchObject({
    code: 'BAD_FORMAT',
    message: expect.stringContaining('expected format npz, got png'),
  });
});
