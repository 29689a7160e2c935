import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { cifarBinary } from './cifar-files.js';
import { describeFile, isGzip, isIdx, isNpz, isTar, readGzipHead, readHead } from './file-magic.js';
import { isIdxImages } from './idx.js';
import { hasImageExtension } from '@ganymede/images';
import { isJunk } from './image-names.js';
import { emptyFolder, notFound, unknownFormat, unreadable } from './messages.js';
import { readTar } from './tar-index.js';

export type DatasetKind = 'image-folder' | 'image-tar' | 'cifar' | 'idx' | 'npz';

const pickles = { got: 'the Python version of CIFAR', hint: 'Fetch the binary version of the same archive.' };

/** The first file that tells decides; a tar that holds neither is one of images, whose opening says what is wrong. */
async function kindOfTar(path: string, gzip: boolean): Promise<DatasetKind> {
  for await (const { path: file } of readTar(path, gzip)) {
    const name = file.slice(file.lastIndexOf('/') + 1);
    if (cifarBinary.test(name)) return 'cifar';
    if (/^data_batch_[1-5]$/.test(name)) throw unknownFormat(path, pickles.got, pickles.hint);
    if (!isJunk(file) && hasImageExtension(file)) return 'image-tar';
  }
  return 'image-tar';
}

async function kindOfFile(path: string): Promise<DatasetKind> {
  const head = await readHead(path, 512);
  const gzip = isGzip(head);
  const content = gzip ? await readGzipHead(path) : head;
  if (content === null) throw unknownFormat(path, 'a gzip file that cannot be unpacked');
  if (isTar(content)) return kindOfTar(path, gzip);
  if (isIdx(content)) return 'idx';
  if (isNpz(head)) return 'npz';
  const { got, hint } = describeFile(content);
  throw unknownFormat(path, gzip ? `a gzip file that holds ${got}` : got, hint);
}

async function kindOfFolder(path: string): Promise<DatasetKind> {
  const namesIn = async (folder: string): Promise<string[]> => {
    try {
      return (await readdir(folder)).filter((name) => !isJunk(name));
    } catch (error) {
      throw unreadable(folder, error);
    }
  };
  const names = await namesIn(path);
  if (names.length === 0) throw emptyFolder(path);
  if (names.some(isIdxImages)) return 'idx';
  const unpacked = names.filter((name) => /^cifar-100?-/.test(name));
  for (const folder of [path, ...unpacked.map((name) => join(path, name))]) {
    if (folder !== path && !(await stat(folder)).isDirectory()) continue;
    const inside = await namesIn(folder);
    if (inside.some((name) => cifarBinary.test(name))) return 'cifar';
    if (inside.includes('data_batch_1')) throw unknownFormat(folder, pickles.got, pickles.hint);
  }
  return 'image-folder';
}

/**
 * What kind of dataset lies at a path, judged by content and not by extension.
 * @throws DATASET_NOT_FOUND, DATASET_NO_IMAGES, DATASET_UNKNOWN_FORMAT, DATASET_UNREADABLE
 */
export async function detectDataset(path: string): Promise<DatasetKind> {
  const about = await stat(path).catch(() => null);
  if (about === null) throw notFound(path);
  return about.isDirectory() ? kindOfFolder(path) : kindOfFile(path);
}
