import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { DatasetOpenContext, ImageFile, ImageFiles } from '@ganymede/core';
import sharp from 'sharp';

/** A folder that is removed after the tests of the file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ganymede-shards-'));
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

export async function solidPng(
  colour: readonly [number, number, number],
  width = 8,
  height = width,
): Promise<Buffer> {
  const [r, g, b] = colour;
  return sharp({ create: { width, height, channels: 3, background: { r, g, b } } })
    .png()
    .toBuffer();
}

export const redOf = (index: number): number => (7 * index) % 256;

/** Images of two classes, `a` and `b`, whose red tells them apart. */
export async function someImages(
  count: number,
): Promise<readonly (ImageFile & { readonly bytes: Buffer })[]> {
  const images: (ImageFile & { readonly bytes: Buffer })[] = [];
  for (let i = 0; i < count; i++) {
    const bytes = await solidPng([redOf(i), i >> 5, 100]);
    images.push({
      name: `${'ab'[i % 2]!}/${i}.png`,
      label: i % 2,
      extension: 'png',
      bytes,
      read: async () => bytes,
    });
  }
  return images;
}

export function filesOf(images: readonly ImageFile[], classes: readonly string[] = ['a', 'b']): ImageFiles {
  return { classes, total: images.length, images, skipped: [] };
}

export function openContext(
  cacheFolder: string,
  given: Partial<DatasetOpenContext> = {},
): DatasetOpenContext {
  return { cacheFolder, resolution: 8, channels: 3, strict: false, ...given };
}

/** Writes files and packs them with the system's tar, in this order. @param format - as tar calls it: gnu, pax, ustar */
export function writeTar(
  path: string,
  files: Readonly<Record<string, Buffer | string>>,
  format = 'gnu',
): string {
  const folder = mkdtempSync(join(tmpdir(), 'ganymede-tar-'));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  mkdirSync(dirname(path), { recursive: true });
  execFileSync('tar', [`--format=${format}`, '-cf', path, '-C', folder, ...Object.keys(files)]);
  rmSync(folder, { recursive: true });
  return path;
}
