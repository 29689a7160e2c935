import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { repository } from './repository.js';

/**
 * What a program has loaded when it ends: files of CommonJS by npm package, `@ganymede/core` for packages/core. Counted
 * and not timed, so that it says the same on a busy machine; `npm run build` comes first.
 */
function loadedBy(code: string): Readonly<Record<string, number>> {
  const counting = `
    process.on('exit', () => {
      const counts = {};
      for (const file of Object.keys(require.cache)) {
        const installed = /.*\\/node_modules\\/((?:@[^/]+\\/)?[^/]+)/.exec(file)?.[1];
        const own = /\\/(?:packages|plugins)\\/([^/]+)\\//.exec(file)?.[1];
        const name = installed ?? '@ganymede/' + own;
        counts[name] = (counts[name] ?? 0) + 1;
      }
      process.stderr.write('LOADED' + JSON.stringify(counts));
    });`;
  const { stderr, status } = spawnSync(process.execPath, ['-e', counting + code], {
    cwd: join(repository, 'packages/toolkit'),
    encoding: 'utf8',
  });
  expect(status).toBe(0);
  return JSON.parse(stderr.slice(stderr.indexOf('LOADED') + 'LOADED'.length)) as Record<string, number>;
}

const total = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);
const namesIn = (counts: Readonly<Record<string, number>>): readonly string[] => Object.keys(counts).sort();
const tfjs = expect.stringMatching(/^@tensorflow\//);

test('core loads itself alone', () => {
  expect(namesIn(loadedBy("require('@ganymede/core')"))).toEqual(['@ganymede/core']);
});

test.each(['samplers', 'checkpoints', 'reporters', 'files'])('%s does not load tfjs', (name) => {
  const loaded = namesIn(loadedBy(`require('@ganymede/${name}')`));
  expect(loaded).toContain(`@ganymede/${name}`);
  expect(loaded).not.toContainEqual(tfjs);
});

test('losses does: the check can fail', () => {
  expect(namesIn(loadedBy("require('@ganymede/losses')"))).toContainEqual(tfjs);
});

test.each([['--help'], ['train --help'], ['--version']])(
  'ganymede %s loads no command and no toolkit',
  (words) => {
    const loaded = loadedBy(`
    process.stdout.write = () => true;
    process.argv = ['node', 'ganymede', ${words
      .split(' ')
      .map((word) => `'${word}'`)
      .join(', ')}];
    require('../cli/bin/run.js');`);
    expect(loaded['@ganymede/cli']).toBeLessThan(12);
    const [others, heavy] = [
      namesIn(loaded),
      ['@ganymede/toolkit', 'zod', 'sharp', 'koffi', 'yaml', 'tsyringe'],
    ];
    expect(others.filter((name) => heavy.includes(name) || name.startsWith('@tensorflow/'))).toEqual([]);
    expect(total(loaded)).toBeLessThan(260);
  },
);
