import { mkdir, mkdtemp, readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  checkpointSteps,
  latestCheckpoint,
  readCheckpoint,
  verifyCheckpoint,
  writeCheckpoint,
  type CheckpointContent,
} from './checkpoint.js';
import { discardCheckpointsAfter, pruneCheckpoints, recoverCheckpoints } from './checkpoint-retention.js';
import { nodeDisk, type Disk } from '@ganymede/files';
import { checkpointsFolder } from './run-layout.js';

let run: string;
beforeEach(async () => {
  run = await mkdtemp(join(tmpdir(), 'run-'));
});
afterEach(() => rm(run, { recursive: true }));

function contentOf(step: number): CheckpointContent {
  const weight = Float32Array.from({ length: 64 }, (_, i) => step + i / 64);
  return {
    tensorFiles: {
      'generator.safetensors': { 'linear.weight': { dtype: 'F32', shape: [8, 8], data: weight } },
      'ema.safetensors': { 'linear.weight': { dtype: 'F32', shape: [64], data: weight } },
    },
    state: { step, loss: NaN, random: [{ name: 'latent', words: [1, 2, 3, 4294967295], spareNormal: -0 }] },
  };
}

async function flip(path: string, at: (length: number) => number): Promise<void> {
  const bytes = await readFile(path);
  const index = at(bytes.byteLength);
  bytes[index] = bytes[index]! ^ 0x10;
  await writeFile(path, bytes);
}

/** A disk with room for so many bytes: the write that exceeds it leaves half a file and fails as Linux does. */
function fullDisk(room: number): Disk {
  let left = room;
  return {
    ...nodeDisk,
    async writeFile(path, chunks) {
      const fitting: Uint8Array[] = [];
      for await (const chunk of chunks) {
        if (chunk.byteLength > left) {
          await nodeDisk.writeFile(path, [...fitting, chunk.subarray(0, left)]);
          left = 0;
          throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
        }
        left -= chunk.byteLength;
        fitting.push(chunk);
      }
      return nodeDisk.writeFile(path, fitting);
    },
  };
}

