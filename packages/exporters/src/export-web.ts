import { join } from 'node:path';
import type { PluginHost } from '@ganymede/core';
import { writeExport } from '@ganymede/files';
import { aboutRun } from './about-run.js';
import { fetchedBytes, inFolder, readBuilt } from './built-files.js';
import { exportGenerator, type GeneratorExportOptions } from './generator-export.js';

export interface WebExportOptions extends GeneratorExportOptions {
  /** Made if it is not there; nothing in it is overwritten. */
  readonly out: string;
  /** SPDX identifier for the card. */
  readonly license?: string;
}

export interface WebExport {
  readonly step: number;
  /** Paths of what was written. */
  readonly files: readonly string[];
  /** Of everything that a visitor's browser may fetch of the generator. */
  readonly bytes: number;
}

/** The built playground, in this package. */
const pageFolder = join(__dirname, '..', 'page');

/**
 * A static folder: the playground page, the generator, its card and the run's config. It opens from any static server, and
 * from a subfolder of one.
 * @throws as `exportGenerator`; EXPORT_EXISTS, PAGES_NOT_BUILT, DISK_FULL, CANNOT_WRITE
 */
export async function exportWeb(host: PluginHost, options: WebExportOptions): Promise<WebExport> {
  const page = await readBuilt(pageFolder, 'index.html');
  const { config, runConfig, data, files: generator } = await exportGenerator(host, options);
  const about = await aboutRun({
    run: options.run,
    runConfig,
    config,
    data,
    license: options.license ?? null,
    usage: webUsage,
  });
  const files = await writeExport(options.out, { ...page, ...inFolder('generator', generator), ...about });
  return { step: config.trained.step, files, bytes: fetchedBytes(config) };
}

const webUsage = [
  'This folder is a page: serve it with any static server. In a page of your own:',
  '',
  '```js',
  "import { createGenerator } from '@ganymede/browser';",
  '',
  "const generator = await createGenerator('generator/');",
  'const images = await generator.generate({ class: 0, seed: 0, count: 4 });',
  '```',
].join('\n');
