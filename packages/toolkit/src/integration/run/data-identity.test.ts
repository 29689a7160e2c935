import { latestCheckpoint, readCheckpoint, RunFolder } from '@ganymede/checkpoints';
import { cp, mkdir, mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import type { SessionState } from '@ganymede/runs';
import { loadRunConfig, resolveConfig, train } from '../../operations.js';

const patience = 240_000;
let folder: string;
let cacheBefore: string | undefined;

/** A grey image without compression, so that all have one size. */
const grey = (value: number): Promise<Buffer> =>
  sharp({ create: { width: 32, height: 32, channels: 3, background: { r: value, g: value, b: value } } })
    .png({ compressionLevel: 0 })
    .toBuffer();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganymede-identity-'));
  cacheBefore = process.env['XDG_CACHE_HOME'];
  process.env['XDG_CACHE_HOME'] = join(folder, 'cache');
  for (const name of ['a', 'b']) {
    await mkdir(join(folder, 'images', name), { recursive: true });
    for (let i = 0; i < 4; i++) await writeFile(join(folder, 'images', name, `${i}.png`), await grey(20 * i));
  }
  const { config, plugins } = await resolveConfig({
    document: {
      backend: { use: 'wasm', threads: 1 },
      data: { use: 'auto', path: join(folder, 'images') },
      resolution: 32,
      generator: { use: 'biggan', channels: 2, latentSize: 8, sharedSize: 4, attention: [] },
      discriminator: { use: 'biggan', channels: 2, attention: [] },
      steps: 1,
      batchSize: 2,
      sample: { every: 100, perClass: 1 },
    },
  });
  await train({ config, plugins, runFolder: join(folder, 'run'), resume: false });
}, patience);

afterAll(async () => {
  if (cacheBefore === undefined) delete process.env['XDG_CACHE_HOME'];
  else process.env['XDG_CACHE_HOME'] = cacheBefore;
  await rm(folder, { recursive: true });
});

/** Goes on with a copy of the run for a step, with data at a path. @returns the notes */
async function resumeWith(path: string, name: string): Promise<string[]> {
  const runFolder = join(folder, name);
  if (!(await readdir(folder)).includes(name)) await cp(join(folder, 'run'), runFolder, { recursive: true });
  const { config, plugins } = await loadRunConfig(runFolder, [
    { path: ['data', 'path'], value: path, flag: `--data ${path}` },
    { path: ['steps'], value: 2, flag: '--steps 2' },
  ]);
  const notes: string[] = [];
  await train({
    config,
    plugins,
    runFolder,
    resume: true,
    onEvent: (event) => {
      if (event.kind === 'note') notes.push(event.text);
    },
  });
  return notes;
}

test(
  'a run goes on with a copy of its data elsewhere, and not with another pixel of the same size and time',
  async () => {
    const copy = join(folder, 'elsewhere', 'copied');
    await cp(join(folder, 'images'), copy, { recursive: true });
    expect(await resumeWith(copy, 'with-copy')).toEqual(['resumed at step 1']);
    const file = join(copy, 'b', '3.png');
    const { size, atime, mtime } = await stat(file);
    await writeFile(file, await grey(61));
    await utimes(file, atime, mtime);
    expect((await stat(file)).size).toBe(size);
    await expect(resumeWith(copy, 'with-change')).rejects.toMatchObject({
      code: 'DATA_MISMATCH',
      hint: expect.stringContaining('their folder does not matter') as string,
    });
  },
  patience,
);

/** The run as an older version wrote it: a fingerprint of names and sizes. */
async function olderRun(name: string, files: readonly (readonly [string, number])[]): Promise<void> {
  const runFolder = join(folder, name);
  await cp(join(folder, 'run'), runFolder, { recursive: true });
  const { checkpoint } = await latestCheckpoint(runFolder);
  const { tensorFiles, state } = await readCheckpoint(checkpoint!.folder);
  const { data, loader, ...rest } = state as SessionState;
  const target = { resolution: 32, channels: 3, background: [255, 255, 255] };
  const fingerprint = createHash('sha256')
    .update(JSON.stringify(['image-folder', 1, target, files]))
    .digest('hex');
  await rm(checkpoint!.folder, { recursive: true });
  const run = await RunFolder.open(runFolder);
  try {
    await run.writeCheckpoint(1, {
      tensorFiles,
      state: { ...rest, data: { ...data, fingerprint }, loader: { ...(loader as object), fingerprint } },
    });
  } finally {
    await run.close();
  }
}

test(
  'a checkpoint of an older version is compared by what it knows, which is said',
  async () => {
    const files = await Promise.all(
      ['a', 'b'].flatMap((name) =>
        [0, 1, 2, 3].map(async (i) => {
          const path = `${name}/${i}.png`;
          return [path, (await stat(join(folder, 'images', path))).size] as const;
        }),
      ),
    );
    await olderRun('older', files);
    const [note, resumed] = await resumeWith(join(folder, 'images'), 'older');
    expect(note).toMatch(/older version, which compared data by names and sizes .* cannot be told/);
    expect(resumed).toBe('resumed at step 1');
    const { checkpoint } = await latestCheckpoint(join(folder, 'older'));
    const { state } = await readCheckpoint(checkpoint!.folder);
    expect((state as SessionState).data.fingerprint).toMatch(/^[0-9a-f]{64}-content-1$/);
    await olderRun('older-other', files.slice(1));
    await expect(resumeWith(join(folder, 'images'), 'older-other')).rejects.toMatchObject({
      code: 'DATA_MISMATCH',
    });
  },
  patience,
);
