import { cp, readdir, readFile, rename, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { classFolders, openContext, solidPng, temporaryFolder, writeFiles } from '../testing/make-files.js';
import { contentHashes, type StatedFile } from './content-hashes.js';
import { compareFingerprint, hashOf, hashOfBytes } from './fingerprint.js';
import { imageFolder, ImageFolder } from './image-folder.js';

const root = temporaryFolder();
const later = (): number => Number.MAX_SAFE_INTEGER;

async function stated(...paths: string[]): Promise<StatedFile[]> {
  return Promise.all(paths.map(async (path) => ({ path, about: await stat(path, { bigint: true }) })));
}

/** Writes other bytes of the same length, and puts the time of change back. */
async function replaceUnseen(path: string, content: Buffer): Promise<void> {
  const { mtime, atime, size } = await stat(path);
  expect(content).toHaveLength(size);
  await writeFile(path, content);
  await utimes(path, atime, mtime);
}

const open = async (path: string, cacheFolder = join(root, 'cache')): Promise<{ fingerprint: string }> =>
  new ImageFolder(imageFolder.options.parse({ path })).open(openContext(cacheFolder));

describe('contentHashes', () => {
  test('is SHA-256 of the bytes, in the order of the files', async () => {
    const path = await writeFiles(join(root, 'plain'), { a: 'one', b: 'two', empty: '' });
    const files = await stated(join(path, 'b'), join(path, 'a'), join(path, 'empty'));
    expect(await contentHashes(files, { cacheFolder: null, root: path })).toEqual(
      ['two', 'one', ''].map((text) => hashOfBytes(Buffer.from(text))),
    );
  });

  test('what was found is kept, and read again when anything of the file moved', async () => {
    const path = await writeFiles(join(root, 'kept'), { a: 'one', b: 'two' });
    const cacheFolder = join(root, 'kept-cache');
    const options = { cacheFolder, root: path, now: later };
    const paths = [join(path, 'a'), join(path, 'b')];
    const first = await contentHashes(await stated(...paths), options);
    const [list] = await readdir(join(cacheFolder, 'hashes'));
    // The list is what is believed where nothing moved: another hash in it comes back.
    const file = join(cacheFolder, 'hashes', list!);
    const body = (await readFile(file, 'utf8'))
      .split('\n')
      .slice(1)
      .join('\n')
      .replaceAll(first[0]!, '0'.repeat(64));
    await writeFile(file, `ganymede hashes 1 ${hashOfBytes(Buffer.from(body))}\n${body}`);
    expect(await contentHashes(await stated(...paths), options)).toEqual(['0'.repeat(64), first[1]]);
    await replaceUnseen(paths[0]!, Buffer.from('ten'));
    expect(await contentHashes(await stated(...paths), options)).toEqual([
      hashOfBytes(Buffer.from('ten')),
      first[1],
    ]);
  });

  test('a list that was damaged is not believed', async () => {
    const path = await writeFiles(join(root, 'damaged'), { a: 'one' });
    const cacheFolder = join(root, 'damaged-cache');
    const options = { cacheFolder, root: path, now: later };
    const first = await contentHashes(await stated(join(path, 'a')), options);
    const [list] = await readdir(join(cacheFolder, 'hashes'));
    const file = join(cacheFolder, 'hashes', list!);
    await writeFile(file, (await readFile(file, 'utf8')).replaceAll(first[0]!, 'f'.repeat(64)));
    expect(await contentHashes(await stated(join(path, 'a')), options)).toEqual(first);
  });

  test('files that changed just now are not remembered: the clock of the disk may not tell the next change', async () => {
    const path = await writeFiles(join(root, 'fresh'), { a: 'one' });
    const cacheFolder = join(root, 'fresh-cache');
    await contentHashes(await stated(join(path, 'a')), { cacheFolder, root: path });
    await expect(readdir(join(cacheFolder, 'hashes'))).rejects.toThrow('ENOENT');
  });
});

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
