import { build, type BuildFailure } from 'esbuild';
import { join } from 'node:path';
import { repository } from './repository.js';

/** What a page needs to run a generator, and what a leaf is made of. */
const leaves = [
  'core',
  'safetensors',
  'generator-files',
  'ops',
  'layers',
  'models',
  'losses',
  'regularizers',
  'samplers',
  'optimizers',
  'stabilizers',
  'precision',
  'stablehlo',
];

/** What a bundler for browsers cannot find. */
async function unresolved(code: string): Promise<readonly string[]> {
  const result = await build({
    stdin: { contents: code, resolveDir: join(repository, 'packages') },
    bundle: true,
    write: false,
    platform: 'browser',
    conditions: ['@ganymede/source'],
    external: ['@tensorflow/*'],
    logLevel: 'silent',
  }).catch((error: unknown) => error as BuildFailure);
  return result.errors.map(({ text }) => text);
}

test.each(leaves)('%s bundles for a browser, without a built-in of Node', async (name) => {
  expect(await unresolved(`import * as all from '@ganymede/${name}'; console.log(all);`)).toEqual([]);
});

test('a package that reads files does not: the check can fail', async () => {
  const errors = await unresolved(`import * as all from '@ganymede/files'; console.log(all);`);
  expect(errors.join('\n')).toContain('node:fs');
});
