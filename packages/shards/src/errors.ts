import { GanymedeError } from '@ganymede/core';

const again = 'Fetch or copy the shard again, or pack the images again.';

export const nothingThere = (place: string, why: string): GanymedeError =>
  new GanymedeError('SHARDS_NOT_FOUND', `data: expected tar shards at ${place}, got ${why}`, {
    kind: 'missing',
    hint: 'Give the folder or address that `data pack` wrote to; of other shards the .tar files, as in train-{000..146}.tar.',
  });

export const unfinished = (place: string): GanymedeError =>
  new GanymedeError(
    'SHARDS_UNFINISHED',
    `${place}: expected a whole data set, got one whose packing was cut off`,
    {
      kind: 'data',
      hint: 'Type the same `data pack` again: it goes on where it was.',
    },
  );

export const badIndex = (where: string, expected: string, got: string): GanymedeError =>
  new GanymedeError('SHARDS_BAD_INDEX', `${where}: expected ${expected}, got ${got}`, {
    kind: 'data',
    hint: 'Fetch or copy all files of the data set again, or pack the images again.',
  });

export const otherVersion = (where: string, expected: number, got: unknown): GanymedeError =>
  new GanymedeError(
    'SHARDS_OTHER_VERSION',
    `${where}: expected an index of version ${expected}, got version ${JSON.stringify(got)}`,
    {
      kind: 'data',
      hint: 'Use the version of Ganymede that wrote it or a later one, or pack the images again.',
    },
  );

/** @param shard - path or address of the file that is not there */
export const shardMissing = (shard: string): GanymedeError =>
  new GanymedeError('SHARD_MISSING', `${shard}: expected a file of the data set, got none`, {
    kind: 'data',
    hint: again,
  });

export const shardUnreadable = (shard: string, problem: string, cause?: unknown): GanymedeError =>
  new GanymedeError('SHARD_MISSING', `${shard}: expected a file that can be read, got one that ${problem}`, {
    kind: 'data',
    hint: again,
    ...(cause === undefined ? {} : { cause }),
  });

export const shardShort = (shard: string, expected: number, got: number): GanymedeError =>
  new GanymedeError('SHARD_SHORT', `${shard}: expected ${expected} bytes, got ${got}`, {
    kind: 'data',
    hint: again,
  });

/** @param member - null where no member is to blame */
export const shardDamaged = (shard: string, member: string | null, reason: string): GanymedeError =>
  new GanymedeError(
    'SHARD_DAMAGED',
    `${shard}: expected a whole shard, got ${member === null ? 'one that' : `${member}, which`} ${reason}`,
    { kind: 'data', hint: again },
  );

export const badMember = (shard: string, member: string, reason: string): GanymedeError =>
  new GanymedeError('SHARD_BAD_IMAGE', `${shard}: expected images, got ${member}, which ${reason}`, {
    kind: 'data',
    hint: 'Repair or remove the image where it came from, and pack again.',
  });

export const badLabel = (shard: string, member: string, expected: string, got: string): GanymedeError =>
  new GanymedeError('SHARD_BAD_LABEL', `${shard}: ${member}: expected ${expected}, got ${got}`, {
    kind: 'data',
    hint: 'Repair the labels and pack again.',
  });

export const severalImages = (shard: string, members: readonly string[]): GanymedeError =>
  new GanymedeError(
    'SHARD_AMBIGUOUS',
    `${shard}: expected one image in each sample, got ${members.join(' and ')}`,
    { kind: 'data', hint: 'Set the option image of the data to the extension that counts, e.g. image: jpg.' },
  );

export const notFetched = (address: string, tries: number, reason: string, cause: unknown): GanymedeError =>
  new GanymedeError(
    'SHARDS_NOT_FETCHED',
    `${address}: expected an answer, got in ${tries} tries: ${reason}`,
    {
      kind: 'failed',
      hint: 'Look at the server and the network; a run that was cut off goes on with `resume`.',
      cause,
    },
  );

export const cacheTooSmall = (address: string, total: number, limit: number): GanymedeError =>
  new GanymedeError(
    'SHARDS_CACHE_TOO_SMALL',
    `${address}: expected a server that gives parts of files, or a cache of at least ${gib(total)} GiB, got one that gives whole files only and ${gib(limit)} GiB`,
    { kind: 'data', hint: 'Raise the option cacheGiB of the data, or copy the shards to a disk.' },
  );

const gib = (bytes: number): string => (bytes / 2 ** 30).toFixed(2);

export const folderTaken = (folder: string, name: string): GanymedeError =>
  new GanymedeError(
    'SHARDS_EXIST',
    `${folder}: expected an empty folder to pack into, got one that holds ${name}`,
    {
      kind: 'usage',
      hint: 'Choose another folder, or empty it.',
    },
  );

export const otherSource = (folder: string, shard: string, image: string): GanymedeError =>
  new GanymedeError(
    'SHARDS_OTHER_SOURCE',
    `${folder}: expected the begin of a pack of these images, got ${shard}, which holds others from ${image} on`,
    { kind: 'data', hint: 'Choose another folder, or empty it.' },
  );

export const nothingToPack = (
  what: string,
  skipped: readonly { readonly file: string; readonly reason: string }[],
): GanymedeError => {
  const [first] = skipped;
  const why =
    first === undefined
      ? ''
      : `; ${skipped.length} were skipped, the first ${first.file}, which ${first.reason}`;
  return new GanymedeError('SHARDS_EMPTY', `data pack: expected images ${what}, got none${why}`, {
    kind: 'data',
    hint: 'Repair the files, or leave the class out.',
  });
};

export const badRow = (name: string, length: number, index: unknown): GanymedeError =>
  new GanymedeError(
    'DATASET_BAD_INDEX',
    `${name}: expected an index in [0, ${length}), got ${String(index)}`,
    {
      kind: 'failed',
    },
  );

export const closedShards = (name: string): GanymedeError =>
  new GanymedeError('DATASET_CLOSED', `${name}: expected an open dataset, got one that was closed`, {
    kind: 'failed',
  });

export const badPackImage = (file: string, reason: string, hint?: string): GanymedeError =>
  new GanymedeError(
    'DATASET_BAD_IMAGE',
    `data pack: expected readable images, got ${file}, which ${reason}`,
    {
      kind: 'data',
      hint: hint === undefined ? 'Repair or remove the file.' : `Repair or remove the file, or ${hint}.`,
    },
  );
