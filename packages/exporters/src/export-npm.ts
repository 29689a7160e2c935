import { join } from 'node:path';
import type { PluginHost } from '@ganymede/core';
import { writeExport } from '@ganymede/files';
import { aboutRun } from './about-run.js';
import { fetchedBytes, inFolder, readBuilt } from './built-files.js';
import { exportGenerator, type GeneratorExportOptions } from './generator-export.js';
import { packageFiles } from './package-files.js';
import { packageNameOf } from './package-name.js';

export interface NpmExportOptions extends GeneratorExportOptions {
  /** Made if it is not there; nothing in it is overwritten. */
  readonly out: string;
  /** As npm has it; made of the run's name by default. */
  readonly packageName?: string;
  /** SPDX identifier for the card and the package. */
  readonly license?: string;
}

export interface NpmExport {
  readonly step: number;
  /** Paths of what was written. */
  readonly files: readonly string[];
  /** Of weights and statistics. */
  readonly bytes: number;
  readonly packageName: string;
}

/** What runs a generator, built, in this package. */
const runtimeFolder = join(__dirname, '..', 'runtime');

/**
 * A package for npm without dependencies: the generator, what runs it in Node and in pages, typed by the run's own classes,
 * with its card and the run's config. `npm publish`, `npm pack` and `npm install <folder>` take the folder as it is.
 * @throws BAD_PACKAGE_NAME; as `exportGenerator`; EXPORT_EXISTS, PAGES_NOT_BUILT, DISK_FULL, CANNOT_WRITE
 */
export async function exportNpm(host: PluginHost, options: NpmExportOptions): Promise<NpmExport> {
  const packageName = packageNameOf(options.packageName, options.name);
  const runtime = await readBuilt(runtimeFolder, 'node.cjs');
  const { config, runConfig, data, latentSize, files: generator } = await exportGenerator(host, options);
  const license = options.license ?? null;
  const about = await aboutRun({
    run: options.run,
    runConfig,
    config,
    data,
    license,
    usage: npmUsage(packageName, config.classes[0]!),
  });
  const wasmFiles = Object.keys(runtime).filter((name) => name.endsWith('.wasm'));
  const own = packageFiles({
    packageName,
    config,
    latentSize,
    license,
    generatorFiles: Object.keys(generator),
    wasmFiles,
  });
  const files = await writeExport(options.out, {
    ...own,
    ...inFolder('generator', generator),
    ...inFolder('runtime', runtime),
    ...about,
  });
  return { step: config.trained.step, files, bytes: fetchedBytes(config), packageName };
}

const npmUsage = (packageName: string, first: string): string =>
  [
    `This folder is a package for npm that depends on nothing: \`npm install\` takes it, and so does \`npm publish\`.`,
    'The same code runs in Node and, with a bundler, in a page:',
    '',
    '```js',
    `import { generate } from '${packageName}';`,
    '',
    `const images = await generate({ class: ${JSON.stringify(first)}, seed: 0, count: 4 });`,
    '// images.pixels: RGBA, [count, height, width, 4]; with `values: true` also images.values in [-1, 1]',
    '```',
    '',
    'In Node it runs on WebAssembly, or on TensorFlow where the program has loaded `@tensorflow/tfjs-node` before;',
    '`load({ backend })` chooses. In a page it runs in a worker, on webgpu, webgl or WebAssembly.',
  ].join('\n');
