import { buildSync } from 'esbuild';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { latestCheckpoint, readCheckpoint } from './checkpoint.js';
import { readEvents } from './event-log.js';
import { acquireRunLock } from './run-lock.js';
import { readRunConfig } from './run-files.js';
import { RunFolder } from './run-folder.js';

let folder: string;
let run: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runs-'));
  run = join(folder, 'first');
});
afterEach(() => rm(folder, { recursive: true }));

const made = { config: { seed: 1 }, environment: { device: 'cpu' } };
const content = (step: number): Parameters<RunFolder['writeCheckpoint']>[1] => ({
  tensorFiles: {
    'g.safetensors': { w: { dtype: 'F32', shape: [4], data: new Float32Array(4).fill(step) } },
  },
  state: { step },
});

describe('RunFolder', () => {
  it('has the layout of the design', async () => {
    const created = await RunFolder.create(run, made);
    created.events.append({ step: 1, loss: 2 });
    await created.writeCheckpoint(1, content(1));
    await created.writeSample('00000001.png', Uint8Array.of(1, 2));
    await created.writeEvaluation('fid-00000001', { fid: 12.5 });
    await created.close();
    expect((await readdir(run)).filter((name) => !name.startsWith('.lock'))).toEqual([
      'checkpoints',
      'config.json',
      'environment.json',
      'evaluations',
      'events.jsonl',
      'samples',
    ]);
    expect(await readdir(run)).not.toContain('.lock');
    expect(await readRunConfig(run)).toEqual({ seed: 1 });
    expect(JSON.parse(await readFile(join(run, 'environment.json'), 'utf8'))).toEqual({ device: 'cpu' });
    expect(JSON.parse(await readFile(join(run, 'evaluations', 'fid-00000001.json'), 'utf8'))).toEqual({
      fid: 12.5,
    });
    expect([...(await readFile(join(run, 'samples', '00000001.png')))]).toEqual([1, 2]);
  });

  it('resumes at the newest whole checkpoint and cuts the log back to it', async () => {
    const first = await RunFolder.create(run, made);
    for (const step of [1, 2, 3, 4]) {
      first.events.append({ step });
      if (step % 2 === 0) await first.writeCheckpoint(step, content(step));
    }
    first.events.append({ step: 5 });
    await first.close();
    await writeFile(join(run, 'checkpoints', '00000004', 'state.json'), '{}');
    const second = await RunFolder.open(run);
    expect(await second.resume()).toMatchObject({
      checkpoint: { step: 2 },
      skipped: [{ step: 4, reason: expect.stringContaining('state.json') }],
      removedEvents: 3,
      damagedEvents: 0,
    });
    second.events.append({ step: 3, again: true });
    await second.rollBack(2);
    second.events.append({ step: 3, third: true });
    await second.close();
    expect((await readEvents(join(run, 'events.jsonl'))).events).toEqual([
      { step: 1 },
      { step: 2 },
      { step: 3, third: true },
    ]);
    expect((await latestCheckpoint(run)).checkpoint?.step).toBe(2);
  });

  it('refuses what is no run, a second run in one folder, and names that leave it', async () => {
    await expect(RunFolder.open(run)).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' });
    await expect(readRunConfig(folder)).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' });
    const created = await RunFolder.create(run, made);
    await expect(created.writeSample('../x.png', new Uint8Array())).rejects.toMatchObject({
      code: 'BAD_FILE_NAME',
    });
    await created.close();
    await expect(RunFolder.create(run, made)).rejects.toMatchObject({ code: 'RUN_EXISTS' });
    await (await RunFolder.open(run)).close();
    await writeFile(join(run, 'config.json'), '{"seed":');
    await expect(readRunConfig(run)).rejects.toMatchObject({ code: 'RUN_CONFIG_DAMAGED' });
  });
});