describe('writeCheckpoint and readCheckpoint', () => {
  it('gives back tensors and state', async () => {
    const folder = await writeCheckpoint(run, 300, contentOf(300));
    expect(folder).toBe(join(run, 'checkpoints', '00000300'));
    expect(await readdir(folder)).toEqual([
      'ema.safetensors',
      'generator.safetensors',
      'manifest.json',
      'state.json',
    ]);
    const { tensorFiles, state } = contentOf(300);
    expect(await readCheckpoint(folder)).toEqual({ step: 300, folder, tensorFiles, state });
    expect(Object.keys((await readCheckpoint(folder, ['ema.safetensors'])).tensorFiles)).toEqual([
      'ema.safetensors',
    ]);
    await expect(readCheckpoint(folder, ['g.safetensors'])).rejects.toMatchObject({
      code: 'CHECKPOINT_FILE_MISSING',
    });
    expect(await readdir(checkpointsFolder(run))).toEqual(['00000300']);
  });

  it('replaces a checkpoint of the same step', async () => {
    await writeCheckpoint(run, 1, contentOf(1));
    const folder = await writeCheckpoint(run, 1, contentOf(2));
    expect((await readCheckpoint(folder)).state).toEqual(contentOf(2).state);
    expect(await readdir(checkpointsFolder(run))).toEqual(['00000001']);
  });

  it.each(['generator.safetensors', 'ema.safetensors', 'state.json', 'manifest.json'])(
    'finds one flipped bit anywhere in %s and names the file',
    async (name) => {
      const folder = await writeCheckpoint(run, 7, contentOf(7));
      const { byteLength } = await readFile(join(folder, name));
      for (let i = 0; i < byteLength; i += 13) {
        await flip(join(folder, name), () => i);
        await expect(verifyCheckpoint(folder)).rejects.toMatchObject({
          code: name === 'manifest.json' ? expect.stringMatching(/^CHECKPOINT_/) : 'CHECKPOINT_DAMAGED',
          message: expect.stringContaining(
            name === 'manifest.json' ? folder : `${join(folder, name)}: expected SHA-256`,
          ),
        });
        await flip(join(folder, name), () => i);
      }
      await verifyCheckpoint(folder);
    },
  );

  it.each(['generator.safetensors', 'state.json', 'manifest.json'])(
    'finds a truncated or absent %s',
    async (name) => {
      const folder = await writeCheckpoint(run, 7, contentOf(7));
      await truncate(join(folder, name), 50);
      const damaged = { code: 'CHECKPOINT_DAMAGED', message: expect.stringContaining(join(folder, name)) };
      await expect(readCheckpoint(folder)).rejects.toMatchObject(damaged);
      await rm(join(folder, name));
      await expect(readCheckpoint(folder)).rejects.toMatchObject(damaged);
    },
  );

  it('finds a file that does not belong, a folder of another step and a newer format', async () => {
    const folder = await writeCheckpoint(run, 7, contentOf(7));
    await writeFile(join(folder, 'extra.safetensors'), '');
    await expect(verifyCheckpoint(folder)).rejects.toThrow(/extra\.safetensors/);
    await rm(join(folder, 'extra.safetensors'));
    const renamed = join(checkpointsFolder(run), '00000008');
    await rename(folder, renamed);
    await expect(verifyCheckpoint(renamed)).rejects.toThrow(/expected step 8, as its folder is named, got 7/);
    const manifest = join(renamed, 'manifest.json');
    await writeFile(manifest, (await readFile(manifest, 'utf8')).replace('"format": 1', '"format": 2'));
    await expect(verifyCheckpoint(renamed)).rejects.toMatchObject({ code: 'CHECKPOINT_TOO_NEW' });
  });

  it('writes nothing where the content is bad', async () => {
    await expect(writeCheckpoint(run, 1, { tensorFiles: {}, state: { f: () => 1 } })).rejects.toMatchObject({
      code: 'BAD_STATE',
    });
    for (const name of ['../x.safetensors', 'state.json', '.safetensors']) {
      await expect(
        writeCheckpoint(run, 1, { tensorFiles: { [name]: {} }, state: null }),
      ).rejects.toMatchObject({ code: 'BAD_FILE_NAME' });
    }
    await expect(writeCheckpoint(run, -1, contentOf(1))).rejects.toMatchObject({ code: 'BAD_STEP' });
    await expect(
      writeCheckpoint(run, 1, {
        tensorFiles: { 'a.safetensors': { w: { dtype: 'F32', shape: [2], data: new Float32Array(1) } } },
        state: null,
      }),
    ).rejects.toMatchObject({ code: 'BAD_TENSOR' });
    expect(await readdir(checkpointsFolder(run)).catch(() => [])).toEqual([]);
  });

  it('leaves the others and nothing else behind on a full disk, however full', async () => {
    await writeCheckpoint(run, 1, contentOf(1));
    const files = await Promise.all(
      (await readdir(join(checkpointsFolder(run), '00000001'))).map(
        async (name) => (await readFile(join(checkpointsFolder(run), '00000001', name))).byteLength,
      ),
    );
    const needed = files.reduce((sum, size) => sum + size);
    for (let room = 0; room < needed; room += 193) {
      for (const step of [1, 2]) {
        await expect(writeCheckpoint(run, step, contentOf(9), fullDisk(room))).rejects.toMatchObject({
          code: 'DISK_FULL',
        });
      }
      expect(await readdir(checkpointsFolder(run))).toEqual(['00000001']);
    }
    const whole = await readCheckpoint(join(checkpointsFolder(run), '00000001'));
    expect(whole.state).toEqual(contentOf(1).state);
    await writeCheckpoint(run, 2, contentOf(2), fullDisk(needed));
  });
});

it('puts the old checkpoint back where its replacement cannot be moved in', async () => {
  await writeCheckpoint(run, 1, contentOf(1));
  const disk: Disk = {
    ...nodeDisk,
    async rename(from, to) {
      if (from.includes('.writing-')) throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
      await nodeDisk.rename(from, to);
    },
  };
  await expect(writeCheckpoint(run, 1, contentOf(2), disk)).rejects.toMatchObject({ code: 'DISK_FULL' });
  expect(await readdir(checkpointsFolder(run))).toEqual(['00000001']);
  expect((await readCheckpoint(join(checkpointsFolder(run), '00000001'))).state).toEqual(contentOf(1).state);
});

describe('latestCheckpoint', () => {
  it('skips damaged ones and says why', async () => {
    expect(await latestCheckpoint(run)).toEqual({ checkpoint: null, skipped: [] });
    for (const step of [5, 10, 100_000_000]) await writeCheckpoint(run, step, contentOf(step));
    await mkdir(join(checkpointsFolder(run), 'notes'));
    expect((await latestCheckpoint(run)).checkpoint?.step).toBe(100_000_000);
    await flip(join(checkpointsFolder(run), '100000000', 'ema.safetensors'), (length) => length - 1);
    await rm(join(checkpointsFolder(run), '00000010', 'manifest.json'));
    const { checkpoint, skipped } = await latestCheckpoint(run);
    expect(checkpoint?.step).toBe(5);
    expect(skipped).toMatchObject([
      {
        step: 100_000_000,
        reason: expect.stringMatching(/ema\.safetensors: expected SHA-256 \w{64}, got \w{64}/),
      },
      { step: 10, reason: expect.stringMatching(/manifest\.json: expected a manifest, got no such file/) },
    ]);
  });
});

