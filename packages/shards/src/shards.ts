import {
  defineComponent,
  isAddress,
  type DatasetOpenContext,
  type DatasetSource,
  type ImageFile,
  type ImageFiles,
  type ImageFilesContext,
  type ImageSize,
  type ImageSizesOptions,
} from '@ganymede/core';
import { backgroundOption, targetImage } from '@ganymede/images';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { LocalPlace } from './local-place.js';
import { openShards, type OpenedShards } from './opened-shards.js';
import { RemotePlace } from './remote-place.js';
import { ShardCache } from './shard-cache.js';
import { nameIn } from './shard-pattern.js';
import type { ShardPlace } from './shard-store.js';
import { readRow, ShardsDataset } from './shards-dataset.js';

const options = z.strictObject({
  path: z
    .string()
    .min(1)
    .describe(
      'folder or http(s) address that `data pack` wrote to; or tars of WebDataset, as train-{000..146}.tar',
    ),
  image: z
    .string()
    .min(1)
    .optional()
    .describe('of tars without an index: extension of the images where samples have several, e.g. jpg'),
  background: backgroundOption,
  cacheGiB: z
    .number()
    .nonnegative()
    .default(64)
    .describe(
      'of an address: whole shards up to this size are kept on the disk, those of all data sets together, GiB',
    ),
  retries: z
    .number()
    .int()
    .nonnegative()
    .default(6)
    .describe(
      'of an address: tries after one that failed; the first waits half a second, each further one twice as long',
    ),
});

export type ShardsOptions = z.output<typeof options>;

/** Where this is not what users want, tests change it. */
export interface ShardsTiming {
  /** Before the second try, milliseconds. */
  readonly backoffMs: number;
  /** A server that sends nothing for so long has failed, milliseconds. */
  readonly idleMs: number;
}

const defaultTiming: ShardsTiming = { backoffMs: 500, idleMs: 30_000 };

/** Images in tar shards, on a disk or behind an address; see docs/data.md. */
export class Shards implements DatasetSource {
  constructor(
    private readonly options: ShardsOptions,
    private readonly timing: ShardsTiming = defaultTiming,
  ) {}

  async open(context: DatasetOpenContext): Promise<ShardsDataset> {
    const opened = await this.find(context, context.onProgress);
    try {
      const target = targetImage(this.options, context);
      return new ShardsDataset(this.name(), opened, await opened.store(), target);
    } catch (error) {
      await opened.close();
      throw error;
    }
  }

  async sizes(options: ImageSizesOptions = {}): Promise<readonly ImageSize[]> {
    const opened = await this.find(options);
    try {
      return await opened.sizes();
    } finally {
      await opened.close();
    }
  }

  /** The images as they are in the shards. */
  async files(context: ImageFilesContext): Promise<ImageFiles> {
    const opened = await this.find(context);
    return {
      classes: opened.classes,
      total: opened.table.length,
      skipped: [],
      notes: opened.notes,
      images: filesOf(opened),
    };
  }

  private name(): string {
    return nameIn(this.options.path.replace(/[?#].*$/s, '').replace(/[\\/]+$/, '')).replace(/\.tar$/, '');
  }

  private async find(
    { cacheFolder, now }: Pick<Partial<DatasetOpenContext>, 'cacheFolder' | 'now'>,
    onProgress?: DatasetOpenContext['onProgress'],
  ): Promise<OpenedShards> {
    const { image } = this.options;
    const place = await this.place(cacheFolder, now);
    try {
      const rowsFolder = cacheFolder === undefined ? null : join(cacheFolder, 'shard-rows');
      return await openShards({ place, image, rowsFolder, onProgress });
    } catch (error) {
      await place.close();
      throw error;
    }
  }

  private async place(cacheFolder = '.', now?: () => number): Promise<ShardPlace> {
    const { path, cacheGiB, retries } = this.options;
    if (!isAddress(path)) return LocalPlace.open(resolve(path), now);
    const cache = new ShardCache({
      folder: join(cacheFolder, 'shards'),
      limitBytes: cacheGiB * 2 ** 30,
      now,
    });
    return new RemotePlace(path, { cache, retries, ...this.timing });
  }
}

async function* filesOf(opened: OpenedShards): AsyncGenerator<ImageFile> {
  const store = await opened.store();
  try {
    for (let row = 0; row < opened.table.length; row++) {
      const name = await opened.memberName(store, row);
      const extension = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
      const label = opened.table.labels[row]!;
      yield { name, label, extension, read: async () => readRow(opened, store, row) };
    }
  } finally {
    await store.close();
    await opened.close();
  }
}

export const shards = defineComponent({
  slot: 'dataset',
  id: 'shards',
  summary:
    'Images in tar shards of WebDataset, read and decoded as they are needed, from a disk or over HTTP(S).',
  cites: ['https://github.com/webdataset/webdataset'],
  options,
  create: (given) => new Shards(given),
});
