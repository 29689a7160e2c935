import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { repository, workspacePackages } from './repository.js';

/** Bounds in bytes of what somebody ships who wants one thing, tfjs left aside: about half as much again as today. */
const bounds: Readonly<Record<string, number>> = {
  'HingeLoss of @ganymede/losses': 500,
  'NormalPrior of @ganymede/samplers': 200,
  'SpectralNorm of @ganymede/layers': 4_000,
  'R1Regularizer of @ganymede/regularizers': 1_500,
  'Fid of @ganymede/metrics': 20_000,
};

const { sizes, effects } = JSON.parse(
  execFileSync(
    process.execPath,
    [
      join(__dirname, 'measure-bundles.mjs'),
      JSON.stringify([...Object.keys(bounds), 'hinge of @ganymede/losses']),
    ],
    { cwd: repository, encoding: 'utf8' },
  ),
) as { readonly sizes: Readonly<Record<string, number>>; readonly effects: Readonly<Record<string, string>> };

test.each(Object.entries(bounds))('%s comes alone, within %i bytes', (name, bound) => {
  expect(sizes[name]).toBeLessThan(bound);
  expect(sizes[name]).toBeGreaterThan(50);
});

test('a component brings zod along: the bounds can be broken', () => {
  expect(sizes['hinge of @ganymede/losses']).toBeGreaterThan(100_000);
});

test.each(workspacePackages())('$folder: importing it does nothing, as its manifest says', ({ manifest }) => {
  expect(manifest.sideEffects).toBe(false);
  expect(effects[manifest.name]).toBe('');
});
