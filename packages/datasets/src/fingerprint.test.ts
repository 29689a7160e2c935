import { compareFingerprint, hashOf } from '@ganymede/files';
import { cp, rename, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { classFolders, openContext, solidPng, temporaryFolder, writeFiles } from '../testing/make-files.js';
import { imageFolder, ImageFolder } from './image-folder.js';

const root = temporaryFolder();

/** Writes other bytes of the same length, and puts the time of change back. */
async function replaceUnseen(path: string, content: Buffer): Promise<void> {
  const { mtime, atime, size } = await stat(path);
  expect(content).toHaveLength(size);
  await writeFile(path, content);
  await utimes(path, atime, mtime);
}

const open = async (path: string, cacheFolder = join(root, 'cache')): Promise<{ fingerprint: string }> =>
  new ImageFolder(imageFolder.options.parse({ path })).open(openContext(cacheFolder));

describe('the fingerprint of a folder', () => {
  test('is the same wherever it lies, whenever it was written, and without what is no image', async () => {
    const path = await writeFiles(join(root, 'here'), await classFolders(2, 3));
    const { fingerprint } = await open(path);
    const copy = join(root, 'there', 'copy');
    await cp(path, copy, { recursive: true });
    await utimes(join(copy, 'c0', '0.png'), 1, 1);
    expect((await open(copy)).fingerprint).toBe(fingerprint);
    await writeFile(join(copy, 'readme.md'), 'These are images.');
    expect((await open(copy)).fingerprint).toBe(fingerprint);
    await rename(copy, join(root, 'moved'));
    expect((await open(join(root, 'moved'))).fingerprint).toBe(fingerprint);
    await cp(path, join(root, 'wrapped', 'train'), { recursive: true });
    expect((await open(join(root, 'wrapped'))).fingerprint).toBe(fingerprint);
  });

  test('is another for another pixel of the same size and time, name or class', async () => {
    const path = await writeFiles(join(root, 'pixel'), await classFolders(2, 3));
    const seen = new Set([(await open(path)).fingerprint]);
    await replaceUnseen(join(path, 'c0', '0.png'), await solidPng([0, 0, 101]));
    seen.add((await open(path)).fingerprint);
    await rename(join(path, 'c0', '1.png'), join(path, 'c0', '9.png'));
    seen.add((await open(path)).fingerprint);
    await rename(join(path, 'c0', '9.png'), join(path, 'c1', '9.png'));
    seen.add((await open(path)).fingerprint);
    await rename(join(path, 'c1'), join(path, 'c2'));
    seen.add((await open(path)).fingerprint);
    expect(seen.size).toBe(5);
  });

  test('what an older version kept of names and sizes is known again, and told apart', async () => {
    const path = await writeFiles(join(root, 'older'), await classFolders(1, 2));
    const files = await Promise.all(
      ['c0/0.png', 'c0/1.png'].map(async (name) => [name, (await stat(join(path, name))).size]),
    );
    const target = { resolution: 8, channels: 3, background: [255, 255, 255] };
    const kept = hashOf(['image-folder', 1, target, files]);
    const dataset = await open(path);
    expect(compareFingerprint(dataset, kept)).toBe('former');
    expect(compareFingerprint(dataset, dataset.fingerprint)).toBe('same');
    expect(compareFingerprint(dataset, hashOf('other'))).toBe('other');
  });
});
