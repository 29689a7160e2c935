import { join } from 'node:path';
import { reportStep, secondsSince } from './report-step.mjs';
import { root, runScript } from './run-command.mjs';

/**
 * Compiles the packages, and bundles the kernels and what runs in pages. One `tsc --build` from the topmost package does
 * in one process what nx would do in one process a package, and rebuilds only what changed. Then imports are made lazy, and
 * come the ES modules for bundlers and the manifest of the CLI's commands.
 */
export async function build() {
  const start = performance.now();
  if ((await runScript(join(root, 'tools/bundle-kernels.mjs'), [], { quiet: true })) !== 0) {
    throw new Error('bundle-kernels: expected exit code 0; its output is above');
  }
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const names = ['cli', 'testing', 'stablehlo', 'pjrt', 'browser'];
  const projects = names.map((name) => `packages/${name}/tsconfig.lib.json`);
  if ((await runScript(tsc, ['--build', ...projects], { quiet: true })) !== 0) {
    throw new Error('tsc --build: expected exit code 0; its output is above');
  }
  // What it imports is only there once the dependencies are installed.
  const { makeImportsLazy } = await import('./lazy-imports.mjs');
  await makeImportsLazy();
  const { buildModules } = await import('./esm.mjs');
  await buildModules();
  const { buildCliManifest } = await import('./cli-manifest.mjs');
  await buildCliManifest();
  for (const name of ['bundle-browser', 'bundle-pages', 'bundle-runtime']) {
    if ((await runScript(join(root, `tools/${name}.mjs`), [], { quiet: true })) !== 0)
      throw new Error(`${name}: expected exit code 0; its output is above`);
  }
  reportStep(`build: done in ${secondsSince(start)}`);
}
