import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configDifferences, findRun, newRunFolder } from '@ganymede/config';
import { resolveConfig, loadRunConfig } from '../../operations.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ganymede-runs-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a new run takes the first free name', () => {
  expect(newRunFolder('cifar10', folder)).toBe(join(folder, 'runs/cifar10'));
  mkdirSync(join(folder, 'runs/cifar10'), { recursive: true });
  mkdirSync(join(folder, 'runs/cifar10-2'));
  expect(newRunFolder('cifar10', folder)).toBe(join(folder, 'runs/cifar10-3'));
});

test('a run is found by path, then by name', () => {
  mkdirSync(join(folder, 'runs/a'), { recursive: true });
  expect(findRun('a', folder)).toBe(join(folder, 'runs/a'));
  expect(findRun('runs/a', folder)).toBe(join(folder, 'runs/a'));
  expect(findRun(join(folder, 'runs/a'), '/elsewhere')).toBe(join(folder, 'runs/a'));
  mkdirSync(join(folder, 'a'));
  expect(findRun('a', folder)).toBe(join(folder, 'a'));
});

test('the config of a run is read as it was written, and may be changed by key', async () => {
  const { config } = await resolveConfig({ preset: 'quickstart', document: { steps: 11 } });
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
  expect((await loadRunConfig(folder)).config).toEqual(config);
  const { config: longer } = await loadRunConfig(folder, [
    { path: ['steps'], value: 12, flag: '--steps 12' },
  ]);
  expect(configDifferences(config, longer)).toEqual([{ path: 'steps', before: 11, after: 12 }]);
});

test.each([
  ['[1]', 'RUN_CONFIG_DAMAGED'],
  ['{ "stepz": 1 }', 'BAD_OPTION'],
  ['{', 'RUN_CONFIG_DAMAGED'],
])('%s as a run’s config: %s', async (text, code) => {
  writeFileSync(join(folder, 'config.json'), text);
  await expect(loadRunConfig(folder)).rejects.toMatchObject({ code });
});
