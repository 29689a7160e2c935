import type { DatasetOpenContext } from '@ganymede/core';
import { contentHashes, notAFile, stampOf, wordsOfFileError } from '@ganymede/files';
import type { BigIntStats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { unreadableFile } from './messages.js';

/** Where hashes are remembered, and the clock that says which may be. */
export type HashContext = Pick<DatasetOpenContext, 'cacheFolder' | 'now'>;

/** Files whose content was hashed. */
export interface HashedFiles {
  /** In the order of the paths. */
  readonly hashes: readonly string[];
  /** Whether they are still what was hashed. */
  readonly isUnchanged: () => Promise<boolean>;
}

async function statFile(path: string): Promise<BigIntStats> {
  const about = await stat(path, { bigint: true }).catch((error: unknown) => {
    throw unreadableFile(path, wordsOfFileError(error));
  });
  const problem = notAFile(about);
  if (problem !== null) throw unreadableFile(path, problem);
  return about;
}

/**
 * The content of a few files that belong together, such as an archive or images and their labels.
 * @param root - the file or folder that they belong to
 * @throws DATASET_UNREADABLE
 */
export async function hashFiles(
  { cacheFolder, now }: HashContext,
  root: string,
  paths: readonly string[],
): Promise<HashedFiles> {
  const stated = await Promise.all(paths.map(async (path) => ({ path, about: await statFile(path) })));
  const hashes = await contentHashes(stated, {
    cacheFolder,
    root,
    now,
    unreadable: unreadableFile,
  });
  return {
    hashes,
    isUnchanged: async () => {
      const again = await Promise.all(paths.map(statFile));
      return again.every((about, i) => stampOf(about) === stampOf(stated[i]!.about));
    },
  };
}
