import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { closureOf, installPackages } from './installed-folder.js';
import { repository } from './packed-packages.js';
import { expectSuccess } from './run-program.js';
import { besideApp, packedPackages } from './workplace.js';

function dependenciesOf(name: string): readonly string[] {
  const manifest = require(`${name}/package.json`) as { dependencies?: Record<string, string> };
  return Object.keys(manifest.dependencies ?? {});
}

test('@ganymede/layers works alone, on plain tfjs', async () => {
  const folder = besideApp('leaf');
  await installPackages(folder, closureOf('@ganymede/layers', packedPackages(), dependenciesOf), {
    '@tensorflow/tfjs': '4.22.0',
  });
  cpSync(join(repository, 'e2e/fixtures/leaf'), folder, { recursive: true });

  expect(existsSync(join(folder, 'node_modules/@ganymede/toolkit'))).toBe(false);
  expect(existsSync(join(folder, 'node_modules/tsyringe'))).toBe(false);

  const { stdout } = await expectSuccess(process.execPath, ['spectral-norm.js'], { cwd: folder });
  const result = JSON.parse(stdout.trim().split('\n').at(-1)!);
  expect(result.outputShape).toEqual([1, 4]);
  expect(result.operatorNorm).toBeCloseTo(1, 3);
});
