import { EventLog, RunFolder, writeCheckpoint, writeSafetensors } from '@ganymede/checkpoints';
import { writeTorchFile } from '@ganymede/torch-files';
import {
  AppendFile,
  expectWritable,
  isTemporaryName,
  SafeFile,
  writeFileSafely,
  writeFolderSafely,
} from '@ganymede/files';
import { csv, tensorboard } from '@ganymede/reporters';
import { mountSmallDisk } from '@ganymede/testing';
import { mkdirSync, readdirSync, readFileSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeAnalysis, inspect } from '@ganymede/analysis';
import { ReferenceCache } from '@ganymede/evaluation';
import { writeSamples, type SampleFormat, writeInterpolation } from '@ganymede/sampling';
import { writeReport } from '@ganymede/report';

/** A real file system of 1 MiB that is nearly full, and every way that the toolkit writes. */
const small = mountSmallDisk(1024);
afterAll(() => small?.unmount());
const disk = small?.folder ?? '';
const note = small ? '' : ' (skipped: this process may not mount a file system)';
const onFullDisk = small ? describe : describe.skip;

/** Leaves so much room, whatever is there. */
function fill(kib: number): void {
  const { bavail, bsize } = statfsSync(disk);
  writeFileSync(join(disk, 'ballast'), Buffer.alloc(Math.max(0, bavail * bsize - kib * 1024), 1));
}

/** Paths of everything there but the ballast. */
function content(folder = disk): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name !== 'ballast' && statSync(join(folder, name)).isFile())
    .sort();
}

/** Noise, which no format makes smaller. */
const noise = (length: number): Uint8Array => {
  const bytes = new Uint8Array(length);
  for (let i = 0, state = 1; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
};
const shape = { height: 64, width: 64, channels: 3 };
const samples = {
  images: noise(40 * 64 * 64 * 3),
  labels: Int32Array.from({ length: 40 }, (_, i) => i % 2),
  shape,
  classes: ['a', 'b'],
  manifest: {
    step: 1,
    weights: 'ema' as const,
    statistics: 'running' as const,
    truncation: 'none',
    seed: 0,
    drawnClasses: ['a', 'b'],
  },
};
const animated = { images: samples.images.subarray(0, 4 * 64 * 64 * 3), shape, paths: 2, steps: 2 };
const tensors = { w: { dtype: 'F32' as const, shape: [100_000], data: new Float32Array(100_000).fill(1) } };
const at = (name: string): string => join(disk, 'out', name);
const sampled = (format: SampleFormat) => (): Promise<unknown> =>
  writeSamples(samples, { out: at('samples'), formats: [format] });
const run = join(disk, 'run');

const writers: readonly (readonly [name: string, write: () => Promise<unknown>, file: string])[] = [
  ['a sheet', sampled('sheet'), 'samples/sheet.png'],
  ['an npz', sampled('npz'), 'samples/samples.npz'],
  ['samples as safetensors', sampled('safetensors'), 'samples/samples.safetensors'],
  ['an animation', () => writeInterpolation(animated, at('a.webp')), 'a.webp'],
  ['a GIF', () => writeInterpolation(animated, at('a.gif')), 'a.gif'],
  ['weights', () => writeSafetensors(at('w.safetensors'), tensors), 'w.safetensors'],
  ['weights for torch', () => writeTorchFile(at('w.pth'), tensors), 'w.pth'],
  ['a report', () => writeReport(run, at('report.html')), 'report.html'],
  ['figures', () => inspect({ run, out: at('inspection') }), 'inspection/spectra.svg'],
  [
    'an analysis',
    () =>
      writeAnalysis(
        at('analysis'),
        { kind: 'logits', subject: { name: 'run', step: 1 }, conditions: {} } as never,
        [{ id: 'p', title: 'p', content: noise(300_000) }],
      ),
    'analysis/logits-00000001-44136fa3-p.png',
  ],
  [
    'a folder',
    () =>
      writeFolderSafely(at('export'), async (temporary) => {
        await writeFileSafely(join(temporary, 'config.json'), '{}');
        await writeSafetensors(join(temporary, 'generator.safetensors'), tensors);
      }),
    'export/generator.safetensors',
  ],
  [
    'a checkpoint',
    () => writeCheckpoint(at('run'), 3, { tensorFiles: { 'g.safetensors': tensors }, state: {} }),
    'run/checkpoints/00000003',
  ],
];

onFullDisk(`a full disk${note}`, () => {
  beforeAll(async () => {
    const made = await RunFolder.create(run, { config: {}, environment: {} });
    const spectrum = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`layer${i}`, [3, 2, 1]]));
    for (const step of [1, 2])
      made.events.append({ step, spectrum: { generator: spectrum, discriminator: spectrum } });
    await made.close();
  });
  beforeEach(() => mkdirSync(join(disk, 'out')));
  afterEach(() => {
    for (const name of ['ballast', 'out']) rmSync(join(disk, name), { recursive: true, force: true });
  });

  test.each(writers)(
    '%s: the path is named, nothing is left, what was there stays',
    async (_, write, file) => {
      writeFileSync(at('mine'), 'mine');
      const before = content();
      fill(8);
      const error = await write().catch((one: unknown) => one);
      expect(error).toMatchObject({ code: 'DISK_FULL', kind: 'failed', hint: expect.any(String) });
      expect((error as Error).message).toContain(at(file));
      // Whole files of a set that did not fit may stay; halves and temporaries may not.
      expect(content().filter((name) => isTemporaryName(name.split('/').at(-1)!))).toEqual([]);
      expect(content()).not.toContain(join('out', file));
      expect(content()).toEqual(expect.arrayContaining(before));
    },
  );

  test('a cache of a reference is passed over, with the reason; nothing is left', async () => {
    fill(8);
    const summary = { arrays: async () => ({ w: tensors.w.data }) };
    const cache = new ReferenceCache(at('references'));
    expect(await cache.write({ a: 1 }, { summary: { key: 'k' } } as never, summary as never)).toContain(
      `${at('references')}/`,
    );
    expect(content(at('references'))).toEqual([]);
  });

  test('of PNGs, those that fitted are whole', async () => {
    fill(100);
    await expect(sampled('png')()).rejects.toMatchObject({
      code: 'DISK_FULL',
      message: expect.stringMatching(/out\/samples\/\d{5}-[ab]\.png: expected room/),
    });
    const written = content(at('samples'));
    expect(written.length).toBeGreaterThan(2);
    for (const name of written) {
      expect(name).toMatch(/^\d{5}-[ab]\.png$/);
      // The last chunk of a PNG.
      expect(
        readFileSync(join(at('samples'), name))
          .subarray(-8, -4)
          .toString(),
      ).toBe('IEND');
    }
  });

  test('a file that grew bit by bit is gone', async () => {
    fill(64);
    const file = await SafeFile.create(at('cache'));
    const grow = async (): Promise<void> => {
      for (;;) await file.write(Buffer.alloc(10_000));
    };
    await expect(grow()).rejects.toMatchObject({
      code: 'DISK_FULL',
      message: expect.stringContaining(at('cache')),
    });
    expect(content(join(disk, 'out'))).toEqual([]);
  });

  test.each([
    ['the event log', (path: string) => EventLog.open(path), 'events.jsonl'],
    ['the CSV reporter', (path: string) => reporterOf(csv, path), 'events.csv'],
    ['the TensorBoard reporter', (path: string) => reporterOf(tensorboard, path), 'board/events.out'],
    [
      'any log',
      (path: string) => {
        const log = AppendFile.open(path, { lines: true });
        return {
          append: (event: object) => log.append(`${JSON.stringify(event)}\n`),
          close: () => log.close(),
        };
      },
      'log',
    ],
  ])('%s names its path and ends with the last whole record', async (_, open, name) => {
    const path = at(name.split('/')[0]!);
    const log = open(path);
    log.append({ step: 1, x: 1 });
    fill(16);
    const grow = (): void => {
      for (let i = 0; i < 2000; i++) log.append({ step: 2 + i, text: 'x', [`name${'x'.repeat(200)}`]: i });
    };
    expect(grow).toThrow(
      expect.objectContaining({ code: 'DISK_FULL', message: expect.stringContaining(at(name)) }),
    );
    await log.close();
    const [file] = content(join(disk, 'out'));
    const bytes = readFileSync(join(disk, 'out', file!));
    if (name.endsWith('events.out')) expectWholeRecords(bytes);
    else expect(bytes.at(-1)).toBe(0x0a);
  });
});

