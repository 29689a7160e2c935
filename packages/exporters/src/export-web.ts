import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GanymedeError, type PluginHost } from '@ganymede/core';
import { writeExport } from '@ganymede/files';
import { aboutRun } from './about-run.js';
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
  const page = await readPage();
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
  const fetched = [...config.weights.files, ...(config.statistics ? [config.statistics.file] : [])];
  return { step: config.trained.step, files, bytes: fetched.reduce((sum, { bytes }) => sum + bytes, 0) };
}

const inFolder = (folder: string, files: Readonly<Record<string, Uint8Array>>): Record<string, Uint8Array> =>
  Object.fromEntries(Object.entries(files).map(([name, content]) => [`${folder}/${name}`, content]));

async function readPage(): Promise<Record<string, Uint8Array>> {
  if (!existsSync(join(pageFolder, 'index.html')))
    throw new GanymedeError('PAGES_NOT_BUILT', `${pageFolder}: expected the built playground, got none`, {
      kind: 'missing',
      hint: 'In a clone type: npm run build',
    });
  const entries = await readdir(pageFolder, { recursive: true, withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(pageFolder.length + 1));
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(pageFolder, name))] as const)),
  );
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
