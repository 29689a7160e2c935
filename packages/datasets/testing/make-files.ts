import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { DatasetOpenContext } from '@ganymede/core';
import sharp, { type Sharp } from 'sharp';
import { pack } from 'tar-stream';

export type Files = Readonly<Record<string, Uint8Array | string>>;

/** A folder that is removed after the tests of the file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ganymede-datasets-'));
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

export async function writeFiles(root: string, files: Files): Promise<string> {
  await mkdir(root, { recursive: true });
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
  return root;
}

/** The bytes of a tar; `links` are symbolic links by path. */
export async function tarOf(
  files: Files,
  options: { gzip?: boolean; links?: string[] } = {},
): Promise<Buffer> {
  const archive = pack();
  // The time of writing would make two archives of the same files differ.
  const mtime = new Date(0);
  for (const [name, content] of Object.entries(files)) {
    archive.entry({ name, mtime }, typeof content === 'string' ? content : Buffer.from(content));
  }
  for (const name of options.links ?? [])
    archive.entry({ name, mtime, type: 'symlink', linkname: 'elsewhere' });
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  return options.gzip ? gzipSync(bytes) : bytes;
}

export type Rgb = readonly [number, number, number];

/** An image of one colour; encode it with `.png().toBuffer()` or the like. */
export function solid([r, g, b]: Rgb, width = 8, height = width): Sharp {
  return sharp({ create: { width, height, channels: 3, background: { r, g, b } } });
}

export async function solidPng(colour: Rgb, width = 8, height = width): Promise<Buffer> {
  return solid(colour, width, height).png().toBuffer();
}

/** `count` classes with `perClass` images of distinct colours: `c0/0.png` and so on. */
export async function classFolders(
  count: number,
  perClass: number,
  prefix = '',
): Promise<Record<string, Buffer>> {
  const files: Record<string, Buffer> = {};
  for (let label = 0; label < count; label++) {
    for (let i = 0; i < perClass; i++)
      files[`${prefix}c${label}/${i}.png`] = await solidPng([40 * label, 20 * i, 100]);
  }
  return files;
}

export function openContext(
  cacheFolder: string,
  given: Partial<DatasetOpenContext> = {},
): DatasetOpenContext {
  return { cacheFolder, resolution: 8, channels: 3, strict: false, ...given };
}
