/** What the error codes of this package mean and what to do; docs/errors.md is made from it. */
export const errorCodes: Readonly<Record<string, { readonly meaning: string; readonly remedy: string }>> = {
  SHARDS_BAD_INDEX: {
    meaning: 'The index of a data set in shards is damaged, or of other shards',
    remedy: 'Fetch it again, or pack the images again',
  },
  SHARDS_CACHE_TOO_SMALL: {
    meaning: 'Shards behind an address do not fit into the cache, and their server gives no parts of files',
    remedy: 'Raise `cacheGiB`, or serve the shards from a server that answers byte ranges',
  },
  SHARDS_EMPTY: {
    meaning: 'There is no image to pack, or none of a class',
    remedy: 'Repair the files that were skipped, or leave the class out',
  },
  SHARDS_EXIST: {
    meaning: 'The folder to pack into holds something already',
    remedy: 'Choose another folder, or empty it',
  },
  SHARDS_NOT_FETCHED: {
    meaning: 'A server did not give a file of a data set in shards, in all tries',
    remedy: 'Look at the server and the network, then resume the run',
  },
  SHARDS_NOT_FOUND: {
    meaning: 'There are no shards at a path or an address',
    remedy: 'Check it; without an index, name the shards by a pattern such as `{000..146}.tar`',
  },
  SHARDS_OTHER_SOURCE: {
    meaning: 'A folder holds the begin of a pack of other images than those that are to be packed',
    remedy: 'Choose another folder, or empty it',
  },
  SHARDS_OTHER_VERSION: {
    meaning: 'The index of shards is of a version that this toolkit does not read',
    remedy: 'Use the version that wrote it or a later one, or pack the images again',
  },
  SHARDS_UNFINISHED: {
    meaning: 'The packing of a folder of shards was cut off',
    remedy: 'Type the same `data pack` again, which goes on',
  },
  SHARD_AMBIGUOUS: {
    meaning: 'A sample of a shard has several images',
    remedy: 'Set the option `image` of the data to the extension of the one that counts',
  },
  SHARD_BAD_IMAGE: {
    meaning: 'A member of a shard is no image that can be read',
    remedy: 'Repair the image and pack again',
  },
  SHARD_BAD_LABEL: {
    meaning: 'A label in a shard is missing, is no number, or is of none of the classes',
    remedy: 'Repair the label and pack again',
  },
  SHARD_DAMAGED: {
    meaning: 'The content of a shard is not what it was, or is no tar',
    remedy: 'Fetch or copy the shard again',
  },
  SHARD_MISSING: {
    meaning: 'A shard or its table of rows is not there',
    remedy: 'Fetch or copy it again',
  },
  SHARD_SHORT: {
    meaning: 'A shard has another size than its index says',
    remedy: 'Fetch or copy it again',
  },
};