const readOnly = mountSmallDisk(64);
afterAll(() => readOnly?.unmount());

(readOnly ? describe : describe.skip)(`a file system that is read-only${readOnly ? '' : note}`, () => {
  beforeAll(() => readOnly!.makeReadOnly());
  const below = join(readOnly?.folder ?? '', 'a', 'b', 'c');

  // Node's recursive mkdir says ENOENT here, "a folder that is not there", of folders that were to be made.
  test.each([
    ['a file', () => writeFileSafely(join(below, 'file'), 'x')],
    ['a file that grows', () => SafeFile.create(below)],
    ['a folder', () => writeFolderSafely(below, async () => undefined)],
    ['a run', () => RunFolder.create(below, { config: {}, environment: {} })],
    ['a place that is asked before long work', () => expectWritable(join(below, 'file'))],
  ])('%s: it is said that it is', async (_, write) => {
    await expect(write()).rejects.toMatchObject({
      code: 'CANNOT_WRITE',
      message: expect.stringMatching(/a file system that is read-only \(EROFS\)/),
    });
  });
});

/** A reporter as a log. */
function reporterOf(
  component: typeof csv | typeof tensorboard,
  path: string,
): { append(event: { step: number }): void; close(): Promise<void> } {
  const reporter = component.create({ path }, { runFolder: disk, now: () => 0 } as never);
  return { append: (event) => reporter.report(event), close: () => reporter.close() };
}

/** TFRecords: a length of 8 bytes, its checksum, the data, its checksum. */
function expectWholeRecords(bytes: Buffer): void {
  let end = 0;
  while (end < bytes.length) end += 16 + Number(bytes.readBigUInt64LE(end));
  expect(end).toBe(bytes.length);
}
