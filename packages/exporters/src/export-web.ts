import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { evaluationsOf } from '@ganymede/evaluation';
import { GanymedeError, type PluginHost } from '@ganymede/core';
import { writeFileSafely, writeFolderSafely } from '@ganymede/files';
import { exportGenerator, type GeneratorExport, type GeneratorExportOptions } from './generator-export.js';
import { modelCard } from './model-card.js';
import { withoutPlaces } from './without-places.js';

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
  const exported = await exportGenerator(host, options);
  const card = await cardOf(options, exported, webUsage);
  const files = { ...page, ...inFolder('generator', exported.files), ...textFiles(exported, card) };
  return writeExport(options.out, files, exported);
}

const inFolder = (folder: string, files: Readonly<Record<string, Uint8Array>>): Record<string, Uint8Array> =>
  Object.fromEntries(Object.entries(files).map(([name, content]) => [`${folder}/${name}`, content]));

function textFiles({ runConfig }: GeneratorExport, card: string): Record<string, string> {
  return { 'README.md': card, 'run-config.json': `${JSON.stringify(withoutPlaces(runConfig), null, 2)}\n` };
}

/** Writes files by their paths in a folder: all of them or none. @throws EXPORT_EXISTS, DISK_FULL, CANNOT_WRITE */
async function writeExport(
  out: string,
  files: Readonly<Record<string, string | Uint8Array>>,
  { config }: Pick<GeneratorExport, 'config'>,
): Promise<WebExport> {
  const paths = Object.keys(files).map((name) => join(out, name));
  const taken = paths.find((path) => existsSync(path));
  if (taken !== undefined)
    throw new GanymedeError('EXPORT_EXISTS', `${taken}: expected no file there, got one`, {
      kind: 'usage',
      hint: 'Name another folder, or remove it.',
    });
  const fill = async (temporary: string): Promise<void> => {
    for (const [name, content] of Object.entries(files))
      await writeFileSafely(join(temporary, name), content);
  };
  await writeFolderSafely(out, fill);
  const weights = [...config.weights.files, ...(config.statistics ? [config.statistics.file] : [])];
  return {
    step: config.trained.step,
    files: paths,
    bytes: weights.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

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

/** The card of what was exported, with the numbers that were measured at its very step. */
async function cardOf(
  { run, license }: Pick<WebExportOptions, 'run' | 'license'>,
  { config, runConfig, data }: GeneratorExport,
  usage: string,
): Promise<string> {
  const evaluations = (await evaluationsOf(run))
    .map(({ evaluation }) => evaluation)
    .filter(({ subject }) => subject.step === config.trained.step);
  return modelCard({
    config,
    data,
    batchSize: runConfig.batchSize,
    license: license ?? null,
    evaluations,
    usage,
  });
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