describe('retention', () => {
  beforeEach(async () => {
    for (const step of [10, 20, 30, 40, 50]) await writeCheckpoint(run, step, contentOf(step));
  });

  it('keeps the newest, the named and the regular ones', async () => {
    expect(await pruneCheckpoints(run, { keepLast: 2, keepSteps: [10], keepEvery: 30 })).toEqual([20]);
    expect(await checkpointSteps(run)).toEqual([10, 30, 40, 50]);
    expect(await pruneCheckpoints(run, { keepLast: 1 })).toEqual([10, 30, 40]);
    expect(await readdir(checkpointsFolder(run))).toEqual(['00000050']);
  });

  it('never removes the newest whole one', async () => {
    await rm(join(checkpointsFolder(run), '00000050', 'state.json'));
    await rm(join(checkpointsFolder(run), '00000040', 'state.json'));
    expect(await pruneCheckpoints(run, { keepLast: 1 })).toEqual([10, 20]);
    expect((await latestCheckpoint(run)).checkpoint?.step).toBe(30);
    for (const step of ['00000050', '00000040', '00000030'])
      await rm(join(checkpointsFolder(run), step, 'manifest.json'), { force: true });
    expect(await pruneCheckpoints(run, { keepLast: 1 })).toEqual([]);
  });

  it('refuses to keep none', async () => {
    await expect(pruneCheckpoints(run, { keepLast: 0 })).rejects.toMatchObject({ code: 'BAD_RETENTION' });
  });

  it('discards the future after a rollback', async () => {
    expect(await discardCheckpointsAfter(run, 30)).toEqual([40, 50]);
    expect(await checkpointSteps(run)).toEqual([10, 20, 30]);
  });
});

/** A disk that is unplugged after so many calls: everything after fails, as for a killed process. */
function dyingDisk(calls: number): Disk {
  let left = calls;
  const alive = (): void => {
    if (left-- <= 0) throw new Error('killed');
  };
  return {
    writeFile: async (path, chunks) => (alive(), nodeDisk.writeFile(path, chunks)),
    makeFolder: async (path) => (alive(), nodeDisk.makeFolder(path)),
    rename: async (from, to) => (alive(), nodeDisk.rename(from, to)),
    remove: async (path) => (alive(), nodeDisk.remove(path)),
    syncFolder: async (path) => (alive(), nodeDisk.syncFolder(path)),
  };
}

describe('recoverCheckpoints', () => {
  it('settles what is left after a death before any call of a replacing write', async () => {
    let deaths = 0;
    for (let calls = 0; ; calls++) {
      await rm(checkpointsFolder(run), { recursive: true, force: true });
      await writeCheckpoint(run, 1, contentOf(1));
      const finished = await writeCheckpoint(run, 1, contentOf(2), dyingDisk(calls)).then(
        () => true,
        () => false,
      );
      if (!finished) deaths++;
      await recoverCheckpoints(run);
      expect(await readdir(checkpointsFolder(run))).toEqual(['00000001']);
      const { state } = await readCheckpoint(join(checkpointsFolder(run), '00000001'));
      expect([1, 2]).toContain((state as { step: number }).step);
      if (finished) {
        expect((state as { step: number }).step).toBe(2);
        break;
      }
    }
    expect(deaths).toBeGreaterThan(8);
  });

  it('settles what is left after a death while removing', async () => {
    for (const step of [1, 2]) await writeCheckpoint(run, step, contentOf(step));
    for (const calls of [1, 2])
      await pruneCheckpoints(run, { keepLast: 1 }, dyingDisk(calls)).catch(() => undefined);
    await recoverCheckpoints(run);
    expect(await readdir(checkpointsFolder(run))).toEqual(['00000002']);
  });

  it('says what it did', async () => {
    await mkdir(join(checkpointsFolder(run), '.writing-00000003'), { recursive: true });
    expect(await recoverCheckpoints(run)).toEqual(['the unfinished checkpoint 00000003 was removed']);
    expect(await recoverCheckpoints(run)).toEqual([]);
  });
});
