import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expectSuccess } from './run-program.js';
import { leafFolder } from './workplace.js';

test('@ganymede/layers works alone, on plain tfjs', async () => {
  const folder = leafFolder();
  expect(existsSync(join(folder, 'node_modules/@ganymede/layers'))).toBe(true);
  expect(existsSync(join(folder, 'node_modules/@ganymede/toolkit'))).toBe(false);
  expect(existsSync(join(folder, 'node_modules/tsyringe'))).toBe(false);

  const { stdout } = await expectSuccess(process.execPath, ['spectral-norm.js'], { cwd: folder });
  const result = JSON.parse(stdout.trim().split('\n').at(-1)!);
  expect(result.outputShape).toEqual([1, 4]);
  expect(result.operatorNorm).toBeCloseTo(1, 3);
});
