import { RunFolder } from '@ganymede/checkpoints';
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openWhenFree } from './open-when-free.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'open-when-free-'));
  await (await RunFolder.create(join(folder, 'run'), { config: {}, environment: {} })).close();
});
afterEach(() => rm(folder, { recursive: true }));

const clock = { now: () => 0, monotonic: () => performance.now() };

test('a run that a process of another host has left is opened when that is silent for long', async () => {
  const path = join(folder, 'run');
  await mkdir(join(path, '.lock'));
  await writeFile(
    join(path, '.lock-owner.json'),
    JSON.stringify({ pid: 77, host: 'elsewhere', startedAt: null }),
  );
  const said: string[] = [];
  const note = (text: string): number => said.push(text);
  await expect(openWhenFree(path, { clock, note, seconds: 0.1, pauseMilliseconds: 20 })).rejects.toThrow(
    /process 77 on host elsewhere/,
  );
  const opening = openWhenFree(path, { clock, note, pauseMilliseconds: 20 });
  await new Promise((resolve) => setTimeout(resolve, 100));
  const longAgo = new Date(Date.now() - 6 * 60_000);
  await utimes(join(path, '.lock'), longAgo, longAgo);
  await (await opening).close();
  expect(said).toEqual([
    expect.stringContaining('process 77 on host elsewhere'),
    expect.stringContaining('process 77 on host elsewhere'),
  ]);
});

test('one that a process of this host has is not waited for', async () => {
  const path = join(folder, 'run');
  const held = await RunFolder.open(path);
  const note = jest.fn();
  await expect(openWhenFree(path, { clock, note })).rejects.toMatchObject({ code: 'RUN_LOCKED' });
  expect(note).not.toHaveBeenCalled();
  await held.close();
});