describe('run lock', () => {
  beforeEach(() => mkdir(run));
  const ownerPath = (): string => join(run, '.lock-owner.json');

  it('is held once, also within a process, and can be taken again after release', async () => {
    const lock = await acquireRunLock(run);
    await expect(acquireRunLock(run)).rejects.toMatchObject({
      code: 'RUN_LOCKED',
      message: expect.stringContaining(`process ${process.pid} on host ${hostname()}`),
    });
    lock.assertHeld();
    await lock.release();
    await lock.release();
    expect(() => lock.assertHeld()).toThrow(expect.objectContaining({ code: 'RUN_LOCK_LOST' }));
    await (await acquireRunLock(run)).release();
  });

  it('stays with a living process on this host, however long it gave no sign of life', async () => {
    const lock = await acquireRunLock(run);
    await utimes(join(run, '.lock'), new Date(0), new Date(0));
    await expect(acquireRunLock(run)).rejects.toMatchObject({ code: 'RUN_LOCKED' });
    await lock.release();
  });

  it('is taken over at once from a process id that now belongs to another process', async () => {
    await mkdir(join(run, '.lock'));
    await writeFile(ownerPath(), JSON.stringify({ pid: process.pid, host: hostname(), startedAt: '1' }));
    await (await acquireRunLock(run)).release();
  });

  it('is taken over from another host only when it is stale', async () => {
    await mkdir(join(run, '.lock'));
    await writeFile(ownerPath(), JSON.stringify({ pid: 77, host: 'elsewhere', startedAt: null }));
    await expect(acquireRunLock(run)).rejects.toThrow(/process 77 on host elsewhere/);
    const longAgo = new Date(Date.now() - 6 * 60_000);
    await utimes(join(run, '.lock'), longAgo, longAgo);
    await (await acquireRunLock(run)).release();
  });

  it('goes to one of many that find a dead holder at the same moment', async () => {
    await mkdir(join(run, '.lock'));
    await writeFile(ownerPath(), JSON.stringify({ pid: 2 ** 22 + 1, host: hostname(), startedAt: null }));
    const tries = await Promise.allSettled(Array.from({ length: 8 }, () => acquireRunLock(run)));
    const locks = tries.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    expect(locks).toHaveLength(1);
    await locks[0]!.release();
  });
});

/** Trains nothing, but writes events and checkpoints as fast as it can, and tells its parent of each one done. */
const writer = `
  import { RunFolder } from './run-folder.js';
  void (async () => {
    const run = await RunFolder.open(process.argv[2]!);
    const { checkpoint } = await run.resume();
    for (let step = (checkpoint?.step ?? 0) + 1; ; step++) {
      run.events.append({ step, text: 'x'.repeat(2000) });
      const data = new Float32Array(100_000).fill(step);
      const tensors = { w: { dtype: 'F32' as const, shape: [data.length], data } };
      await run.writeCheckpoint(step, {
        tensorFiles: { 'g.safetensors': tensors, 'd.safetensors': tensors },
        state: { step },
      });
      process.send!(step);
      await run.pruneCheckpoints({ keepLast: 2 });
    }
  })();
`;

describe('a run whose process is killed', () => {
  let script: string;
  beforeEach(async () => {
    script = join(folder, 'writer.cjs');
    buildSync({
      stdin: { contents: writer, resolveDir: __dirname, loader: 'ts' },
      bundle: true,
      platform: 'node',
      conditions: ['@ganymede/source'],
      outfile: script,
    });
    await (await RunFolder.create(run, made)).close();
  });

  async function started(): Promise<{ child: ChildProcess; last: () => number }> {
    const child = fork(script, [run]);
    let last = -1;
    child.on('message', (step) => (last = Number(step)));
    await once(child, 'message');
    return { child, last: () => last };
  }

  it('keeps every finished checkpoint, wherever kill -9 strikes', async () => {
    for (const delayMs of [0, 4, 9, 17, 26, 41]) {
      const { child, last } = await started();
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      child.kill('SIGKILL');
      await once(child, 'close');
      const begin = performance.now();
      const resumed = await RunFolder.open(run);
      expect(performance.now() - begin).toBeLessThan(5000);
      const { checkpoint, skipped } = await resumed.resume();
      expect(skipped).toEqual([]);
      expect(checkpoint!.step).toBeGreaterThanOrEqual(last());
      const { state, tensorFiles } = await readCheckpoint(checkpoint!.folder);
      expect(state).toEqual({ step: checkpoint!.step });
      expect(tensorFiles['g.safetensors']!['w']!.data[99_999]).toBe(checkpoint!.step);
      const { events, damagedLines } = await readEvents(join(run, 'events.jsonl'));
      expect(damagedLines).toEqual([]);
      expect(events.map(({ step }) => step)).toEqual(
        Array.from({ length: checkpoint!.step }, (_, i) => i + 1),
      );
      for (const name of await readdir(join(run, 'checkpoints'))) expect(name).toMatch(/^\d{8}$/);
      await resumed.close();
    }
  });

  it('is locked while it lives', async () => {
    const { child } = await started();
    await expect(RunFolder.open(run)).rejects.toMatchObject({
      code: 'RUN_LOCKED',
      message: expect.stringContaining(`process ${child.pid} on host ${hostname()}`),
    });
    child.kill('SIGKILL');
    await once(child, 'close');
    await (await RunFolder.open(run)).close();
  });
});
