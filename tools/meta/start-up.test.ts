import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { repository, workspacePackages } from './repository.js';

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
  if (status !== 0) throw new Error(stderr);
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

test('losses loads it when a loss is computed: the check can fail', () => {
  const code = "const { HingeLoss } = require('@ganymede/losses');";
  expect(namesIn(loadedBy(code))).not.toContainEqual(tfjs);
  expect(namesIn(loadedBy(`${code} try { new HingeLoss(1).generator(null) } catch {}`))).toContainEqual(tfjs);
});

/** What only some commands need; yaml and tsyringe are read by most of them, and by no import. */
const engines = ['sharp', 'koffi', 'fflate'];

test('importing the toolkit loads what it exports, and nothing that those ask for', () => {
  const loaded = loadedBy("import('@ganymede/toolkit')");
  const names = namesIn(loaded);
  expect(names).toContain('@ganymede/toolkit');
  expect(names.filter((name) => [...engines, 'yaml', 'tsyringe'].includes(name))).toEqual([]);
  expect(names).not.toContainEqual(tfjs);
  expect(total(loaded)).toBeLessThan(400);
});

test('ganymede components loads no engine and no images', () => {
  const loaded = loadedBy(`
    process.stdout.write = () => true;
    process.argv = ['node', 'ganymede', 'components'];
    require('../cli/bin/run.js');`);
  const names = namesIn(loaded);
  expect(names).toContain('tsyringe');
  expect(names.filter((name) => engines.includes(name))).toEqual([]);
  expect(names).not.toContainEqual(tfjs);
  expect(total(loaded)).toBeLessThan(620);
});

test('import sees the names that require sees', () => {
  const files = workspacePackages().flatMap(({ folder, manifest }) =>
    manifest.type === 'commonjs' && manifest.main === './dist/index.js'
      ? [join(repository, folder, manifest.main)]
      : [],
  );
  expect(files.length).toBeGreaterThan(30);
  // Left over is what import does not see, by file.
  const code = `(async () => {
    for (const file of ${JSON.stringify(files)}) {
      const imported = Object.keys(await import(file));
      const missing = Object.keys(require(file)).filter((name) => !imported.includes(name));
      if (missing.length > 0) throw new Error(file + ': ' + missing);
    }
  })();`;
  expect(namesIn(loadedBy(code))).toContain('@ganymede/report');
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
