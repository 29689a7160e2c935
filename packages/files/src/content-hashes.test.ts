import { createHash } from 'node:crypto';
import { mkdtemp, mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contentHashes, type StatedFile } from './content-hashes.js';

let root: string;
beforeAll(async () => (root = await mkdtemp(join(tmpdir(), 'hashes-'))));
afterAll(() => rm(root, { recursive: true }));

const later = (): number => Number.MAX_SAFE_INTEGER;
const hashOfBytes = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

async function writeFiles(folder: string, files: Readonly<Record<string, string>>): Promise<string> {
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

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
    await contentHashes(await stated(join(path, 'a')), { cacheFolder, root: path, now: Date.now });
    await expect(readdir(join(cacheFolder, 'hashes'))).rejects.toThrow('ENOENT');
  });

  test('without a clock nothing is remembered', async () => {
    const path = await writeFiles(join(root, 'timeless'), { a: 'one' });
    const cacheFolder = join(root, 'timeless-cache');
    await contentHashes(await stated(join(path, 'a')), { cacheFolder, root: path });
    await expect(readdir(join(cacheFolder, 'hashes'))).rejects.toThrow('ENOENT');
  });

  test('a file that cannot be read is the error that the caller makes of it', async () => {
    const path = await writeFiles(join(root, 'gone'), { a: 'one' });
    const files = await stated(join(path, 'a'));
    await rm(join(path, 'a'));
    const options = { cacheFolder: null, root: path };
    await expect(contentHashes(files, options)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    const unreadable = (file: string, problem: string): Error => new Error(`${file}, which ${problem}`);
    await expect(contentHashes(files, { ...options, unreadable })).rejects.toThrow(
      `${join(path, 'a')}, which `,
    );
  });
});
