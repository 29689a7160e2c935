import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { cifarBinary } from './cifar-files.js';
import { describeFile, isGzip, isIdx, isNpz, isTar, readGzipHead, readHead } from './file-magic.js';
import { isIdxImages } from './idx.js';
import { hasImageExtension } from '@ganymede/images';
import { isAddress } from '@ganymede/core';
import { indexFile, isPattern, packingFile } from '@ganymede/shards';
import { compareNames, isJunk } from './image-names.js';
import { emptyFolder, notFound, unknownFormat, unreadable } from './messages.js';
import { readTar } from './tar-index.js';

export type DatasetKind = 'image-folder' | 'image-tar' | 'cifar' | 'idx' | 'npz' | 'shards';

const pickles = { got: 'the Python version of CIFAR', hint: 'Fetch the binary version of the same archive.' };

/** The part of a name before the first dot of its last part, which samples of WebDataset share. */
const keyOf = (file: string): string => /^(.*\/)?[^./]*/.exec(file)![0];

/**
 * The first file that tells decides; a tar that holds none is one of images, whose opening says what is wrong. In a shard
 * an image and a `.cls` of one name follow each other.
 */
async function kindOfTar(path: string, gzip: boolean): Promise<DatasetKind> {
  let before: string | null = null;
  for await (const { path: file } of readTar(path, gzip)) {
    const name = file.slice(file.lastIndexOf('/') + 1);
    if (cifarBinary.test(name)) return 'cifar';
    if (/^data_batch_[1-5]$/.test(name)) throw unknownFormat(path, pickles.got, pickles.hint);
    if (isJunk(file)) continue;
    const isSample = before !== null && keyOf(before) === keyOf(file);
    if (isSample && (/\.cls$/i.test(file) || (/\.cls$/i.test(before!) && hasImageExtension(file))))
      return 'shards';
    if (before !== null && hasImageExtension(before) && !isSample) return 'image-tar';
    before = file;
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
  if (await areShards(path, names)) return 'shards';
  const unpacked = names.filter((name) => /^cifar-100?-/.test(name));
  for (const folder of [path, ...unpacked.map((name) => join(path, name))]) {
    if (folder !== path && !(await stat(folder)).isDirectory()) continue;
    const inside = await namesIn(folder);
    if (inside.some((name) => cifarBinary.test(name))) return 'cifar';
    if (inside.includes('data_batch_1')) throw unknownFormat(folder, pickles.got, pickles.hint);
  }
  return 'image-folder';
}

/** Tars that `data pack` wrote, whole or cut off, or of which the first is a shard of WebDataset. */
async function areShards(folder: string, names: readonly string[]): Promise<boolean> {
  const [tar] = names.filter((name) => name.endsWith('.tar')).sort(compareNames);
  if (names.includes(packingFile)) return true;
  if (tar === undefined || names.some(hasImageExtension)) return false;
  return names.includes(indexFile) || (await kindOfFile(join(folder, tar)).catch(() => null)) === 'shards';
}

/**
 * What kind of dataset lies at a path, judged by content and not by extension.
 * @throws DATASET_NOT_FOUND, DATASET_NO_IMAGES, DATASET_UNKNOWN_FORMAT, DATASET_UNREADABLE
 */
export async function detectDataset(path: string): Promise<DatasetKind> {
  if (isAddress(path)) return 'shards';
  const about = await stat(path).catch(() => null);
  if (about === null && isPattern(path)) return 'shards';
  if (about === null) throw notFound(path);
  return about.isDirectory() ? kindOfFolder(path) : kindOfFile(path);
}
