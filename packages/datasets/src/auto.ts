import { resolve } from 'node:path';
import {
  defineComponent,
  isAddress,
  type Dataset,
  type DatasetOpenContext,
  type DatasetSource,
  type ImageFiles,
  type ImageFilesContext,
  type ImageSize,
  type ImageSizesOptions,
} from '@ganymede/core';
import { Shards, shards } from '@ganymede/shards';
import { z } from 'zod';
import { Cifar } from './cifar.js';
import { detectDataset } from './detect-dataset.js';
import { Idx } from './idx.js';
import { ImageFolder } from './image-folder.js';
import { imageOptions, labelOptions } from './image-options.js';
import { ImageTar } from './image-tar.js';
import { noSplits } from './messages.js';
import { Npz } from './npz.js';

const options = z.strictObject({
  path: z
    .string()
    .min(1)
    .describe(
      'folder of images, .tar or .tar.gz of such, CIFAR binary, IDX or .npz files, or tar shards, also at an http(s) address',
    ),
  folder: z.string().default('').describe('of image folders and tars: read only what lies below this folder'),
  split: z
    .enum(['train', 'test'])
    .default('train')
    .describe('of CIFAR and IDX, which alone have a test split: which images'),
  ...labelOptions,
  ...imageOptions,
});

export type AutoOptions = z.output<typeof options>;

/** Looks at a path and opens it as what it is. */
export class Auto implements DatasetSource {
  constructor(private readonly options: AutoOptions) {}

  async open(context: DatasetOpenContext): Promise<Dataset> {
    return (await this.resolve()).open(context);
  }

  async sizes(options?: ImageSizesOptions): Promise<readonly ImageSize[]> {
    const source: DatasetSource = await this.resolve();
    return source.sizes!(options);
  }

  async files(context: ImageFilesContext): Promise<ImageFiles> {
    const source: DatasetSource = await this.resolve();
    return source.files!(context);
  }

  private async resolve(): Promise<ImageFolder | ImageTar | Cifar | Idx | Npz | Shards> {
    const { folder, split, labels, ...common } = this.options;
    const kind = await detectDataset(isAddress(common.path) ? common.path : resolve(common.path));
    if (split === 'test' && kind !== 'cifar' && kind !== 'idx') throw noSplits(resolve(common.path), split);
    switch (kind) {
      case 'image-folder':
        return new ImageFolder({ ...common, folder, labels });
      case 'image-tar':
        return new ImageTar({ ...common, folder, labels });
      case 'cifar':
        return new Cifar({ ...common, split, labels: 'fine' });
      case 'idx':
        return new Idx({ ...common, split });
      case 'npz':
        return new Npz(common);
      case 'shards':
        return new Shards(shards.options.parse({ path: common.path, background: common.background }));
    }
  }
}

export const auto = defineComponent({
  slot: 'dataset',
  id: 'auto',
  summary: 'Whatever lies at a path: a folder or tar of images, CIFAR binary, IDX or .npz files, tar shards.',
  options,
  create: (given) => new Auto(given),
});
